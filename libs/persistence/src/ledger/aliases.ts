import type { Sql } from '../db.js';

/** An address that somebody else owns already stays theirs: nothing is merged by guessing. */
const ADD = `
  INSERT INTO identities (workspace_id, kind, address, lane_address, contact_id, provenance)
  SELECT l.workspace_id, ch.kind, t.address, i.lane_address, i.contact_id, 'provider'
  FROM unnest($1::bigint[], $2::text[]) AS t (lane_id, address)
  JOIN lanes l ON l.id = t.lane_id
  JOIN channels ch ON ch.id = l.channel_id
  JOIN identities i ON i.workspace_id = l.workspace_id AND i.kind = ch.kind AND i.address = l.address
  ORDER BY t.address
  ON CONFLICT DO NOTHING`;

/** Keeps the address by which the platform itself knows the person, so that their answer finds the same conversation. */
export async function addAliases(sql: Sql, aliases: { laneId: string; address: string }[]): Promise<void> {
  if (aliases.length === 0) return;
  await sql.query('ledger-aliases', ADD, [
    aliases.map(({ laneId }) => laneId),
    aliases.map(({ address }) => address),
  ]);
}
