import { outcomeOf, subjects, type Loss, type MessageStatus } from '@skein/contracts';
import type { NatsLink, Publisher } from '@skein/messaging';
import {
  deleteOutbox,
  groupFacts,
  insertOutbox,
  statusFact,
  type Db,
  type FactSubject,
  type OutboxRow,
  type Sql,
} from '@skein/persistence';

/** A status that the router gave a message and that somebody outside wants to hear of. */
export interface StatusFact extends FactSubject {
  status: MessageStatus;
  reason: string | null;
  losses: Loss[];
}

/** The service name on outbox rows. */
const SERVICE = 'router';

/** Writes the facts to tell in the transaction that made them true. @returns the rows to tell after the commit. */
export async function noteFacts(sql: Sql, facts: StatusFact[]): Promise<OutboxRow[]> {
  const at = new Date();
  const told = facts.flatMap((fact) => statusFact(fact, { ...fact, at }) ?? []);
  return insertOutbox(sql, SERVICE, groupFacts(told));
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
  const ids = rows.map((row) => row.id);
  await deleteOutbox(db, ids);
}
