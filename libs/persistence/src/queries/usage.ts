import type { Sql } from '../db.js';
import { pageOf, type Page, type PageQuery } from './page.js';

/** What the turns of one agent took on one day. */
export interface UsageView {
  agentId: string;
  /** In the zone of the workspace. */
  day: string;
  /** Turns that ended with an answer, or with the agent's wish to stay silent. */
  turns: number;
  tokens: number;
  credits: number;
}

export interface UsageFilter {
  agentId: string | null;
  /** Turns that ended at or after this. */
  from: Date | null;
  /** Turns that ended before this. */
  to: Date | null;
}

const USAGE = `
  SELECT t.agent_id AS "agentId", to_char(t.ended_at AT TIME ZONE $2, 'YYYY-MM-DD') AS day, count(*)::int AS turns,
    coalesce(sum(CASE WHEN jsonb_typeof(t.usage->'tokens') = 'number' THEN (t.usage->>'tokens')::numeric END), 0)::text AS tokens, coalesce(sum(t.credits), 0)::text AS credits
  FROM turns t
  WHERE t.workspace_id = $1 AND t.state = 'done' AND t.ended_at IS NOT NULL
    AND ($3::text IS NULL OR t.agent_id = $3)
    AND ($4::timestamptz IS NULL OR t.ended_at >= $4) AND ($5::timestamptz IS NULL OR t.ended_at < $5)
  GROUP BY 1, 2
  HAVING $6::text IS NULL OR (to_char(t.ended_at AT TIME ZONE $2, 'YYYY-MM-DD'), t.agent_id) < ($6, $7)
  ORDER BY 2 DESC, 1 DESC LIMIT $8`;

/** The shape of a usage cursor: day and agent of the last row seen. */
export const USAGE_CURSOR = /^\d{4}-\d{2}-\d{2} [A-Za-z0-9_-]{1,64}$/;

/** What turns took by agent and day, the latest day first. Sums are made in decimals, so that nothing is lost in between. */
export async function listUsage(
  sql: Sql,
  workspace: { id: string; timeZone: string },
  { agentId, from, to }: UsageFilter,
  page: PageQuery,
): Promise<Page<UsageView>> {
  const [day = null, agent = null] = page.cursor?.split(' ') ?? [];
  const values = [workspace.id, workspace.timeZone, agentId, from, to, day, agent, page.limit + 1];
  const rows = await sql.query<UsageRow>('query-usage', USAGE, values);
  const usage = rows.map(({ tokens, credits, ...row }): UsageView => ({
    ...row,
    tokens: Number(tokens),
    credits: Number(credits),
  }));
  return pageOf(usage, page.limit, (row) => `${row.day} ${row.agentId}`);
}

type UsageRow = Omit<UsageView, 'tokens' | 'credits'> & Record<'tokens' | 'credits', string>;
