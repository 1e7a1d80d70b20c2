import type { Sql } from '../db.js';

/** A channel that must stand still, and why. `alert` marks a fault of the account that a person has to mend. */
export interface ChannelPause {
  channelId: string;
  workspaceId: string;
  ms: number;
  reason: string;
  alert: boolean;
}

/** Pauses channels for all replicas; the longer pause wins. Returns the alerts of channels that were not paused before. */
export async function pauseChannels(sql: Sql, pauses: ChannelPause[]): Promise<ChannelPause[]> {
  const longest = new Map<string, ChannelPause>();
  for (const pause of pauses) {
    if ((longest.get(pause.channelId)?.ms ?? -1) < pause.ms) longest.set(pause.channelId, pause);
  }
  if (longest.size === 0) return [];
  const sorted = [...longest.values()].sort((a, b) => (a.channelId < b.channelId ? -1 : 1));
  const ids = sorted.map((pause) => pause.channelId);
  const before = await sql.query<{ id: string }>(
    'pause-channels-lock',
    `SELECT channel_id AS id FROM channel_rates WHERE channel_id = ANY($1::text[])
       AND paused_until > now() AND pause_reason IS NOT NULL ORDER BY channel_id FOR UPDATE`,
    [ids],
  );
  await sql.query(
    'pause-channels',
    `INSERT INTO channel_rates AS r (channel_id, paused_until, pause_reason)
     SELECT p.id, now() + p.ms * interval '1 millisecond', p.reason
     FROM unnest($1::text[], $2::int[], $3::text[]) AS p (id, ms, reason)
     ON CONFLICT (channel_id) DO UPDATE SET paused_until = GREATEST(r.paused_until, EXCLUDED.paused_until),
       pause_reason = CASE WHEN r.paused_until > now() THEN COALESCE(EXCLUDED.pause_reason, r.pause_reason) ELSE EXCLUDED.pause_reason END`,
    [
      ids,
      sorted.map((pause) => Math.round(pause.ms)),
      sorted.map((pause) => (pause.alert ? pause.reason : null)),
    ],
  );
  const already = new Set(before.map((row) => row.id));
  return sorted.filter((pause) => pause.alert && !already.has(pause.channelId));
}

/** Pauses lanes (a platform's limit per pair of addresses); the longer pause wins. */
export async function pauseLanes(sql: Sql, pauses: { laneId: string; ms: number }[]): Promise<void> {
  if (pauses.length === 0) return;
  const longest = new Map<string, number>();
  for (const { laneId, ms } of pauses) longest.set(laneId, Math.max(ms, longest.get(laneId) ?? 0));
  await sql.query(
    'pause-lanes',
    `WITH held AS (
       SELECT l.id, p.ms FROM lanes l JOIN unnest($1::bigint[], $2::int[]) AS p (id, ms) ON p.id = l.id ORDER BY l.id FOR UPDATE OF l
     )
     UPDATE lanes l SET paused_until = GREATEST(l.paused_until, now() + h.ms * interval '1 millisecond') FROM held h WHERE l.id = h.id`,
    [[...longest.keys()], [...longest.values()].map(Math.round)],
  );
}

/** Opts lanes out because the provider says so, with the evidence. A lane that is opted out already stays as it is. */
export async function optOutLanes(sql: Sql, optOuts: { laneId: string; evidence: string }[]): Promise<void> {
  if (optOuts.length === 0) return;
  const evidence = new Map(optOuts.map((optOut) => [optOut.laneId, optOut.evidence]));
  const ids = [...evidence.keys()];
  await sql.query('optout-lock', `SELECT 1 FROM lanes WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE`, [
    ids,
  ]);
  await sql.query(
    'optout-lanes',
    `WITH changed AS (
       UPDATE lanes SET opted_out_at = skein_now(), opted_out_purpose = 'all'
       WHERE id = ANY($1::bigint[]) AND (opted_out_at IS NULL OR opted_out_purpose <> 'all')
       RETURNING id, workspace_id
     )
     INSERT INTO consents (workspace_id, lane_id, value, purpose, evidence, at)
     SELECT c.workspace_id, c.id, 'stop', 'all', e.evidence, skein_now()
     FROM changed c JOIN unnest($1::bigint[], $2::text[]) AS e (id, evidence) ON e.id = c.id`,
    [ids, [...evidence.values()]],
  );
}
