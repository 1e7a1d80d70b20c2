import { allowedFrom } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { ChangedMessage } from '../queries/change-message.js';
import { campaignFilter } from './campaign-filter.js';
import { ensureCampaign } from './batches.js';

/** The clock and not now(): who waited here for a feeder comes after what that feeder accepted. */
const PAUSE = `
  UPDATE campaigns SET paused_at = coalesce(paused_at, clock_timestamp()) WHERE workspace_id = $1 AND id = $2`;

/** Stops a campaign: once this is committed no more of it is accepted or routed. */
export async function pauseCampaign(sql: Sql, workspaceId: string, id: string): Promise<void> {
  await ensureCampaign(sql, workspaceId, id);
  await sql.query('campaign-pause', PAUSE, [workspaceId, id]);
}

const RESUME = `UPDATE campaigns SET paused_at = NULL WHERE workspace_id = $1 AND id = $2`;
const WAKE_BATCHES = `
  UPDATE batches SET wake_at = now() WHERE workspace_id = $1 AND campaign_id = $2 AND open RETURNING id`;
const wakeMessages = (where: string): string => `
  UPDATE messages m SET wake_at = now()
  WHERE ${where} AND (m.status = 'accepted' OR m.status = 'scheduled' AND m.due_at <= now())
  RETURNING m.id`;
/** Whoever wrote while it was paused opened the window; the held message was left for this moment. */
const release = (where: string): string => `
  UPDATE messages m SET status = 'accepted', released_at = now(), status_at = now(), wake_at = now(), hold_until = NULL,
    timeline = m.timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'released'))
  FROM lanes l
  WHERE ${where} AND m.status = ANY ($3::text[]) AND l.id = m.lane_id AND l.window_until > skein_now()
    AND (m.hold_until IS NULL OR m.hold_until > skein_now())`;

/** What waits for whom. */
export interface Woken {
  batches: string[];
  messages: string[];
}

/** Lets a campaign go on. @returns what had waited; ring for it after the commit. */
export async function resumeCampaign(sql: Sql, workspaceId: string, id: string): Promise<Woken> {
  await ensureCampaign(sql, workspaceId, id);
  await sql.query('campaign-resume', RESUME, [workspaceId, id]);
  const { name, where } = campaignFilter(id);
  const held = allowedFrom('accepted', 'api');
  await sql.query(`campaign-release-${name}`, release(where), [workspaceId, id, held]);
  return wake(sql, workspaceId, id);
}

async function wake(sql: Sql, workspaceId: string, id: string): Promise<Woken> {
  const values = [workspaceId, id];
  const batches = await sql.query<{ id: string }>('campaign-wake-batches', WAKE_BATCHES, values);
  const { name, where } = campaignFilter(id);
  const messages = await sql.query<{ id: string }>(`campaign-wake-${name}`, wakeMessages(where), values);
  return { batches: batches.map((row) => row.id), messages: messages.map((row) => row.id) };
}

const CANCEL = `
  UPDATE campaigns SET canceled_at = clock_timestamp(), paused_at = NULL WHERE workspace_id = $1 AND id = $2`;
const CANCEL_ITEMS = `
  UPDATE batch_items i SET state = 'canceled' FROM batches b
  WHERE b.workspace_id = $1 AND b.campaign_id = $2 AND b.open AND i.batch_id = b.id AND i.state = 'pending'
  RETURNING i.batch_id`;
const CLOSE = `
  UPDATE batches SET open = false, wake_at = NULL, canceled_at = clock_timestamp()
  WHERE workspace_id = $1 AND campaign_id = $2 AND (open OR id = ANY ($3::uuid[]))`;
const cancelMessages = (where: string): string => `
  UPDATE messages m SET status = 'canceled', status_at = now(), wake_at = NULL,
    timeline = m.timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'canceled'))
  WHERE ${where} AND m.status = ANY ($3::text[])
  RETURNING id, status, thread_id AS "conversationId", contact_id AS "contactId", idempotency_key AS "idempotencyKey",
    due_at AS "dueAt"`;

/**
 * Ends what waits of a campaign: pending items, held and scheduled messages. Accepted ones are ended by the router, which sees the
 * mark; so is a message that a racing decision put aside. What comes later under the same id is not touched.
 *
 * @returns the messages ended here, and what the router is to look at.
 */
export async function cancelCampaign(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<{ canceled: ChangedMessage[]; items: number; woken: string[] }> {
  await ensureCampaign(sql, workspaceId, id);
  await sql.query('campaign-cancel', CANCEL, [workspaceId, id]);
  const items = await sql.query<{ batch_id: string }>('campaign-cancel-items', CANCEL_ITEMS, [
    workspaceId,
    id,
  ]);
  await sql.query('campaign-close', CLOSE, [workspaceId, id, [...new Set(items.map((row) => row.batch_id))]]);
  const { name, where } = campaignFilter(id);
  const canceled = await sql.query<ChangedMessage & Record<string, unknown>>(
    `campaign-cancel-${name}`,
    cancelMessages(where),
    [workspaceId, id, allowedFrom('canceled', 'api')],
  );
  const { messages } = await wake(sql, workspaceId, id);
  return { canceled, items: items.length, woken: messages };
}
