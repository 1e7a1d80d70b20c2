import { DECISIVE, subjects, type MessageStatus, type PublicEvent } from '@skein/contracts';
import type { Sql } from '../db.js';
import { deleteOutbox, type OutboxRow } from './outbox.js';

/** Who carries facts to the world. */
export interface Teller {
  /** Resolves once the facts are stored; rejects when they are not, or perhaps not. */
  publishEvents(workspaceId: string, type: string, items: readonly PublicEvent[]): Promise<void>;
  /** Tells whoever listens now. */
  publishCore(subject: string, payload: unknown): boolean;
}

/**
 * Tells committed facts: live to whoever waits for a message, durably to everybody, then forgets them. A row that cannot be
 * told stays; the sweeper of the outbox tells it again with the same event ids.
 *
 * @throws what the teller threw.
 */
export async function tellOutbox(sql: Sql, teller: Teller, rows: OutboxRow[]): Promise<void> {
  for (const row of rows) for (const event of row.items) tellStatus(teller, row.workspaceId, event);
  const told = await Promise.allSettled(
    rows.map((row) => teller.publishEvents(row.workspaceId, row.type, row.items)),
  );
  await deleteOutbox(
    sql,
    rows.filter((_, index) => told[index]?.status === 'fulfilled').map((row) => row.id),
  );
  const failed = told.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The data of a status event is the outcome of its message. */
function tellStatus(teller: Teller, workspaceId: string, { messageId, data, at }: PublicEvent): void {
  if (messageId === undefined || !DECISIVE.has(data.status as MessageStatus)) return;
  teller.publishCore(subjects.status(workspaceId, messageId), { ...data, at });
}
