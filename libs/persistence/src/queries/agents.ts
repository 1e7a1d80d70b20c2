import type { AgentBackend } from '../entities/agent.entity.js';
import type { Sql } from '../db.js';

/** An agent as its workspace sees it: the secret of its backend is not part of it. */
export interface AgentView {
  id: string;
  name: string;
  backend: Omit<AgentBackend, 'sealed'>;
  createdAt: Date;
}

const COLUMNS = `id, name, backend - 'sealed' AS backend, created_at AS "createdAt"`;

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

const CREATE = `
  INSERT INTO agents (workspace_id, id, name, backend) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`;

/** Creates an agent; undefined when its id is taken. */
export async function createAgent(
  sql: Sql,
  agent: { workspaceId: string; id: string; name: string; backend: AgentBackend },
): Promise<AgentView | undefined> {
  const { workspaceId, id, name, backend } = agent;
  const values = [workspaceId, id, name, JSON.stringify(backend)];
  return (await sql.query<AgentView & Record<string, unknown>>('query-agent-create', CREATE, values))[0];
}

const CHANGE = `
  UPDATE agents SET name = coalesce($3, name), backend = coalesce($4::jsonb, backend)
  WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`;

/** Changes an agent; undefined when the workspace has none with this id. */
export async function changeAgent(
  sql: Sql,
  workspaceId: string,
  id: string,
  { name = null, backend }: { name?: string | null; backend?: AgentBackend },
): Promise<AgentView | undefined> {
  const values = [workspaceId, id, name, backend === undefined ? null : JSON.stringify(backend)];
  return (await sql.query<AgentView & Record<string, unknown>>('query-agent-change', CHANGE, values))[0];
}
