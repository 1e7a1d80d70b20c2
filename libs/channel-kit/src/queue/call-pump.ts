import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  claimCalls,
  isDatabaseAway,
  releaseCalls,
  type ChannelPace,
  type ClaimedCall,
  type ClaimResult,
  type Db,
  type EndedCall,
  type NextCall,
} from '@skein/persistence';
import { RepeatedLog, type Logger } from '@skein/runtime';
import type { AccountBook } from '../account/account-book.js';
import type { ChannelAccount, ChannelDefinition } from '../definition.js';
import { CallQueue } from './call-queue.js';
import { Slots } from './slots.js';

export interface CallPumpParts {
  db: Db;
  book: AccountBook;
  logger: Logger;
  leaseMs: number;
  /** Sends a claimed call and settles it; never rejects. */
  drive(
    call: ClaimedCall,
    account: ChannelAccount<object>,
    definition: ChannelDefinition<object>,
  ): Promise<void>;
  /** Hears of calls that ended inside a claim. */
  onEnded(ended: EndedCall[]): void;
}

/** An account whose calls can be sent now, with its definition. */
interface Usable {
  account: ChannelAccount<object>;
  definition: ChannelDefinition<object>;
}

/** Ids of one claim: one transaction of some ms, so that a lane's lock is never held long. */
const MAX_BATCH = 200;
/** Claims at once: the second fills the wait of the first for its commit. */
const MAX_CLAIMS = 2;
const QUEUE = { total: 20_000, perChannel: 10_000 };
const SLOTS = { total: 512, perChannel: 256 };
/** A channel with this many ids waiting is left out by the sweeper. */
const BUSY = 200;
const AWAY_MS = 300;
/** A call is started at most this long after its claim began; later it goes back, for its lease is running. */
const START_MS = 1000;

/** Moves calls from the queue over a claim to the sender, as far as slots, tokens and the order of lanes allow. */
export class CallPump {
  private readonly queue = new CallQueue(QUEUE);
  private readonly slots = new Slots(SLOTS);
  private readonly repeated: RepeatedLog;
  private claims = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private isSoon = false;

  constructor(private readonly parts: CallPumpParts) {
    this.repeated = new RepeatedLog(parts.logger);
  }

  /** Takes calls into the queue. What does not fit waits in the database for the sweeper. */
  ring(calls: readonly NextCall[]): void {
    if (this.stopped) return;
    for (const call of calls) this.queue.add(call);
    this.soon();
  }

  /** Channels that have enough waiting here already. */
  busy(): string[] {
    return this.queue.busy(BUSY);
  }

  /** Waiting and under way, for metrics. */
  get load(): { waiting: number; inFlight: number } {
    return { waiting: this.queue.size, inFlight: this.slots.inUse };
  }

  /** Claims no more and resolves when everything under way is settled. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.slots.whenIdle();
  }

  private pump(): void {
    clearTimeout(this.timer);
    while (!this.stopped && this.claims < MAX_CLAIMS) {
      const batch = this.queue.take(Math.min(MAX_BATCH, this.slots.free), (id) => this.slots.freeOf(id));
      if (batch.length === 0) break;
      for (const call of batch) this.slots.take(call.channelId);
      this.claims += 1;
      void this.claim(batch).finally(() => {
        this.claims -= 1;
        this.pump();
      });
    }
    this.wakeLater();
  }

  /** Slots that become free and claims that end pump by themselves; only a pause of a channel needs a timer. */
  private wakeLater(): void {
    const ms = this.queue.nextInMs();
    if (this.stopped || ms === undefined || ms === 0) return;
    this.timer = setTimeout(() => this.pump(), Math.min(ms, 30_000));
  }

  /** Never rejects. */
  private async claim(batch: NextCall[]): Promise<void> {
    const ids = batch.map((call) => call.id);
    const token = randomUUID();
    const began = Date.now();
    try {
      const usable = await this.usableOf(batch);
      const paces = pacesOf(batch, usable);
      const result = await claimCalls(this.parts.db, { ids, paces, leaseMs: this.parts.leaseMs, token });
      if (Date.now() - began > Math.min(START_MS, this.parts.leaseMs / 2) && result.claimed.length > 0) {
        await this.undo(batch, token);
        return this.parts.onEnded(result.ended);
      }
      this.distribute(batch, result, usable);
    } catch (error) {
      await this.failed(batch, token, error);
    }
  }

  private distribute(batch: NextCall[], result: ClaimResult, usable: Map<string, Usable>): void {
    const claimed = new Set(result.claimed.map((call) => call.id));
    const noToken = new Set(result.noToken);
    this.queue.release(
      batch.filter((call) => !noToken.has(call.id)),
      claimed,
    );
    this.queue.putBack(batch.filter((call) => noToken.has(call.id)));
    for (const { channelId } of batch.filter((call) => noToken.has(call.id))) {
      // With tokens just used up the next one is free after one step of the pace; 10 ms is the floor.
      this.queue.pause(channelId, Math.max(result.allowances.get(channelId)?.nextInMs ?? 0, 10));
    }
    for (const call of batch) if (!claimed.has(call.id)) this.slots.release(call.channelId);
    for (const call of result.claimed) void this.drive(call, usable);
    this.parts.onEnded(result.ended);
    for (const call of result.next) this.queue.add(call);
  }

  private async drive(call: ClaimedCall, usable: Map<string, Usable>): Promise<void> {
    const found = usable.get(call.channelId);
    if (found) await this.parts.drive(call, found.account, found.definition);
    this.slots.release(call.channelId);
    this.soon();
  }

  /** Once per turn of the event loop: pumping on every freed slot made claims of 15 calls, this makes them of 60. */
  private soon(): void {
    if (this.isSoon) return;
    this.isSoon = true;
    setImmediate(() => {
      this.isSoon = false;
      this.pump();
    });
  }

  /** The claim may have been committed although its answer was lost: it is undone before anybody tries again. */
  private async failed(batch: NextCall[], token: string, error: unknown): Promise<void> {
    const text = isDatabaseAway(error) ? 'calls wait for the database' : 'a claim failed';
    this.repeated.warn('claim', { err: error, calls: batch.length }, text);
    await this.undo(batch, token);
  }

  private async undo(batch: NextCall[], token: string): Promise<void> {
    const ids = batch.map((call) => call.id);
    for (let undone = false; !undone && !this.stopped;) {
      await delay(AWAY_MS * (0.5 + Math.random()));
      undone = await releaseCalls(this.parts.db, ids, token).then(
        () => true,
        () => false,
      );
    }
    for (const call of batch) this.slots.release(call.channelId);
    this.queue.putBack(batch);
  }

  /** @throws when the database is away. */
  private async usableOf(batch: NextCall[]): Promise<Map<string, Usable>> {
    const usable = new Map<string, Usable>();
    for (const channelId of new Set(batch.map((call) => call.channelId))) {
      const opened = await this.parts.book.byId(channelId);
      if (!opened) continue;
      if ('problem' in opened) {
        this.repeated.error(
          `account:${channelId}`,
          { channelId, reason: opened.problem },
          'a channel cannot be used',
        );
        continue;
      }
      const definition = this.parts.book.definitionOf(opened.account.kind);
      if (definition && opened.account.status === 'active')
        usable.set(channelId, { account: opened.account, definition });
    }
    return usable;
  }
}

/** A channel that cannot be used has pace 0: its calls are parked, not lost. */
function pacesOf(batch: NextCall[], usable: Map<string, Usable>): ChannelPace[] {
  return [...new Set(batch.map((call) => call.channelId))].map((channelId) => {
    const found = usable.get(channelId);
    if (!found) return { channelId, perSecond: 0 };
    const { ratePerSecond } = found.account.settings;
    const perSecond =
      ratePerSecond === undefined ? found.definition.capabilities.defaultRatePerSecond : ratePerSecond;
    return { channelId, perSecond };
  });
}
