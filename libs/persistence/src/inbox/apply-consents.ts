import type { InboundEvent } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A committed consent event. */
export interface ConsentItem {
  workspaceId: string;
  channelId: string;
  event: Extract<InboundEvent, { type: 'consent' }>;
  inboundId: string;
}

interface LaneRow extends Record<string, unknown> {
  id: string;
  channelId: string;
  address: string;
}

/** The address whose lane an address shares, if an identity says so. */
const LANE_OF = `COALESCE((SELECT i.lane_address FROM identities i
  WHERE i.workspace_id = c.ws AND i.kind = ch.kind AND i.address = c.address), c.address)`;

/**
 * Writes the wishes to their lanes, in the order given, and keeps the evidence. A lane that does not exist yet is made: the wish of
 * somebody nobody has written to counts as well.
 */
export async function applyConsents(sql: Sql, items: ConsentItem[]): Promise<void> {
  if (items.length === 0) return;
  const lanes = await lockLanes(sql, items);
  for (const item of items) {
    const laneId = lanes.get(`${item.channelId}\n${item.event.address}`);
    if (laneId !== undefined) await applyOne(sql, laneId, item);
  }
}

async function lockLanes(sql: Sql, items: ConsentItem[]): Promise<Map<string, string>> {
  const columns = [
    items.map((item) => item.workspaceId),
    items.map((item) => item.channelId),
    items.map((item) => item.event.address),
  ];
  const asked = `unnest($1::text[], $2::text[], $3::text[]) AS c (ws, channel, address) JOIN channels ch ON ch.id = c.channel`;
  await sql.query(
    'consent-lane-create',
    `INSERT INTO lanes (workspace_id, channel_id, address) SELECT DISTINCT c.ws, c.channel, ${LANE_OF} AS address FROM ${asked}
     ORDER BY 2, 3 ON CONFLICT (channel_id, address) DO NOTHING`,
    columns,
  );
  const rows = await sql.query<LaneRow>(
    'consent-lane-find',
    `SELECT l.id::text AS id, c.channel AS "channelId", c.address FROM ${asked}
     JOIN lanes l ON l.channel_id = c.channel AND l.address = ${LANE_OF}`,
    columns,
  );
  await sql.query(
    'consent-lane-lock',
    `SELECT 1 FROM lanes WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE`,
    [rows.map((row) => row.id)],
  );
  return new Map(rows.map((row) => [`${row.channelId}\n${row.address}`, row.id]));
}

async function applyOne(
  sql: Sql,
  laneId: string,
  { workspaceId, event, inboundId }: ConsentItem,
): Promise<void> {
  const { value, purpose, evidence } = event;
  await sql.query(
    'consent-record',
    `INSERT INTO consents (workspace_id, lane_id, value, purpose, evidence, inbound_event_id, at)
     VALUES ($1, $2, $3, $4, $5, $6, skein_now())`,
    [workspaceId, laneId, value, purpose, evidence, inboundId],
  );
  if (value === 'stop') {
    // The wider wish stays: a marketing stop does not narrow a full one.
    await sql.query(
      'consent-stop',
      `UPDATE lanes SET opted_out_at = COALESCE(opted_out_at, skein_now()),
         opted_out_purpose = CASE WHEN opted_out_purpose = 'all' THEN 'all' ELSE $2 END WHERE id = $1`,
      [laneId, purpose],
    );
    return;
  }
  await sql.query(
    'consent-start',
    `UPDATE lanes SET opted_out_at = NULL, opted_out_purpose = NULL WHERE id = $1 AND ($2 = 'all' OR opted_out_purpose = $2)`,
    [laneId, purpose],
  );
}
