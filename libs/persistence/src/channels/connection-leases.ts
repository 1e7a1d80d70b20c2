import type { Sql } from '../db.js';

/** Free, ended, or ours already. */
const TAKE = `
  INSERT INTO connection_leases AS l (channel_id, holder, until)
  SELECT id, $2::uuid, now() + $3::int * interval '1 millisecond' FROM unnest($1::text[]) AS t (id) ORDER BY id
  ON CONFLICT (channel_id) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
  WHERE l.holder = EXCLUDED.holder OR l.until <= now()
  RETURNING channel_id AS id`;

/**
 * Takes or renews the right to keep the exclusive connections of these channels open.
 *
 * @returns the channels that are the holder's for the next `leaseMs`.
 */
export async function takeConnectionLeases(
  sql: Sql,
  channelIds: string[],
  holder: string,
  leaseMs: number,
): Promise<Set<string>> {
  if (channelIds.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>('connection-leases', TAKE, [channelIds, holder, leaseMs]);
  return new Set(rows.map(({ id }) => id));
}

/** Gives leases back, so that another process need not wait for their end. */
export async function releaseConnectionLeases(sql: Sql, holder: string): Promise<void> {
  await sql.query('connection-leases-release', `DELETE FROM connection_leases WHERE holder = $1::uuid`, [
    holder,
  ]);
}

/** Active channels of these kinds whose account is not paused for a fault of its own. */
export async function connectableChannels(sql: Sql, kinds: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    'connectable-channels',
    `SELECT c.id FROM channels c LEFT JOIN channel_rates r ON r.channel_id = c.id
     WHERE c.kind = ANY ($1::text[]) AND c.status <> 'disconnected'
       AND NOT coalesce(r.paused_until > now() AND r.pause_reason IS NOT NULL, false) ORDER BY c.id`,
    [kinds],
  );
  return rows.map(({ id }) => id);
}
