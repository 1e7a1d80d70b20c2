import type { ClaimedRun } from '@skein/contracts';
import type { Sql } from '../db.js';

/** What a worker asks for. */
export interface RunClaim {
  workspaceId: string;
  names: string[];
  max: number;
  worker: string | null;
  leaseMs: number;
  /** The same key gets the same runs, for an answer that was lost on its way. */
  key: string | null;
}

const COLUMNS = `
  id, job_name AS job, token, attempt, cause, firing_at AS "firingAt",
  extract(epoch FROM deadline_at - started_at)::int AS "timeoutSeconds"`;

/** With a new token: whoever asked first and hung up can no longer give the runs back. */
const AGAIN = `
  UPDATE job_runs SET token = gen_random_uuid(), lease_until = now() + make_interval(secs => $3::float8 / 1000),
    wake_at = least(now() + make_interval(secs => $3::float8 / 1000), deadline_at)
  WHERE workspace_id = $1 AND claim_key = $2 AND state = 'running' RETURNING ${COLUMNS}`;

/** What was asked for by hand runs even while its job is paused. */
const CLAIM = `
  WITH mine AS (
    SELECT r.id, j.timeout_seconds FROM job_runs r JOIN jobs j ON j.id = r.job_id
    WHERE r.workspace_id = $1 AND r.job_name = ANY ($2::text[]) AND r.state = 'pending' AND r.due_at <= now()
      AND (NOT j.is_paused OR r.cause = 'trigger')
    ORDER BY r.due_at, r.seq LIMIT $3 FOR UPDATE OF r SKIP LOCKED
  )
  UPDATE job_runs r SET state = 'running', attempt = r.attempt + 1, token = gen_random_uuid(), worker = $4, claim_key = $6,
    started_at = now(), lease_until = now() + make_interval(secs => $5::float8 / 1000),
    deadline_at = now() + make_interval(secs => m.timeout_seconds),
    wake_at = now() + least(make_interval(secs => $5::float8 / 1000), make_interval(secs => m.timeout_seconds))
  FROM mine m WHERE r.id = m.id
  RETURNING r.id, r.job_name AS job, r.token, r.attempt, r.cause, r.firing_at AS "firingAt", m.timeout_seconds AS "timeoutSeconds"`;

type Row = Omit<ClaimedRun, 'leaseMs' | 'firingAt'> & { firingAt: Date } & Record<string, unknown>;

/** Claims runs that wait, oldest first; each has one owner at a time. */
export async function claimRuns(sql: Sql, claim: RunClaim): Promise<ClaimedRun[]> {
  const { workspaceId, names, max, worker, leaseMs, key } = claim;
  const known =
    key === null ? [] : await sql.query<Row>('job-runs-again', AGAIN, [workspaceId, key, leaseMs]);
  const rows =
    known.length > 0
      ? known
      : await sql.query<Row>('job-runs-claim', CLAIM, [workspaceId, names, max, worker, leaseMs, key]);
  return rows.map((row) => ({ ...row, firingAt: row.firingAt.toISOString(), leaseMs }));
}

const EXTEND = `
  UPDATE job_runs SET lease_until = now() + make_interval(secs => $4::float8 / 1000),
    wake_at = least(now() + make_interval(secs => $4::float8 / 1000), deadline_at)
  WHERE workspace_id = $1 AND id = $2 AND token = $3 AND state = 'running' AND deadline_at > now() RETURNING id`;

/** A sign of life. @returns false when the run is no longer this worker's */
export async function extendRun(
  sql: Sql,
  run: { workspaceId: string; id: string; token: string },
  leaseMs: number,
): Promise<boolean> {
  const values = [run.workspaceId, run.id, run.token, leaseMs];
  return (await sql.query('job-runs-extend', EXTEND, values)).length === 1;
}
