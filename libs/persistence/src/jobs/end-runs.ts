import { JOB_LIMITS, type JobRunState } from '@skein/contracts';
import type { Db, Sql } from '../db.js';
import { findRun } from './runs.js';
import type { JobRunView } from './job-view.js';

/** How a try ended. `released`: its worker stops before it began; the try does not count. */
export type TryEnd = 'done' | 'failed' | 'lost' | 'released';

interface EndedTry {
  id: string;
  token: string;
  end: TryEnd;
  error: string | null;
}

/**
 * Ends tries under their fence, and repeats those that the job's `retry` repeats. What its worker ended keeps its token, so that the
 * same result may come twice; what was taken from a worker has none, and refuses it.
 */
const END = `
  WITH ended AS (
    SELECT r.id, e.ends, e.error, e.is_taken,
      e.ends = 'released' OR e.ends IN ('failed', 'lost') AND r.attempt < (j.retry->>'attempts')::int AS is_again,
      CASE WHEN e.ends = 'released' THEN 0 ELSE least(${JOB_LIMITS.delaySeconds},
        coalesce((j.retry->>'delaySeconds')::float8, 0)
        * CASE WHEN j.retry->>'backoff' = 'exponential' THEN power(2, r.attempt - 1) ELSE 1 END) END AS pause
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::boolean[]) AS e (id, token, ends, error, is_taken)
    JOIN job_runs r ON r.id = e.id AND r.token = e.token AND r.state = 'running'
    JOIN jobs j ON j.id = r.job_id
    ORDER BY r.id FOR NO KEY UPDATE OF r
  )
  UPDATE job_runs r SET state = CASE WHEN e.is_again THEN 'pending' ELSE e.ends END, error = e.error,
    attempt = CASE WHEN e.ends = 'released' THEN r.attempt - 1 ELSE r.attempt END,
    token = CASE WHEN e.is_again OR e.is_taken THEN NULL ELSE r.token END,
    due_at = CASE WHEN e.is_again THEN now() + make_interval(secs => e.pause) ELSE r.due_at END,
    wake_at = CASE WHEN e.is_again THEN now() + make_interval(secs => e.pause) END,
    ended_at = CASE WHEN NOT e.is_again THEN now() END, lease_until = NULL, deadline_at = NULL, claim_key = NULL
  FROM ended e WHERE r.id = e.id AND r.state = 'running' RETURNING r.id`;

async function endTries(sql: Sql, tries: EndedTry[], isTaken: boolean): Promise<number> {
  if (tries.length === 0) return 0;
  const rows = await sql.query('job-runs-end', END, [
    tries.map(({ id }) => id),
    tries.map(({ token }) => token),
    tries.map(({ end }) => end),
    tries.map(({ error }) => error?.slice(0, JOB_LIMITS.error) ?? null),
    tries.map(() => isTaken),
  ]);
  return rows.length;
}

const REPEATED = `
  SELECT 1 FROM job_runs WHERE workspace_id = $1 AND id = $2 AND token = $3 AND state = $4`;

const OWNED = `SELECT 1 FROM job_runs WHERE workspace_id = $1 AND id = $2 AND token = $3 AND state = 'running'
  AND deadline_at > now() FOR NO KEY UPDATE`;

/** What came of a result: the run; `superseded` when it is somebody else's by now; undefined when there is none. */
export type ResultTaken = JobRunView | 'superseded' | undefined;

/** Takes a worker's result, once; a repeated one changes nothing. */
export function endRun(
  db: Db,
  run: { workspaceId: string; id: string; token: string },
  end: Exclude<TryEnd, 'lost'>,
  error: string | null,
): Promise<ResultTaken> {
  const { workspaceId, id, token } = run;
  return db.transaction(async (sql) => {
    const owned = await sql.query('job-runs-owned', OWNED, [workspaceId, id, token]);
    if (owned.length > 0) await endTries(sql, [{ id, token, end, error }], false);
    else {
      const view = await findRun(sql, workspaceId, id);
      const repeated = await sql.query('job-runs-repeated', REPEATED, [workspaceId, id, token, end]);
      if (view === undefined || repeated.length === 0) return view && 'superseded';
    }
    return findRun(sql, workspaceId, id);
  });
}

const DUE = `
  SELECT r.id, r.workspace_id AS "workspaceId", r.token, r.state, r.deadline_at <= now() AS "isOver",
    r.lease_until <= now() AS "isSilent",
    j.missed = 'skip' AND r.attempt = 0 AND r.cause = 'schedule'
      AND r.firing_at < now() - interval '${JOB_LIMITS.missedAfterSeconds} seconds' AS "isMissed"
  FROM job_runs r JOIN jobs j ON j.id = r.job_id
  WHERE r.wake_at <= now() ORDER BY r.wake_at LIMIT $1 FOR UPDATE OF r SKIP LOCKED`;

interface DueRun extends Record<string, unknown> {
  id: string;
  workspaceId: string;
  token: string;
  state: JobRunState;
  isOver: boolean | null;
  isSilent: boolean | null;
  isMissed: boolean;
}

const SKIP = `
  UPDATE job_runs SET state = 'skipped', ended_at = now(), wake_at = NULL, error = 'No worker took it in time.'
  WHERE id = ANY ($1::uuid[]) AND state = 'pending'`;

const PUT_OFF = `UPDATE job_runs SET wake_at = now() + interval '10 seconds' WHERE id = ANY ($1::uuid[]) AND state = 'pending'`;

/** Takes runs from workers that are silent or too slow, skips what nobody took, and tells where runs wait. */
export function sweepRuns(db: Db, limit: number): Promise<{ taken: number; workspaces: string[] }> {
  return db.transaction(async (sql) => {
    const due = await sql.query<DueRun>('job-runs-due', DUE, [limit]);
    const running = due.filter(({ state }) => state === 'running');
    const pending = due.filter(({ state }) => state === 'pending');
    const missed = pending.filter(({ isMissed }) => isMissed).map(({ id }) => id);
    await endTries(sql, running.flatMap(endOf), true);
    if (missed.length > 0) await sql.query('job-runs-skip', SKIP, [missed]);
    if (pending.length > 0) await sql.query('job-runs-put-off', PUT_OFF, [pending.map(({ id }) => id)]);
    return { taken: due.length, workspaces: [...new Set(due.map(({ workspaceId }) => workspaceId))] };
  });
}

function endOf({ id, token, isOver, isSilent }: DueRun): EndedTry[] {
  if (isOver === true) return [{ id, token, end: 'failed', error: 'It took longer than its timeout.' }];
  if (isSilent === true) return [{ id, token, end: 'lost', error: 'Its worker was not heard of again.' }];
  return [];
}

const FORGET = `
  DELETE FROM job_runs WHERE id IN (
    SELECT id FROM job_runs WHERE ended_at < now() - interval '${JOB_LIMITS.keptDays} days' LIMIT $1 FOR UPDATE SKIP LOCKED
  ) RETURNING id`;

/** Deletes runs that have been over for long. @returns how many */
export async function forgetRuns(sql: Sql, limit: number): Promise<number> {
  return (await sql.query('job-runs-forget', FORGET, [limit])).length;
}
