import type { Sql } from '../db.js';

/** Free, ended, or ours already. */
const TAKE = `
  INSERT INTO connection_leases AS l (channel_id, holder, until)
  SELECT id, $2::uuid, now() + $3::int * interval '1 millisecond' FROM unnest($1::text[]) AS t (id) ORDER BY id
  ON CONFLICT (channel_id) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
  WHERE l.holder = EXCLUDED.holder OR l.until <= now()
  RETURNING channel_id AS id, state`;

/**
 * Takes or renews the right to keep the exclusive connections of these channels open.
 *
 * @returns what was kept for each channel that is the holder's for the next `leaseMs`; null where nothing was.
 */
export async function takeConnectionLeases(
  sql: Sql,
  channelIds: string[],
  holder: string,
  leaseMs: number,
): Promise<Map<string, unknown>> {
  if (channelIds.length === 0) return new Map();
  const rows = await sql.query<{ id: string; state: unknown }>('connection-leases', TAKE, [
    channelIds,
    holder,
    leaseMs,
  ]);
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** Keeps what the next holder takes the connection up with; nothing happens when the lease is somebody else's by now. */
export async function keepConnectionState(
  sql: Sql,
  channelId: string,
  holder: string,
  state: object,
): Promise<void> {
  await sql.query(
    'connection-leases-state',
    `UPDATE connection_leases SET state = $3::jsonb WHERE channel_id = $1 AND holder = $2::uuid`,
    [channelId, holder, JSON.stringify(state)],
  );
}

/** Gives leases back, so that another process need not wait for their end. */
export async function releaseConnectionLeases(sql: Sql, holder: string): Promise<void> {
  await sql.query(
    'connection-leases-release',
    `UPDATE connection_leases SET until = now() WHERE holder = $1::uuid`,
    [holder],
  );
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
