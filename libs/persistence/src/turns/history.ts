import type { Author, ChannelKind, MessageStatus, Purpose } from '@skein/contracts';
import type { Sql } from '../db.js';

/** An entry of a thread as an agent reads it. */
export interface ThreadEntry {
  id: string;
  author: Author;
  purpose: Purpose;
  status: MessageStatus;
  text: string | null;
  content: Record<string, unknown>;
  at: Date;
}

/** Who the agent talks to, and where. */
export interface TurnPerson {
  contactId: string;
  name: string | null;
  kind: ChannelKind;
  /** Where the message came from, and the platform's id of it. */
  address: string;
  providerMessageId: string | null;
}

const HISTORY = `
  SELECT * FROM (
    SELECT m.id, m.author, m.purpose, m.status, m.text, m.content, m.created_at AS at, m.seq
    FROM messages m, (SELECT thread_id, seq FROM messages WHERE id = $1) AS here
    WHERE m.thread_id = here.thread_id AND m.seq <= here.seq
    ORDER BY m.seq DESC LIMIT $2
  ) AS last ORDER BY seq`;

/** The thread up to and including the message a turn answers, oldest first, at most `limit` entries. */
export function readHistory(sql: Sql, messageId: string, limit: number): Promise<ThreadEntry[]> {
  return sql.query<ThreadEntry & Record<string, unknown>>('turns-history', HISTORY, [messageId, limit]);
}

const PERSON = `
  SELECT c.id AS "contactId", c.name, ch.kind, l.address, m.provider_message_id AS "providerMessageId"
  FROM turns t JOIN threads th ON th.id = t.thread_id JOIN contacts c ON c.id = th.contact_id JOIN channels ch ON ch.id = t.channel_id
  JOIN lanes l ON l.id = t.lane_id JOIN messages m ON m.id = t.message_id
  WHERE t.id = $1`;

/** Reads whom a turn is with. @throws when thread or channel are gone. */
export async function readPerson(sql: Sql, turnId: string): Promise<TurnPerson> {
  const [person] = await sql.query<TurnPerson & Record<string, unknown>>('turns-person', PERSON, [turnId]);
  if (person === undefined) throw new Error('The thread or the channel of the turn does not exist.');
  return person;
}
