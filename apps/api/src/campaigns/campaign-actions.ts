import { Inject, Injectable } from '@nestjs/common';
import { API_TOKEN, isStorable, subjects, type MessageStatus } from '@skein/contracts';
import { NatsLink, Publisher } from '@skein/messaging';
import {
  cancelCampaign,
  cancelWaiting,
  Db,
  findCampaign,
  groupFacts,
  insertOutbox,
  pauseCampaign,
  releaseHeldOf,
  resumeCampaign,
  retryCampaign,
  statusFact,
  tellOutbox,
  type CampaignRow,
  type ChangedMessage,
  type OutboxRow,
  type RetryBatch,
} from '@skein/persistence';
import { LOGGER, type Logger } from '@skein/runtime';
import { notFound } from '../http/query.js';

/** Pauses, resumes, cancels and retries campaigns. Each says the same when it is done again. */
@Injectable()
export class CampaignActions {
  constructor(
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws `not_found` when nothing was ever sent under this id */
  async existing(workspaceId: string, id: string): Promise<CampaignRow> {
    const isOdd = id === '' || id.length > 200 || !isStorable(id);
    return (isOdd ? undefined : await findCampaign(this.db, workspaceId, id)) ?? notFound('campaign');
  }

  /** @throws `not_found` */
  async pause(workspaceId: string, id: string): Promise<CampaignRow> {
    await this.existing(workspaceId, id);
    await this.db.transaction((sql) => pauseCampaign(sql, workspaceId, id));
    return this.existing(workspaceId, id);
  }

  /** @throws `not_found` */
  async resume(workspaceId: string, id: string): Promise<CampaignRow> {
    await this.existing(workspaceId, id);
    const { batches, messages } = await this.db.transaction((sql) => resumeCampaign(sql, workspaceId, id));
    this.ring(workspaceId, batches, messages);
    await this.releaseHeld(workspaceId, id);
    return this.existing(workspaceId, id);
  }

  /** Some people at a time, so that nobody waits long for their locks; when this process dies, the same call again lets the rest go. */
  private async releaseHeld(workspaceId: string, id: string): Promise<void> {
    let after: string | undefined;
    do {
      const place = after;
      const { released, last } = await this.db.transaction((sql) =>
        releaseHeldOf(sql, workspaceId, id, place),
      );
      this.ring(workspaceId, [], released);
      after = last;
    } while (after !== undefined);
  }

  /** @returns how many messages and waiting places were ended. @throws `not_found` */
  async cancel(workspaceId: string, id: string): Promise<{ campaign: CampaignRow; canceled: number }> {
    await this.existing(workspaceId, id);
    const { items, woken } = await this.db.transaction((sql) => cancelCampaign(sql, workspaceId, id));
    this.ring(workspaceId, [], woken);
    const messages = await this.endWaiting(workspaceId, id);
    return { campaign: await this.existing(workspaceId, id), canceled: items + messages };
  }

  /**
   * Some at a time, each with its facts, so that neither a statement nor a row of the outbox grows with the campaign. Whatever is not
   * ended yet cannot go out, because the campaign is marked; when this process dies, the same call again ends the rest.
   */
  private async endWaiting(workspaceId: string, id: string): Promise<number> {
    let count = 0;
    let last: string | undefined;
    do {
      const done = await this.db.transaction(async (sql) => {
        const some = await cancelWaiting(sql, workspaceId, id, last);
        const facts = some.canceled.flatMap((row) => factOf(workspaceId, row));
        return { ...some, rows: await insertOutbox(sql, 'api', groupFacts(facts)) };
      });
      this.tell(done.rows);
      count += done.canceled.length;
      last = done.last;
    } while (last !== undefined);
    return count;
  }

  /** Tries again what failed, and what nobody knows of where that is wished. @throws `not_found` */
  async retry(workspaceId: string, id: string, includeUnknown: boolean): Promise<RetryBatch[]> {
    await this.existing(workspaceId, id);
    const statuses: MessageStatus[] = includeUnknown ? ['failed', 'unknown'] : ['failed'];
    const batches = await this.db.transaction((sql) => retryCampaign(sql, workspaceId, id, statuses));
    const ids = batches.map((batch) => batch.id);
    this.ring(workspaceId, ids, []);
    return batches;
  }

  /** Hints: what is woken is due, so the sweepers find it too. */
  private ring(workspaceId: string, batches: string[], messages: string[]): void {
    if (batches.length > 0) void this.publisher.ring(subjects.campaigns(workspaceId), { batches });
    if (messages.length > 0)
      void this.publisher.ring(subjects.send(workspaceId, API_TOKEN), { ids: messages });
  }

  private tell(rows: OutboxRow[]): void {
    const teller = {
      publishEvents: this.publisher.publishEvents.bind(this.publisher),
      publishCore: this.link.publishCore.bind(this.link),
    };
    tellOutbox(this.db, teller, rows).catch((error: unknown) =>
      this.logger.debug({ err: error }, 'facts were not told; the outbox will'),
    );
  }
}

function factOf(workspaceId: string, row: ChangedMessage) {
  const { id: messageId, conversationId, contactId, idempotencyKey } = row;
  const subject = { workspaceId, messageId, conversationId, contactId, idempotencyKey };
  return statusFact(subject, { status: 'canceled', reason: null, losses: [], at: new Date() }) ?? [];
}
