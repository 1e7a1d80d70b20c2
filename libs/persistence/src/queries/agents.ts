import { BURST_RULE, CREDIT_RULE, type BurstRule, type CreditRule } from '@skein/contracts';
import type { AgentBackend } from '../entities/agent.entity.js';
import type { Sql } from '../db.js';

/** An agent as its workspace sees it: the secret of its backend is not part of it. */
export interface AgentView {
  id: string;
  name: string;
  backend: Omit<AgentBackend, 'sealed'>;
  turns: BurstRule;
  credits: CreditRule;
  createdAt: Date;
}

const COLUMNS = `id, name, backend - 'sealed' AS backend, '${JSON.stringify(BURST_RULE)}'::jsonb || turns AS turns,
  '${JSON.stringify(CREDIT_RULE)}'::jsonb || credits AS credits, created_at AS "createdAt"`;

/** The agents of a workspace. */
export function listAgents(sql: Sql, workspaceId: string): Promise<AgentView[]> {
  const text = `SELECT ${COLUMNS} FROM agents WHERE workspace_id = $1 ORDER BY created_at, id`;
  return sql.query<AgentView & Record<string, unknown>>('query-agents', text, [workspaceId]);
}

/** One agent of the workspace. */
export async function findAgent(sql: Sql, workspaceId: string, id: string): Promise<AgentView | undefined> {
  const text = `SELECT ${COLUMNS} FROM agents WHERE workspace_id = $1 AND id = $2`;
  return (await sql.query<AgentView & Record<string, unknown>>('query-agent', text, [workspaceId, id]))[0];
}

/** What an agent says about its turns; what it leaves out is as usual. */
export interface AgentRules {
  turns?: Partial<BurstRule>;
  credits?: Partial<CreditRule>;
}

const CREATE = `
  INSERT INTO agents (workspace_id, id, name, backend, turns, credits) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`;

/** Creates an agent; undefined when its id is taken. */
export async function createAgent(
  sql: Sql,
  agent: { workspaceId: string; id: string; name: string; backend: AgentBackend } & AgentRules,
): Promise<AgentView | undefined> {
  const { workspaceId, id, name, backend, turns = {}, credits = {} } = agent;
  const values = [workspaceId, id, name, ...[backend, turns, credits].map((value) => JSON.stringify(value))];
  return (await sql.query<AgentView & Record<string, unknown>>('query-agent-create', CREATE, values))[0];
}

const CHANGE = `
  UPDATE agents SET name = coalesce($3, name), backend = coalesce($4::jsonb, backend), turns = turns || $5::jsonb,
    credits = credits || $6::jsonb
  WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`;

/** Changes an agent; of its rules, what is not given stays. Undefined when the workspace has none with this id. */
export async function changeAgent(
  sql: Sql,
  workspaceId: string,
  id: string,
  change: { name?: string; backend?: AgentBackend } & AgentRules,
): Promise<AgentView | undefined> {
  const { name = null, backend, turns = {}, credits = {} } = change;
  const made = backend === undefined ? null : JSON.stringify(backend);
  const values = [workspaceId, id, name, made, JSON.stringify(turns), JSON.stringify(credits)];
  return (await sql.query<AgentView & Record<string, unknown>>('query-agent-change', CHANGE, values))[0];
}
