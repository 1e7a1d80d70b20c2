import { newId, subjects, type ChannelRow, type PublicEvent } from '@skein/contracts';
import {
  bisect,
  deleteOutbox,
  insertOutbox,
  isDatabaseAway,
  MicroBatcher,
  pauseChannels,
  settleCalls,
  type ChannelPause,
  type ClaimedCall,
  type Db,
  type EndedCall,
  type NextCall,
  type OutboxRow,
  type SettledAttempt,
  type Settlement,
  type SettleResult,
} from '@skein/persistence';
import type { Publisher } from '@skein/messaging';
import { RepeatedLog, type Logger } from '@skein/runtime';
import { setTimeout as delay } from 'node:timers/promises';
import { MISCONFIGURED_MS } from '../settle-of.js';

export interface SettlerParts {
  service: string;
  db: Db;
  publisher: Publisher;
  logger: Logger;
  /** Takes the calls that may go next. */
  onNext(calls: NextCall[]): void;
}

const BATCH = { max: 200, delayMs: 10 };
const AWAY_MS = 300;

/** Writes what became of attempts, gathered over 10 ms, and tells whoever waits for it. */
export class Settler {
  private readonly batcher: MicroBatcher<SettledAttempt, void>;
  private readonly repeated: RepeatedLog;
  private stopped = false;

  constructor(private readonly parts: SettlerParts) {
    this.batcher = new MicroBatcher((attempts) => this.writeSurely(attempts), BATCH);
    this.repeated = new RepeatedLog(parts.logger);
  }

  /** Resolves when the attempt is written, or when it never can be; then its lease decides. */
  settle(call: ClaimedCall, settlement: Settlement): Promise<void> {
    return this.batcher.add({ call, settlement });
  }

  /** From now on a database that is away is not waited for. */
  stop(): void {
    this.stopped = true;
  }

  /** Rings the thread service for calls that ended. */
  tell(ended: EndedCall[]): void {
    const byWorkspace = new Map<string, string[]>();
    for (const call of ended) {
      const ids = byWorkspace.get(call.workspaceId);
      if (ids) ids.push(call.id);
      else byWorkspace.set(call.workspaceId, [call.id]);
    }
    for (const [ws, calls] of byWorkspace) void this.parts.publisher.ring(subjects.threads(ws), { calls });
  }

  /** The answers are in memory only: they are kept until the database takes them. */
  private async writeSurely(attempts: SettledAttempt[]): Promise<void[]> {
    for (;;) {
      try {
        await this.writeAll(attempts);
        return attempts.map(() => undefined);
      } catch (error) {
        this.repeated.warn(
          'away',
          { err: error, attempts: attempts.length },
          'answers wait for the database',
        );
        if (this.stopped) return attempts.map(() => undefined);
        await delay(AWAY_MS);
      }
    }
  }

  private async writeAll(attempts: SettledAttempt[]): Promise<void> {
    const settled = await bisect(attempts, async (some) => {
      await this.write(some);
      return some.map(() => undefined);
    });
    for (const one of settled) {
      if (!('error' in one)) continue;
      const { id, messageId } = one.item.call as ClaimedCall;
      this.repeated.error(
        'settle',
        { err: one.error, call: id, messageId },
        'an answer could not be written',
      );
    }
  }

  private async write(attempts: SettledAttempt[]): Promise<void> {
    let outbox: OutboxRow[] = [];
    const result = await settleCalls(this.parts.db, attempts, async (sql, alerts) => {
      outbox = await insertOutbox(sql, this.parts.service, alerts.map(alertOf));
    });
    this.afterwards(result);
    if (outbox.length > 0) void this.tellAlerts(outbox);
  }

  private afterwards({ ended, next, alerts, lost }: SettleResult): void {
    this.tell(ended);
    this.parts.onNext(next);
    for (const { channelId, reason } of alerts) {
      this.parts.logger.error({ channelId, reason }, 'a channel is paused: its account does not work');
    }
    if (lost.length > 0)
      this.repeated.warn('lost', { calls: lost.slice(0, 10) }, 'answers of attempts that no longer count');
  }

  /** Pauses a channel whose account does not work outside of a call, such as a connection that is refused. */
  async pause({ id, workspaceId }: Pick<ChannelRow, 'id' | 'workspaceId'>, reason: string): Promise<void> {
    let outbox: OutboxRow[] = [];
    await this.parts.db.transaction(async (sql) => {
      const asked = { channelId: id, workspaceId, ms: MISCONFIGURED_MS, reason, alert: true };
      const alerts = await pauseChannels(sql, [asked]);
      outbox = await insertOutbox(sql, this.parts.service, alerts.map(alertOf));
    });
    if (outbox.length === 0) return;
    this.parts.logger.error({ channelId: id, reason }, 'a channel is paused: its account does not work');
    await this.tellAlerts(outbox);
  }

  private async tellAlerts(rows: OutboxRow[]): Promise<void> {
    try {
      await Promise.all(
        rows.map((row) => this.parts.publisher.publishEvents(row.workspaceId, row.type, row.items)),
      );
      await deleteOutbox(
        this.parts.db,
        rows.map((row) => row.id),
      );
    } catch (error) {
      const text = isDatabaseAway(error) ? 'the database is away' : 'an alert is told later';
      this.repeated.warn('alert', { err: error }, text);
    }
  }
}

function alertOf(pause: ChannelPause): Omit<OutboxRow, 'id'> {
  const { channelId, reason, ms } = pause;
  const at = new Date().toISOString();
  const until = new Date(Date.now() + ms).toISOString();
  const item: PublicEvent = { id: newId(), type: 'channel-paused', at, data: { channelId, reason, until } };
  return { workspaceId: pause.workspaceId, type: 'channel-paused', items: [item] };
}
