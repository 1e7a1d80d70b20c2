import { Inject, Injectable } from '@nestjs/common';
import { API_TOKEN, outcomeOf, refuse, subjects, type Outcome } from '@skein/contracts';
import { Publisher, Schedules } from '@skein/messaging';
import { cancelMessage, Db, readOutcomes, rescheduleMessage } from '@skein/persistence';
import { LOGGER, type Logger } from '@skein/runtime';
import { notFound } from '../http/query.js';
import { FactTeller } from './tell-facts.js';

/** Cancels and moves messages that have not left yet. */
@Injectable()
export class MessageChanges {
  constructor(
    private readonly db: Db,
    private readonly facts: FactTeller,
    private readonly schedules: Schedules,
    private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Cancels what is scheduled or held; doing it again gives the same answer. @throws `already_sent`, `not_found` */
  async cancel(workspaceId: string, id: string): Promise<Outcome> {
    const done = await this.db.transaction(async (sql) => {
      const changed = await cancelMessage(sql, workspaceId, id);
      if (changed === undefined) return undefined;
      const { conversationId, contactId, idempotencyKey } = changed;
      const fact = {
        workspaceId,
        messageId: id,
        conversationId,
        contactId,
        idempotencyKey,
        status: 'canceled' as const,
        reason: null,
      };
      return { fact, rows: await this.facts.note(sql, [fact]) };
    });
    if (done === undefined) return this.unchanged(workspaceId, id, 'canceled');
    this.facts.tell([done.fact], done.rows);
    this.schedules.cancelSchedule(workspaceId, id).catch((error: unknown) => {
      // A fire of a canceled message finds nothing to do.
      this.logger.debug({ err: error }, 'a schedule was not taken back');
    });
    return outcomeOf({ ...done.fact, losses: [] });
  }

  /** Moves what is scheduled. The router sets the new schedule when it is rung. @throws `already_sent`, `not_found` */
  async reschedule(workspaceId: string, id: string, dueAt: Date): Promise<Outcome> {
    const changed = await rescheduleMessage(this.db, workspaceId, id, dueAt);
    if (changed === undefined) return this.unchanged(workspaceId, id, undefined);
    void this.publisher.ring(subjects.send(workspaceId, API_TOKEN), { ids: [id] });
    const { conversationId, contactId, status } = changed;
    return outcomeOf({ messageId: id, conversationId, contactId, status, reason: null, losses: [] });
  }

  private async unchanged(workspaceId: string, id: string, same: string | undefined): Promise<Outcome> {
    const row = (await readOutcomes(this.db, workspaceId, [id])).get(id);
    if (row === undefined) return notFound('message');
    if (row.status === same) return outcomeOf(row);
    return refuse(
      'already_sent',
      `The message is ${row.status}; only scheduled and held messages can be changed.`,
      { messageId: id },
    );
  }
}
