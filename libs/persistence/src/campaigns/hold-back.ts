import { allowedFrom } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { FactSubject } from '../outbox/facts.js';

/**
 * The lock tells what holds: a resume that is under way, and may have looked for its messages already, is left alone, and one that
 * comes later finds these. What is not put off is looked at again in a few seconds.
 */
const PUT_OFF = `
  UPDATE messages m SET wake_at = now() + interval '5 minutes', released_at = NULL
  FROM (
    SELECT x.id FROM messages x JOIN campaigns k ON k.workspace_id = x.workspace_id AND k.id = x.campaign_id
    WHERE x.id = ANY ($1::uuid[]) AND k.paused_at IS NOT NULL FOR SHARE OF k SKIP LOCKED
  ) AS held
  WHERE m.id = held.id AND m.status = 'accepted'`;

/** Lets accepted messages of paused campaigns sleep until their resume; the turns of their threads no longer wait for them. */
export async function putOffPaused(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length > 0) await sql.query('campaign-put-off', PUT_OFF, [ids]);
}

const IS_PAUSED = `SELECT 1 FROM campaigns WHERE workspace_id = $1 AND id = $2 AND paused_at IS NOT NULL`;

/** Whether what would be sent for a campaign would wait. */
export async function isCampaignPaused(
  sql: Sql,
  workspaceId: string,
  campaignId: string | null,
): Promise<boolean> {
  const rows = campaignId && (await sql.query('campaign-is-paused', IS_PAUSED, [workspaceId, campaignId]));
  return (rows || []).length > 0;
}

const CANCEL = `
  UPDATE messages SET status = 'canceled', status_at = now(), wake_at = NULL,
    timeline = timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'canceled'))
  WHERE id = ANY ($1::uuid[]) AND status = ANY ($2::text[])
  RETURNING workspace_id AS "workspaceId", id AS "messageId", thread_id AS "conversationId", contact_id AS "contactId",
    idempotency_key AS "idempotencyKey"`;

/** Ends accepted messages of canceled campaigns. @returns those that were ended here */
export async function cancelAccepted(sql: Sql, ids: string[]): Promise<FactSubject[]> {
  if (ids.length === 0) return [];
  const values = [ids, allowedFrom('canceled', 'router')];
  return sql.query<FactSubject & Record<string, unknown>>('campaign-cancel-accepted', CANCEL, values);
}
