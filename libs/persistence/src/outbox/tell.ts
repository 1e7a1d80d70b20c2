import { DECISIVE, subjects, type EventType, type MessageStatus, type PublicEvent } from '@skein/contracts';
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
  const told = await Promise.allSettled(rows.map((row) => tellRow(teller, row)));
  await deleteOutbox(
    sql,
    rows.filter((_, index) => told[index]?.status === 'fulfilled').map((row) => row.id),
  );
  const failed = told.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** What cannot be told live is still stored; what cannot be stored keeps no other row from it. */
async function tellRow(teller: Teller, { workspaceId, type, items }: OutboxRow): Promise<void> {
  for (const event of items) {
    try {
      tellStatus(teller, workspaceId, event);
    } catch {
      // Too large for the connection, or it is closing: who listens live reads the row itself after a moment.
    }
  }
  await teller.publishEvents(workspaceId, type, items);
}

/** A person's message has its last news when its turn is over. */
const ENDS_OF_TURNS: ReadonlySet<EventType> = new Set<EventType>(['turn-done', 'turn-failed']);

/** The data of a status event is the outcome of its message. */
function tellStatus(teller: Teller, workspaceId: string, { messageId, type, data, at }: PublicEvent): void {
  const isNews = DECISIVE.has(data.status as MessageStatus) || ENDS_OF_TURNS.has(type);
  if (messageId === undefined || !isNews) return;
  teller.publishCore(subjects.status(workspaceId, messageId), { ...data, at });
}
