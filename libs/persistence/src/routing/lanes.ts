import type { LaneChoice } from '../append/chosen.js';
import type { Sql } from '../db.js';

/** A lane as policy sees it, on the business clock. */
export interface LaneState {
  id: string;
  channel_id: string;
  address: string;
  window_open: boolean;
  window_until: Date | null;
  prompt_open: boolean;
  opted_out_purpose: 'all' | 'marketing' | null;
  /** Numbered choices of the message sent last. */
  choices: LaneChoice[] | null;
  /** Now on the business clock. */
  business_now: Date;
}

const LOCK = `
  SELECT l.id, l.channel_id, l.address, coalesce(l.window_until > n.now, false) AS window_open, l.window_until,
    coalesce(l.prompt_until > n.now, false) AS prompt_open, l.opted_out_purpose, l.choices, n.now AS business_now
  FROM lanes l CROSS JOIN (SELECT skein_now() AS now) AS n
  WHERE l.id = ANY ($1::bigint[])
  ORDER BY l.id
  FOR UPDATE OF l`;

/** Locks lanes in order of their ids and reads them: from here on nobody else routes, appends or opts out on them. */
export async function lockLanes(sql: Sql, ids: string[]): Promise<Map<string, LaneState>> {
  const rows = await sql.query<LaneState>('routing-lock-lanes', LOCK, [[...new Set(ids)]]);
  return new Map(rows.map((row) => [row.id, row]));
}

const CHOICES = `
  UPDATE lanes l SET choices = t.choices FROM unnest($1::bigint[], $2::jsonb[]) AS t (id, choices)
  WHERE l.id = t.id AND l.choices IS DISTINCT FROM t.choices`;

/** Notes what the message sent last lets the person choose by number; null when it has nothing to choose. */
export async function noteChoices(
  sql: Sql,
  lanes: { id: string; choices: LaneChoice[] | null }[],
): Promise<void> {
  if (lanes.length === 0) return;
  await sql.query('routing-choices', CHOICES, [
    lanes.map((row) => row.id),
    lanes.map((row) => (row.choices === null ? null : JSON.stringify(row.choices))),
  ]);
}

const PROMPTED = `
  UPDATE lanes l SET prompt_until = t.until FROM unnest($1::bigint[], $2::timestamptz[]) AS t (id, until) WHERE l.id = t.id`;

/** Notes until when a prompt stands for whatever is held on the lane. */
export async function markPrompted(sql: Sql, lanes: { id: string; until: Date }[]): Promise<void> {
  if (lanes.length === 0) return;
  await sql.query('routing-prompted', PROMPTED, [lanes.map((row) => row.id), lanes.map((row) => row.until)]);
}

const LAST_MAIL = `
  SELECT q.lane_id, m.provider_message_id AS message_id, m.content->>'subject' AS subject, m.content->'data'->'references' AS refs
  FROM unnest($1::bigint[], $2::uuid[]) AS q (lane_id, thread_id)
  CROSS JOIN LATERAL (
    SELECT provider_message_id, content FROM messages
    WHERE thread_id = q.thread_id AND lane_id = q.lane_id AND direction = 'in' AND provider_message_id IS NOT NULL
    ORDER BY seq DESC LIMIT 1
  ) AS m`;

export interface LastMail {
  lane_id: string;
  message_id: string;
  subject: string | null;
  refs: string[] | null;
}

/** The last mail of the person on each lane, which an answer refers to. */
export async function findLastMails(
  sql: Sql,
  lanes: { laneId: string; threadId: string }[],
): Promise<Map<string, LastMail>> {
  if (lanes.length === 0) return new Map();
  const rows = await sql.query<LastMail>('routing-last-mail', LAST_MAIL, [
    lanes.map((row) => row.laneId),
    lanes.map((row) => row.threadId),
  ]);
  return new Map(rows.map((row) => [row.lane_id, row]));
}
