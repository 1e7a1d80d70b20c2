import { allowedFrom } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { ChangedMessage } from '../queries/change-message.js';
import { ensureCampaign } from './batches.js';
import { campaignFilter } from './campaign-filter.js';
import { wakeCampaign } from './wake-campaign.js';

const CANCEL = `
  UPDATE campaigns SET canceled_at = clock_timestamp(), paused_at = NULL WHERE workspace_id = $1 AND id = $2`;
const ITEMS = `
  WITH ended AS (
    UPDATE batch_items i SET state = 'canceled' FROM batches b
    WHERE b.workspace_id = $1 AND b.campaign_id = $2 AND b.open AND i.batch_id = b.id AND i.state = 'pending'
    RETURNING i.batch_id
  )
  SELECT batch_id AS id, count(*)::int AS n FROM ended GROUP BY 1`;
const CLOSE = `
  UPDATE batches SET open = false, wake_at = NULL, canceled_at = clock_timestamp()
  WHERE workspace_id = $1 AND campaign_id = $2 AND (open OR id = ANY ($3::uuid[]))`;

/**
 * Marks a campaign as canceled and ends its pending items, so that no more of it is accepted. Accepted messages are ended by the
 * router, which sees the mark, and so is whatever else comes to it; {@link cancelWaiting} ends those that are held or scheduled. What
 * comes later under the same id is not touched.
 *
 * @returns how many items were ended, and what the router is to look at.
 */
export async function cancelCampaign(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<{ items: number; woken: string[] }> {
  await ensureCampaign(sql, workspaceId, id);
  const values = [workspaceId, id];
  await sql.query('campaign-cancel', CANCEL, values);
  // Together with the mark: a feeder that read the batches before it must find nothing in them to accept.
  const ended = await sql.query<{ id: string; n: number }>('campaign-cancel-items', ITEMS, values);
  await sql.query('campaign-close', CLOSE, [...values, ended.map((row) => row.id)]);
  const { messages } = await wakeCampaign(sql, workspaceId, id);
  return { items: ended.reduce((sum, row) => sum + row.n, 0), woken: messages };
}

/** Messages that one call ends: some 50 ms of work, and facts of about 0.5 MB. */
const CANCEL_LIMIT = 1000;
/** As the router decides it: what was there when the campaign was canceled. */
const messagesOf = (where: string): string => `
  WITH ended AS (
    UPDATE messages e SET status = 'canceled', status_at = now(), wake_at = NULL,
      timeline = e.timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'canceled'))
    FROM (
      SELECT m.id FROM messages m JOIN campaigns k ON k.workspace_id = $1 AND k.id = $2 AND k.canceled_at >= m.created_at
      WHERE ${where} AND m.status = ANY ($3::text[]) AND m.seq > $4::bigint
      ORDER BY m.seq LIMIT ${CANCEL_LIMIT} FOR NO KEY UPDATE OF m
    ) AS found
    WHERE e.id = found.id
    RETURNING e.id, e.status, e.thread_id AS "conversationId", e.contact_id AS "contactId", e.idempotency_key AS "idempotencyKey",
      e.due_at AS "dueAt", e.seq
  )
  SELECT * FROM ended ORDER BY seq`;

/**
 * Ends held and scheduled messages of a campaign that is marked as canceled, the first thousand after a place. Call it with the place
 * that it gave back until there is none; done again from the start it ends what an earlier run left.
 *
 * @param after `seq` of the last message before.
 * @returns the messages ended here, and the place from which to go on; undefined when there are no more.
 */
export async function cancelWaiting(
  sql: Sql,
  workspaceId: string,
  id: string,
  after = '0',
): Promise<{ canceled: ChangedMessage[]; last: string | undefined }> {
  const { name, where } = campaignFilter(id);
  const canceled = await sql.query<ChangedMessage & { seq: string }>(
    `campaign-cancel-${name}`,
    messagesOf(where),
    [workspaceId, id, allowedFrom('canceled', 'api'), after],
  );
  return { canceled, last: canceled.length < CANCEL_LIMIT ? undefined : canceled.at(-1)?.seq };
}
