import type { TurnTry } from '../turns/accept-in-turn.js';
import type { Sql } from '../db.js';

const RUNNING = `
  SELECT 1 FROM turns WHERE id = $1 AND token = $2 AND state = 'running' AND workspace_id = $3`;

/** True while this try has its turn. It may end a moment later: what is sent is accepted under the fence all the same. */
export async function isTurnRunning(
  sql: Sql,
  workspaceId: string,
  { turnId, fence }: TurnTry,
): Promise<boolean> {
  return (await sql.query('targets-turn-runs', RUNNING, [turnId, fence, workspaceId])).length > 0;
}
