import type { Sql } from '../db.js';

/** What is known about reaching an address besides the address; {} for one nobody has met. */
export async function laneRoute(
  sql: Sql,
  channelId: string,
  address: string,
): Promise<Record<string, string>> {
  const rows = await sql.query<{ route: Record<string, string> }>(
    'lane-route',
    'SELECT route FROM lanes WHERE channel_id = $1 AND address = $2',
    [channelId, address],
  );
  return rows[0]?.route ?? {};
}
