import { allowedFrom } from '@skein/contracts';
import type { Sql } from '../db.js';
import { lockLanes } from '../routing/lanes.js';
import { ensureCampaign } from './batches.js';
import { campaignFilter } from './campaign-filter.js';
import { wakeCampaign, type Woken } from './wake-campaign.js';

/** The clock and not now(): who waited here for a feeder comes after what that feeder accepted. */
const PAUSE = `
  UPDATE campaigns SET paused_at = coalesce(paused_at, clock_timestamp()) WHERE workspace_id = $1 AND id = $2`;

/** Stops a campaign: once this is committed no more of it is accepted or routed. */
export async function pauseCampaign(sql: Sql, workspaceId: string, id: string): Promise<void> {
  await ensureCampaign(sql, workspaceId, id);
  await sql.query('campaign-pause', PAUSE, [workspaceId, id]);
}

const RESUME = `UPDATE campaigns SET paused_at = NULL WHERE workspace_id = $1 AND id = $2`;

/** Lets a campaign go on; {@link releaseHeldOf} lets go what was held. @returns what had waited; ring for it after the commit. */
export async function resumeCampaign(sql: Sql, workspaceId: string, id: string): Promise<Woken> {
  await ensureCampaign(sql, workspaceId, id);
  await sql.query('campaign-resume', RESUME, [workspaceId, id]);
  return wakeCampaign(sql, workspaceId, id);
}

/** Lanes locked at once: nobody routes or appends on them for some 20 ms. */
const LANES_LIMIT = 500;
const heldLanes = (where: string): string => `
  SELECT d.lane_id::text AS id FROM (
    SELECT DISTINCT m.lane_id FROM messages m WHERE ${where} AND m.status = ANY ($3::text[]) AND m.lane_id > $4::bigint
  ) AS d ORDER BY d.lane_id LIMIT ${LANES_LIMIT}`;
/** Whoever wrote while it was paused opened the window; the held message was left for this moment. */
const release = (where: string): string => `
  UPDATE messages m SET status = 'accepted', released_at = now(), status_at = now(), wake_at = now(), hold_until = NULL,
    timeline = m.timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'released'))
  FROM lanes l
  WHERE ${where} AND m.status = ANY ($3::text[]) AND l.id = m.lane_id AND l.id = ANY ($4::bigint[])
    AND l.window_until > skein_now() AND (m.hold_until IS NULL OR m.hold_until > skein_now())
  RETURNING m.id`;

/**
 * Releases held messages of a campaign that goes on, those on the first lanes after a place. Call it once the resume is committed,
 * each time in a transaction of its own, with the place that it gave back until there is none; done again from the start it releases
 * what an earlier run left.
 *
 * Under the locks of the lanes: whoever has one is opening a window and may still have seen the campaign paused, so its window is
 * waited for; whoever comes after us sees the campaign going on. One of the two releases the message.
 *
 * @param after the last lane before.
 */
export async function releaseHeldOf(
  sql: Sql,
  workspaceId: string,
  id: string,
  after = '0',
): Promise<{ released: string[]; last: string | undefined }> {
  const { name, where } = campaignFilter(id);
  const values = [workspaceId, id, allowedFrom('accepted', 'api')];
  const rows = await sql.query<{ id: string }>(`campaign-held-lanes-${name}`, heldLanes(where), [
    ...values,
    after,
  ]);
  const lanes = rows.map((row) => row.id);
  if (lanes.length === 0) return { released: [], last: undefined };
  await lockLanes(sql, lanes);
  const released = await sql.query<{ id: string }>(`campaign-release-${name}`, release(where), [
    ...values,
    lanes,
  ]);
  const last = lanes.length < LANES_LIMIT ? undefined : lanes.at(-1);
  return { released: released.map((row) => row.id), last };
}
