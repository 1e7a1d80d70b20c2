import type { Db, Sql } from '@skein/persistence';
import type { StoredBody } from './encode.js';

/** A conversation of one channel. */
export interface Place {
  channelId: string;
  address: string;
}

export interface StoredEntry {
  id: number;
  direction: 'in' | 'out';
  at: Date;
  clientId: string | null;
  isRead: boolean;
  body: StoredBody;
}

export interface NewEntry extends Place {
  workspaceId: string;
  direction: 'in' | 'out';
  /** Of what goes out. */
  callId?: string;
  /** Of what comes in. */
  clientId?: string;
  body: StoredBody;
}

/** Where an entry is, new or known before. */
export interface Appended extends Place {
  id: number;
  at: Date;
  isNew: boolean;
}

const LOCK = `
  SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM (
    SELECT DISTINCT key FROM unnest($1::text[]) AS t (key) ORDER BY key
  ) AS sorted`;

const HOMES = `
  SELECT q.n::int AS n, h.home FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS q (channel, address, n)
  JOIN web_chat_homes h ON h.channel_id = q.channel AND h.address = q.address`;

const INSERT = `
  INSERT INTO web_chat_entries (workspace_id, channel_id, address, direction, call_id, client_id, payload)
  SELECT q.ws, q.channel, q.address, q.direction, q.call, q.client, q.payload
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
    WITH ORDINALITY AS q (ws, channel, address, direction, call, client, payload, n)
  ORDER BY q.n
  ON CONFLICT DO NOTHING
  RETURNING id::text AS id`;

const FIND = `
  SELECT q.n::int AS n, e.id::text AS id, e.at, e.channel_id AS "channelId", e.address
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS q (channel, address, call, client, n)
  JOIN web_chat_entries e ON e.call_id = q.call
    OR (e.channel_id = q.channel AND e.address = q.address AND e.client_id = q.client)`;

/** The lock that entries of an address are written under. */
export function lockKey({ channelId, address }: Place): string {
  return `web-chat:${channelId}:${address}`;
}

export async function lockPlaces(sql: Sql, places: readonly Place[]): Promise<void> {
  await sql.query('web-chat-lock', LOCK, [places.map(lockKey)]);
}

/**
 * Writes entries in their order; one with a call id or client id that is there already is found instead. An address that goes on
 * with another conversation is written there. Ids of a conversation grow in the order of the commits: its lock is held until then.
 */
export function appendEntries(db: Pick<Db, 'transaction'>, items: readonly NewEntry[]): Promise<Appended[]> {
  return db.transaction(async (sql) => {
    await lockPlaces(sql, items);
    const placed = await atHome(sql, items);
    const moved = placed.filter((item, index) => item !== items[index]);
    if (moved.length > 0) await lockPlaces(sql, moved);
    const column = <T>(of: (item: NewEntry) => T): T[] => placed.map(of);
    const inserted = await sql.query<{ id: string }>('web-chat-insert', INSERT, [
      column((item) => item.workspaceId),
      column((item) => item.channelId),
      column((item) => item.address),
      column((item) => item.direction),
      column((item) => item.callId ?? null),
      column((item) => item.clientId ?? null),
      column((item) => JSON.stringify(item.body)),
    ]);
    const fresh = new Set(inserted.map(({ id }) => id));
    const found = await sql.query<{ n: number; id: string; at: Date } & Place>('web-chat-find', FIND, [
      column((item) => item.channelId),
      column((item) => item.address),
      column((item) => item.callId ?? null),
      column((item) => item.clientId ?? null),
    ]);
    const byIndex = new Map(found.map((row) => [row.n - 1, row]));
    return placed.map((_, index) => {
      const row = byIndex.get(index);
      if (row === undefined) throw new Error('an entry has neither a call id nor a client id');
      const { id, at, channelId, address } = row;
      return { id: Number(id), at, channelId, address, isNew: fresh.has(id) };
    });
  });
}

async function atHome(sql: Sql, items: readonly NewEntry[]): Promise<NewEntry[]> {
  const homes = await sql.query<{ n: number; home: string }>('web-chat-homes', HOMES, [
    items.map(({ channelId }) => channelId),
    items.map(({ address }) => address),
  ]);
  const byIndex = new Map(homes.map(({ n, home }) => [n - 1, home]));
  return items.map((item, index) => {
    const address = byIndex.get(index);
    return address === undefined ? item : { ...item, address };
  });
}
