import type { Sql } from '../db.js';

/** Ids of all workspaces, for what must exist once for each of them. */
export async function workspaceIds(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('query-workspaces', 'SELECT id FROM workspaces', []);
  return rows.map((row) => row.id);
}
