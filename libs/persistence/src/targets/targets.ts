import type { TargetName } from '@skein/contracts';
import type { Sql } from '../db.js';

type Row = TargetName & Record<string, unknown>;

const COLUMNS = 'name, kind, target, label';

/** Homes first, then aliases by name. */
const LIST = `SELECT ${COLUMNS} FROM targets WHERE workspace_id = $1 ORDER BY kind DESC, name`;

/** Every name that a workspace gave to a chat. */
export function listTargets(sql: Sql, workspaceId: string): Promise<TargetName[]> {
  return sql.query<Row>('targets-list', LIST, [workspaceId]);
}

/** Two names given at the same time must not lead to each other, so each change waits for the one before. */
const LOCK = `SELECT 1 FROM workspaces WHERE id = $1 FOR NO KEY UPDATE`;

/** Reads the names of a workspace for a change in this transaction. */
export async function lockTargets(sql: Sql, workspaceId: string): Promise<TargetName[]> {
  await sql.query('targets-lock', LOCK, [workspaceId]);
  return listTargets(sql, workspaceId);
}

const PUT = `
  INSERT INTO targets (workspace_id, name, kind, target, label) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (workspace_id, name) DO UPDATE SET kind = excluded.kind, target = excluded.target, label = excluded.label`;

/** Gives a chat a name, or the name to another chat. */
export async function putTarget(
  sql: Sql,
  workspaceId: string,
  { name, kind, target, label }: TargetName,
): Promise<void> {
  await sql.query('targets-put', PUT, [workspaceId, name, kind, target, label]);
}

const DELETE = `DELETE FROM targets WHERE workspace_id = $1 AND name = $2 RETURNING name`;

/** Takes a name away. @returns false when there was none. */
export async function deleteTarget(sql: Sql, workspaceId: string, name: string): Promise<boolean> {
  return (await sql.query('targets-delete', DELETE, [workspaceId, name])).length > 0;
}
