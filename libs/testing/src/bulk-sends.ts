import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelRows } from './builders.js';
import type { Sql } from './sql.js';

/** The platform takes whatever was accepted, at once: room comes back as fast as it is used. @returns what ends it */
export function startPlatform(sql: Sql): () => Promise<void> {
  let isOver = false;
  const taking = (async () => {
    while (!isOver) {
      await sql(
        `UPDATE messages SET status = 'sent', wake_at = NULL WHERE origin = 'campaign' AND status = 'accepted'`,
      );
      await delay(20);
    }
  })();
  return () => {
    isOver = true;
    return taking;
  };
}

/** A bulk send as the api stores it. @returns its id */
export async function buildBatch(
  sql: Sql,
  channel: ChannelRows,
  { total, campaign }: { total: number; campaign: string },
): Promise<string> {
  const id = randomUUID();
  const { workspaceId, channelId, agentId } = channel;
  const command = {
    ...{ form: 'template', channelId, kind: 'whatsapp', agentId, options: {} },
    content: { template: { name: 'welcome', language: 'en', params: [] } },
  };
  await buildCampaign(sql, channel, campaign);
  await sql(
    `WITH b AS (
       INSERT INTO batches (id, workspace_id, campaign_id, channel_id, command, body_hash, total, wake_at)
       VALUES ($1, $2, $3, $4, $5, '\\x00', $6, now()) RETURNING id
     )
     INSERT INTO batch_items (batch_id, idx, address, state)
     SELECT b.id, n - 1, '+4477' || (1000000 + n), 'pending' FROM b CROSS JOIN generate_series(1, $6::int) AS n`,
    [id, workspaceId, campaign, channelId, JSON.stringify(command), total],
  );
  return id;
}

/** What was said about a campaign has a row to stand in. */
export async function buildCampaign(sql: Sql, { workspaceId }: ChannelRows, id: string): Promise<void> {
  await sql(`INSERT INTO campaigns (workspace_id, id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    workspaceId,
    id,
  ]);
}
