import { Inject, Injectable } from '@nestjs/common';
import { mediaUrl } from '@skein/channel-kit';
import { subjects, type ChannelKind } from '@skein/contracts';
import { DeadLetters, NatsLink, Publisher, Schedules } from '@skein/messaging';
import { acceptDue, bisect, Db, loadRoutable, tellOutbox, type OutboxRow } from '@skein/persistence';
import { LOGGER, type Logger } from '@skein/runtime';
import { Catalog } from './catalog.js';
import { RouterConfig } from './router.config.js';
import { routeMessages, type RouteContext, type RouteResult } from './route.js';
import { failMessage } from './fail.js';

/** Schedules further away than this stay in the database until they come near, in ms. */
const HORIZON_MS = 24 * 3600 * 1000;

/** Routes accepted messages and tells what came of it. */
@Injectable()
export class RouterService {
  /** What deciding needs besides the database. */
  readonly context: RouteContext;

  constructor(
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
    private readonly schedules: Schedules,
    private readonly letters: DeadLetters,
    config: RouterConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { publicUrl = '', secretKey = '' } = config;
    const fileUrl = (workspaceId: string, mediaId: string) =>
      mediaUrl(publicUrl, { workspaceId, mediaId }, secretKey);
    this.context = { catalog: new Catalog(), publicUrl, fileUrl };
  }

  /**
   * Routes whatever of these messages still waits. A message that fails every batch it is in ends as `failed` with a dead letter; the
   * others go on.
   *
   * @throws when the database is away; nothing is lost, the rows wait.
   */
  async route(ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const settled = await bisect(ids, async (some) => {
      const result = await this.db.transaction((sql) => routeMessages(sql, this.context, some));
      this.dispatch(result);
      return some.map(() => true);
    });
    for (const one of settled) if ('error' in one) await this.bury(one.item, one.error);
  }

  /** Makes due messages accepted and routes them. */
  async routeDue(ids: string[]): Promise<void> {
    await this.route(await acceptDue(this.db, ids));
  }

  /** Asks JetStream to wake us at the time of each scheduled message that is near. */
  async schedule(rows: { id: string; workspace_id: string; due_at: Date | null }[]): Promise<void> {
    const near = rows.filter((row) => row.due_at !== null && row.due_at.getTime() - Date.now() < HORIZON_MS);
    await Promise.all(
      near.map((row) =>
        this.schedules.scheduleAt(row.workspace_id, row.id, row.due_at as Date).catch((error: unknown) => {
          // The row's wake_at stands: the sweeper finds it two seconds late.
          this.logger.debug({ err: error }, 'a schedule was not set');
        }),
      ),
    );
  }

  /** Routes accepted messages of a bell and sets schedules for the later ones. */
  async take(ids: string[]): Promise<void> {
    const later = (await loadRoutable(this.db, ids)).filter((message) => message.status === 'scheduled');
    if (later.length > 0) await this.schedule(later);
    await this.route(ids);
  }

  /** Tells facts without waiting: the outbox row is the promise. */
  tell(rows: OutboxRow[]): void {
    const teller = {
      publishEvents: this.publisher.publishEvents.bind(this.publisher),
      publishCore: this.link.publishCore.bind(this.link),
    };
    tellOutbox(this.db, teller, rows).catch((error: unknown) => {
      this.logger.debug({ err: error }, 'facts were not told; the outbox will');
    });
  }

  private dispatch(result: RouteResult): void {
    const byChannel = new Map<string, { kind: ChannelKind; calls: string[] }>();
    for (const call of result.calls) {
      const group = byChannel.get(call.channel_id) ?? { kind: call.kind, calls: [] };
      group.calls.push(call.id);
      byChannel.set(call.channel_id, group);
    }
    for (const [channelId, { kind, calls }] of byChannel) {
      void this.publisher.ring(subjects.deliver(kind, channelId), { calls });
    }
    for (const { workspaceId, id } of result.threads) {
      void this.publisher.ring(subjects.turns(workspaceId), { threads: [id] });
    }
    this.tell(result.outbox);
  }

  private async bury(messageId: string, error: unknown): Promise<void> {
    this.logger.error({ err: error, messageId }, 'a message could not be routed');
    const failed = await failMessage(this.db, messageId);
    if (failed === undefined) return;
    this.tell(failed.outbox);
    const reason = (error as Partial<Error>).message ?? 'defect';
    await this.letters.publishDead(failed.fact.workspaceId, 'router', { item: { messageId }, reason });
  }
}
