import type { CampaignCounts } from '@skein/contracts';
import type { Sql } from '../db.js';
import { pageOf, type Page, type PageQuery } from '../queries/page.js';
import { campaignFilter } from './campaign-filter.js';

/** Everything sent under one campaign id. */
export interface CampaignRow {
  id: string;
  counts: CampaignCounts;
  isPaused: boolean;
  isCanceled: boolean;
  pausedAt: Date | null;
  canceledAt: Date | null;
  /** The latest bulk sends, newest first. */
  batches: string[];
}

/**
 * `canceled` only while nothing came after it: a campaign that goes on is running again. Pending items stand in open batches, those
 * that never became a message in any.
 */
const rowsOf = (where: string): string => `
  SELECT k.id, c.paused_at AS "pausedAt", c.canceled_at AS "canceledAt", c.paused_at IS NOT NULL AS "isPaused",
    c.canceled_at IS NOT NULL AND c.canceled_at > all (SELECT b.created_at FROM batches b WHERE b.workspace_id = $1 AND b.campaign_id = k.id)
      AS "isCanceled",
    coalesce((
      SELECT jsonb_object_agg(s.status, s.n) FROM (
        SELECT status, sum(n)::int AS n FROM (
          SELECT m.status, count(*) AS n FROM messages m WHERE ${where} GROUP BY 1
          UNION ALL
          SELECT i.state, count(*) FROM batches b JOIN batch_items i ON i.batch_id = b.id AND i.message_id IS NULL
          WHERE b.workspace_id = $1 AND b.campaign_id = k.id GROUP BY 1
        ) AS found GROUP BY 1
      ) AS s
    ), '{}') AS counts,
    (SELECT coalesce(jsonb_agg(l.id), '[]') FROM (
      SELECT b.id FROM batches b WHERE b.workspace_id = $1 AND b.campaign_id = k.id ORDER BY b.created_at DESC LIMIT 20
    ) AS l) AS batches
  FROM unnest($2::text[]) AS k (id) LEFT JOIN campaigns c ON c.workspace_id = $1 AND c.id = k.id
  ORDER BY k.id`;

/** One campaign of the workspace; undefined when nothing was ever sent under this id. */
export async function findCampaign(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<CampaignRow | undefined> {
  const { name, where } = campaignFilter(id, 'k.id');
  const [row] = await sql.query<CampaignRow>(`campaign-read-${name}`, rowsOf(where), [workspaceId, [id]]);
  const isKnown = row !== undefined && (Object.keys(row.counts).length > 0 || row.batches.length > 0);
  return isKnown ? row : undefined;
}

/** Steps from one id to the next over the index: the cost is that of the ids found, whatever the number of messages. */
const IDS = `
  WITH RECURSIVE named AS (
    (SELECT m.campaign_id AS id FROM messages m
      WHERE m.workspace_id = $1 AND m.campaign_id <> 'api' AND m.campaign_id > $2 ORDER BY m.campaign_id LIMIT 1)
    UNION ALL
    SELECT (SELECT m.campaign_id FROM messages m
      WHERE m.workspace_id = $1 AND m.campaign_id <> 'api' AND m.campaign_id > n.id ORDER BY m.campaign_id LIMIT 1)
    FROM named n WHERE n.id IS NOT NULL
  )
  SELECT id FROM (
    (SELECT id FROM named WHERE id IS NOT NULL LIMIT $3)
    UNION
    (SELECT b.campaign_id FROM batches b WHERE b.workspace_id = $1 AND b.campaign_id <> 'api' AND b.campaign_id > $2 GROUP BY 1 ORDER BY 1 LIMIT $3)
  ) AS ids ORDER BY id LIMIT $3`;

/**
 * The campaigns of a workspace, by id. The cursor is the last id. What named no campaign is not among them: it is counted when it is
 * asked for by its id alone, for no index holds it.
 */
export async function listCampaigns(
  sql: Sql,
  workspaceId: string,
  page: PageQuery,
): Promise<Page<CampaignRow>> {
  const values = [workspaceId, page.cursor ?? '', page.limit + 1];
  const ids = pageOf(
    await sql.query<{ id: string }>('campaign-ids', IDS, values),
    page.limit,
    (row) => row.id,
  );
  const named = ids.items.map(({ id }) => id);
  // None of them is the default campaign, so that the condition for one is the condition for all.
  const { where } = campaignFilter(named[0] ?? '', 'k.id');
  const items = await sql.query<CampaignRow>('campaign-list', rowsOf(where), [workspaceId, named]);
  return { items, nextCursor: ids.nextCursor };
}
