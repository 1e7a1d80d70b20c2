import { newId, type MessageStatus } from '@skein/contracts';
import type { Sql } from '../db.js';
import { campaignFilter } from './campaign-filter.js';
import { ensureCampaign, insertBatch } from './batches.js';

/** Messages that one call tries again; the next call takes more. */
export const RETRY_LIMIT = 10_000;

const LOCK = `SELECT 1 FROM campaigns WHERE workspace_id = $1 AND id = $2 FOR UPDATE`;

const failedOf = (where: string): string => `
  SELECT m.id, coalesce(m.channel_id, '') AS "channelId", m.command->'to'->>'phoneNumber' AS address FROM messages m
  WHERE ${where} AND m.purpose = 'message' AND m.status = ANY ($3::text[]) AND m.command IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM batch_items i WHERE i.retry_of = m.id AND i.state <> 'canceled')
  ORDER BY m.seq LIMIT ${RETRY_LIMIT}`;

interface FailedRow extends Record<string, unknown> {
  id: string;
  channelId: string;
  address: string | null;
}

/** A bulk send made of messages to be tried again. */
export interface RetryBatch {
  id: string;
  channelId: string;
  total: number;
}

/**
 * Makes bulk sends, one for each channel, of the campaign's messages that ended so and have not been tried again yet. Call it in a
 * transaction: the campaign's lock keeps two calls apart.
 */
export async function retryCampaign(
  sql: Sql,
  workspaceId: string,
  campaignId: string,
  statuses: readonly MessageStatus[],
): Promise<RetryBatch[]> {
  await ensureCampaign(sql, workspaceId, campaignId);
  await sql.query('campaign-lock', LOCK, [workspaceId, campaignId]);
  const { name, where } = campaignFilter(campaignId);
  const values = [workspaceId, campaignId, statuses];
  const rows = await sql.query<FailedRow>(`campaign-failed-${name}`, failedOf(where), values);
  const batches: RetryBatch[] = [];
  for (const channelId of new Set(rows.map((row) => row.channelId))) {
    const failed = rows.filter((row) => row.channelId === channelId);
    const id = newId();
    const bodyHash = Buffer.from(id.replaceAll('-', ''), 'hex');
    await insertBatch(
      sql,
      { id, workspaceId, campaignId, channelId, templateId: null, command: null, bodyHash },
      failed.map((row) => ({ address: row.address, params: null, retryOf: row.id, error: null })),
    );
    batches.push({ id, channelId, total: failed.length });
  }
  return batches;
}
