import type { Sql } from '@skein/persistence';
import type { StoredBody } from './encode.js';
import type { Place, StoredEntry } from './entries.js';
import { LIMITS } from './protocol.js';

/** A question for what comes after an entry. */
export interface After extends Place {
  after: number;
}

interface Row {
  n: number;
  id: string;
  direction: 'in' | 'out';
  at: Date;
  client_id: string | null;
  is_read: boolean;
  payload: StoredBody;
}

/** Entries handed over at once. */
export const BATCH = 100;

const COLUMNS = `e.id::text AS id, e.direction, e.at, e.client_id, e.read_at IS NOT NULL AS is_read, e.payload`;

const AFTER = `
  SELECT q.n::int AS n, e.* FROM unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY AS q (channel, address, after, n)
  CROSS JOIN LATERAL (
    SELECT ${COLUMNS} FROM web_chat_entries e
    WHERE e.channel_id = q.channel AND e.address = q.address AND e.id > q.after ORDER BY e.id LIMIT ${BATCH}
  ) AS e
  ORDER BY q.n, e.id::bigint`;

/** What follows each entry, oldest first, at most {@link BATCH} of each conversation. */
export async function entriesAfter(sql: Sql, asked: readonly After[]): Promise<StoredEntry[][]> {
  const rows = await sql.query<Row>('web-chat-after', AFTER, [
    asked.map(({ channelId }) => channelId),
    asked.map(({ address }) => address),
    asked.map(({ after }) => after),
  ]);
  const found: StoredEntry[][] = asked.map(() => []);
  for (const row of rows) found[row.n - 1]?.push(entryOf(row));
  return found;
}

const BEFORE = `
  SELECT 1 AS n, ${COLUMNS} FROM web_chat_entries e
  WHERE e.channel_id = $1 AND e.address = $2 AND e.id < $3 ORDER BY e.id DESC LIMIT ${LIMITS.page + 1}`;

/** The page before an entry, oldest first, and whether there is more before it. */
export async function entriesBefore(
  sql: Sql,
  { channelId, address }: Place,
  before: number,
): Promise<{ entries: StoredEntry[]; more: boolean }> {
  const rows = await sql.query<Row>('web-chat-before', BEFORE, [channelId, address, before]);
  const entries = rows.slice(0, LIMITS.page).map(entryOf).reverse();
  return { entries, more: rows.length > LIMITS.page };
}

const LATEST = `
  SELECT q.n::int AS n, (SELECT max(id) FROM web_chat_entries e WHERE e.channel_id = q.channel AND e.address = q.address)::text AS id
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q (channel, address, n)`;

/** The last entry of each conversation; 0 where there is none. */
export async function latestEntries(sql: Sql, places: readonly Place[]): Promise<number[]> {
  const rows = await sql.query<{ n: number; id: string | null }>('web-chat-latest', LATEST, [
    places.map(({ channelId }) => channelId),
    places.map(({ address }) => address),
  ]);
  const found = places.map(() => 0);
  for (const { n, id } of rows) found[n - 1] = Number(id ?? 0);
  return found;
}

const FIND = `
  SELECT 1 AS n, ${COLUMNS} FROM web_chat_entries e WHERE e.id = $3 AND e.channel_id = $1 AND e.address = $2`;

/** One entry of a conversation. */
export async function findEntry(
  sql: Sql,
  { channelId, address }: Place,
  id: number,
): Promise<StoredEntry | undefined> {
  const rows = await sql.query<Row>('web-chat-find-one', FIND, [channelId, address, id]);
  return rows.map(entryOf)[0];
}

function entryOf(row: Row): StoredEntry {
  const { id, direction, at, client_id: clientId, is_read: isRead, payload: body } = row;
  return { id: Number(id), direction, at, clientId, isRead, body };
}
