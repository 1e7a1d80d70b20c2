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

/** Both statements read the lane as it was before they change it. The wider wish stays: a marketing stop does not narrow a full one. */
const STOP = `
  WITH before AS (SELECT opted_out_purpose AS purpose FROM lanes WHERE id = $2), noted AS (
    INSERT INTO consents (workspace_id, lane_id, value, purpose, evidence, inbound_event_id, changed, at)
    SELECT $1::text, $2::bigint, 'stop', $3::text, $4::text, $5::bigint, before.purpose IS NULL OR before.purpose NOT IN ('all', $3::text), skein_now() FROM before
  )
  UPDATE lanes SET opted_out_at = COALESCE(opted_out_at, skein_now()),
    opted_out_purpose = CASE WHEN opted_out_purpose = 'all' THEN 'all' ELSE $3 END
  WHERE id = $2`;

/** $6: the word counts only for somebody who is opted out. */
const START = `
  WITH before AS (
    SELECT opted_out_purpose IS NOT NULL AND $3::text IN ('all', opted_out_purpose) AS is_out FROM lanes WHERE id = $2
  ), noted AS (
    INSERT INTO consents (workspace_id, lane_id, value, purpose, evidence, inbound_event_id, changed, at)
    SELECT $1::text, $2::bigint, 'start', $3::text, $4::text, $5::bigint, before.is_out, skein_now() FROM before WHERE before.is_out OR NOT $6::bool
  )
  UPDATE lanes SET opted_out_at = NULL, opted_out_purpose = NULL
  WHERE id = $2 AND opted_out_purpose IS NOT NULL AND $3::text IN ('all', opted_out_purpose)`;

/** A question for help changes nothing and is answered later. */
async function applyOne(
  sql: Sql,
  laneId: string,
  { workspaceId, event, inboundId }: ConsentItem,
): Promise<void> {
  const { value, purpose, evidence, onlyIfOptedOut = false } = event;
  if (value === 'help') return;
  const wish = [workspaceId, laneId, purpose, evidence, inboundId];
  if (value === 'stop') await sql.query('consent-stop', STOP, wish);
  else await sql.query('consent-start', START, [...wish, onlyIfOptedOut]);
}
