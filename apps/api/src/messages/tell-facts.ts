import { Inject, Injectable } from '@nestjs/common';
import { eventOfStatus, outcomeOf, subjects, type MessageStatus, type PublicEvent } from '@skein/contracts';
import { NatsLink, Publisher } from '@skein/messaging';
import { Db, deleteOutbox, insertOutbox, type OutboxRow, type Sql } from '@skein/persistence';
import { LOGGER, type Logger } from '@skein/runtime';
import { v5 } from 'uuid';

/** A status that the api itself gave a message. */
export interface StatusFact {
  workspaceId: string;
  messageId: string;
  conversationId: string | null;
  contactId: string | null;
  idempotencyKey: string | null;
  status: MessageStatus;
  reason: string | null;
}

/** Tells the few facts that the api makes: the outbox row commits with the change, what is not told now is told from there. */
@Injectable()
export class FactTeller {
  constructor(
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Writes facts of one workspace in the caller's transaction. */
  note(sql: Sql, facts: StatusFact[]): Promise<OutboxRow[]> {
    const rows = facts.flatMap((fact) => {
      const type = eventOfStatus(fact.status);
      return type === undefined
        ? []
        : [{ workspaceId: fact.workspaceId, type, items: [eventOf(fact, type)] }];
    });
    return insertOutbox(sql, 'api', rows);
  }

  /** Tells committed facts, without waiting. */
  tell(facts: StatusFact[], rows: OutboxRow[]): void {
    const at = new Date().toISOString();
    for (const fact of facts) {
      const outcome = outcomeOf({ ...fact, losses: [] });
      this.link.publishCore(subjects.status(fact.workspaceId, fact.messageId), { ...outcome, at });
    }
    this.publish(rows).catch((error: unknown) =>
      this.logger.debug({ err: error }, 'facts were not told; the outbox will'),
    );
  }

  private async publish(rows: OutboxRow[]): Promise<void> {
    if (!this.link.up) return;
    await Promise.all(rows.map((row) => this.publisher.publishEvents(row.workspaceId, row.type, row.items)));
    const ids = rows.map((row) => row.id);
    await deleteOutbox(this.db, ids);
  }
}

function eventOf(fact: StatusFact, type: PublicEvent['type']): PublicEvent {
  const { messageId, conversationId, idempotencyKey } = fact;
  return {
    id: v5(type, messageId),
    type,
    at: new Date().toISOString(),
    messageId,
    ...(conversationId === null ? {} : { conversationId }),
    ...(idempotencyKey === null ? {} : { idempotencyKey }),
    data: { ...outcomeOf({ ...fact, losses: [] }) },
  };
}
