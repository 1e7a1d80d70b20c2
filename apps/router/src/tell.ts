import type { Loss, MessageStatus } from '@skein/contracts';
import {
  groupFacts,
  insertOutbox,
  statusFact,
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
