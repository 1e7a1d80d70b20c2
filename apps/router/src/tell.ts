import { v5 } from 'uuid';
import {
  eventOfStatus,
  outcomeOf,
  subjects,
  type EventType,
  type Loss,
  type MessageStatus,
  type PublicEvent,
} from '@skein/contracts';
import { deleteOutbox, insertOutbox, type Db, type OutboxRow, type Sql } from '@skein/persistence';
import type { NatsLink, Publisher } from '@skein/messaging';

/** A status that the router gave a message and that somebody outside wants to hear of. */
export interface StatusFact {
  workspaceId: string;
  messageId: string;
  conversationId: string | null;
  contactId: string | null;
  idempotencyKey: string | null;
  status: MessageStatus;
  reason: string | null;
  losses: Loss[];
}

/** The service name on outbox rows. */
const SERVICE = 'router';

/** Writes the facts to tell in the transaction that made them true. @returns the rows to tell after the commit. */
export async function noteFacts(sql: Sql, facts: StatusFact[]): Promise<OutboxRow[]> {
  const groups = new Map<string, { workspaceId: string; type: EventType; items: PublicEvent[] }>();
  for (const fact of facts) {
    const type = eventOfStatus(fact.status);
    if (type === undefined) continue;
    const key = `${fact.workspaceId} ${type}`;
    const group = groups.get(key) ?? { workspaceId: fact.workspaceId, type, items: [] };
    group.items.push(eventOf(fact, type));
    groups.set(key, group);
  }
  return insertOutbox(sql, SERVICE, [...groups.values()]);
}

function eventOf(fact: StatusFact, type: EventType): PublicEvent {
  return {
    id: v5(type, fact.messageId),
    type,
    at: new Date().toISOString(),
    messageId: fact.messageId,
    ...(fact.conversationId === null ? {} : { conversationId: fact.conversationId }),
    ...(fact.idempotencyKey === null ? {} : { idempotencyKey: fact.idempotencyKey }),
    data: { ...outcomeOf(fact) },
  };
}

/** Tells committed facts: live to whoever waits, durably to everybody. What fails is told again by the sweeper of the outbox. */
export async function tellFacts(
  bus: { link: NatsLink; publisher: Publisher },
  db: Db,
  facts: StatusFact[],
  rows: OutboxRow[],
): Promise<void> {
  const at = new Date().toISOString();
  for (const fact of facts) {
    bus.link.publishCore(subjects.status(fact.workspaceId, fact.messageId), { ...outcomeOf(fact), at });
  }
  await Promise.all(rows.map((row) => bus.publisher.publishEvents(row.workspaceId, row.type, row.items)));
  await deleteOutbox(
    db,
    rows.map((row) => row.id),
  );
}
