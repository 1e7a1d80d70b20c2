import type { BulkItemError, CampaignCounts, Loss, MessageStatus, TemplateRow } from '@skein/contracts';
import type { Sql } from '../db.js';
import { pageOf, type Page, type PageQuery } from '../queries/page.js';

/** A bulk send and how far it is. */
export interface BatchRow {
  id: string;
  campaignId: string;
  channelId: string;
  templateId: string | null;
  total: number;
  counts: CampaignCounts;
  isPaused: boolean;
  isCanceled: boolean;
  createdAt: Date;
}

const ONE = `
  SELECT b.id, b.campaign_id AS "campaignId", b.channel_id AS "channelId", b.template_id AS "templateId", b.total,
    c.paused_at IS NOT NULL AS "isPaused", b.canceled_at IS NOT NULL AS "isCanceled", b.created_at AS "createdAt",
    coalesce((
      SELECT jsonb_object_agg(s.status, s.n) FROM (
        SELECT coalesce(m.status, i.state) AS status, count(*)::int AS n
        FROM batch_items i LEFT JOIN messages m ON m.id = i.message_id WHERE i.batch_id = b.id GROUP BY 1
      ) AS s
    ), '{}') AS counts
  FROM batches b JOIN campaigns c ON c.workspace_id = b.workspace_id AND c.id = b.campaign_id
  WHERE b.workspace_id = $1 AND b.id = $2`;

/** One bulk send of the workspace. @param id a UUID */
export async function findBatch(sql: Sql, workspaceId: string, id: string): Promise<BatchRow | undefined> {
  return (await sql.query<BatchRow>('batch-read', ONE, [workspaceId, id]))[0];
}

/** What became of one place of a bulk send. */
export interface BatchResultRow {
  index: number;
  phoneNumber: string | null;
  state: 'pending' | 'accepted' | 'error' | 'canceled';
  retryOf: string | null;
  error: BulkItemError | null;
  messageId: string | null;
  status: MessageStatus | null;
  reason: string | null;
  conversationId: string | null;
  contactId: string | null;
  losses: Loss[] | null;
}

const RESULTS = `
  SELECT i.idx AS index, i.address AS "phoneNumber", i.state, i.retry_of AS "retryOf", i.error, i.message_id AS "messageId",
    m.status, m.reason, m.thread_id AS "conversationId", m.contact_id AS "contactId", m.losses
  FROM batches b JOIN batch_items i ON i.batch_id = b.id LEFT JOIN messages m ON m.id = i.message_id
  WHERE b.workspace_id = $1 AND b.id = $2 AND i.idx > coalesce($3::int, -1)
  ORDER BY i.idx LIMIT $4`;

/** The places of a bulk send in their order, one for each of the input. @param id a UUID */
export async function listBatchResults(
  sql: Sql,
  workspaceId: string,
  id: string,
  page: PageQuery,
): Promise<Page<BatchResultRow>> {
  const values = [workspaceId, id, page.cursor, page.limit + 1];
  const rows = await sql.query<BatchResultRow>('batch-results', RESULTS, values);
  return pageOf(rows, page.limit, (row) => String(row.index));
}

const TEMPLATE = `
  SELECT id, channel_id AS "channelId", name, language, category, status, shape, body
  FROM templates WHERE workspace_id = $1 AND id = $2`;

/** One template of the workspace. @param id a UUID */
export async function findTemplate(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<TemplateRow | undefined> {
  return (
    await sql.query<TemplateRow & Record<string, unknown>>('query-template', TEMPLATE, [workspaceId, id])
  )[0];
}
