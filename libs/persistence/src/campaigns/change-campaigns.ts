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
const heldLanes = (where: string): string => `
  SELECT DISTINCT m.lane_id::text AS id FROM messages m WHERE ${where} AND m.status = ANY ($3::text[]) AND m.lane_id IS NOT NULL`;
/** Whoever wrote while it was paused opened the window; the held message was left for this moment. */
const release = (where: string): string => `
  UPDATE messages m SET status = 'accepted', released_at = now(), status_at = now(), wake_at = now(), hold_until = NULL,
    timeline = m.timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'released'))
  FROM lanes l
  WHERE ${where} AND m.status = ANY ($3::text[]) AND l.id = m.lane_id AND l.window_until > skein_now()
    AND (m.hold_until IS NULL OR m.hold_until > skein_now())`;

/** Lets a campaign go on. @returns what had waited; ring for it after the commit. */
export async function resumeCampaign(sql: Sql, workspaceId: string, id: string): Promise<Woken> {
  await ensureCampaign(sql, workspaceId, id);
  await sql.query('campaign-resume', RESUME, [workspaceId, id]);
  await releaseHeldOf(sql, workspaceId, id);
  return wakeCampaign(sql, workspaceId, id);
}

/**
 * Under the locks of the lanes: whoever has one is opening a window and still sees the campaign paused, so its window is waited for;
 * whoever comes after us sees the campaign going on. One of the two releases the message.
 */
async function releaseHeldOf(sql: Sql, workspaceId: string, id: string): Promise<void> {
  const { name, where } = campaignFilter(id);
  const values = [workspaceId, id, allowedFrom('accepted', 'api')];
  const lanes = await sql.query<{ id: string }>(`campaign-held-lanes-${name}`, heldLanes(where), values);
  await lockLanes(
    sql,
    lanes.map((row) => row.id),
  );
  await sql.query(`campaign-release-${name}`, release(where), values);
}
