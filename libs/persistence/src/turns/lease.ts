import type { Sql } from '../db.js';

/** A sign of life that was under way while the turn was put off must not shorten what it was given. */
const EXTEND = `
  UPDATE turns SET lease_until = greatest(lease_until, now() + make_interval(secs => $3::float8 / 1000)),
    wake_at = greatest(wake_at, now() + make_interval(secs => $3::float8 / 1000))
  WHERE id = $1 AND token = $2 AND state = 'running'
  RETURNING id`;

/** Extends the claim on a turn. @returns false when the turn is no longer this process's. */
export async function extendLease(
  sql: Sql,
  turn: { id: string; token: string },
  leaseMs: number,
): Promise<boolean> {
  const rows = await sql.query('turns-extend', EXTEND, [turn.id, turn.token, leaseMs]);
  return rows.length === 1;
}

const DUE = `
  WITH due AS (
    SELECT id, thread_id FROM turns WHERE wake_at <= now() AND state IN ('pending', 'running')
    ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED
  ), put_off AS (
    UPDATE turns t SET wake_at = now() + interval '10 seconds' FROM due WHERE t.id = due.id
    RETURNING t.workspace_id, t.thread_id
  )
  SELECT DISTINCT workspace_id AS "workspaceId", thread_id AS id FROM put_off`;

/** Threads with a turn that waits for too long, or whose service was never heard of again. @param limit turns taken at most */
export function dueTurns(sql: Sql, limit: number): Promise<{ workspaceId: string; id: string }[]> {
  return sql.query('turns-due', DUE, [limit]);
}
