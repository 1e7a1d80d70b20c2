import { JOB_LIMITS, newId, type MissedPolicy } from '@skein/contracts';
import type { Db, Sql } from '../db.js';
import { decideFirings } from './decide-firings.js';
import { firingsUntil, nextFiring, type JobClock } from './firing-times.js';

/** Nothing further ahead is left to JetStream. */
const ARMED_MS = 24 * 3_600_000;

/** What came of a look at jobs. */
export interface Fired {
  /** Jobs looked at. */
  taken: number;
  /** Workspaces in which runs wait. */
  workspaces: string[];
  /** What to be woken for. */
  alarms: { workspaceId: string; id: string; at: Date }[];
}

interface DueJob extends JobClock, Record<string, unknown> {
  id: string;
  workspaceId: string;
  name: string;
  missed: MissedPolicy;
  nextAt: Date;
  now: Date;
}

/** The lock is what makes a firing one: another scheduler sees the job when its next firing is written. */
const TAKE = `
  SELECT j.id, j.workspace_id AS "workspaceId", j.name, j.schedule, w.timezone AS "timeZone", j.anchor_at AS "anchorAt", j.missed,
    j.next_at AS "nextAt", now() AS now
  FROM jobs j JOIN workspaces w ON w.id = j.workspace_id
  WHERE j.wake_at <= now() AND ($2::uuid[] IS NULL OR j.id = ANY ($2)) ORDER BY j.wake_at LIMIT $1 FOR UPDATE OF j SKIP LOCKED`;

/** What no worker took until now is missed too; a new firing stands for it. */
const SUPERSEDE = `
  WITH waiting AS (
    SELECT r.id, r.firing_at, j.missed, row_number() OVER (PARTITION BY r.job_id ORDER BY r.firing_at DESC) AS place
    FROM job_runs r JOIN jobs j ON j.id = r.job_id
    WHERE r.job_id = ANY ($1::uuid[]) AND r.state = 'pending' AND r.attempt = 0 AND r.cause = 'schedule'
  )
  UPDATE job_runs r SET state = 'skipped', ended_at = now(), wake_at = NULL, error = 'No worker took it in time.'
  FROM waiting w
  WHERE r.id = w.id AND r.state = 'pending' AND (w.place >= ${JOB_LIMITS.missed}
    OR w.missed <> 'run_all' AND w.firing_at < now() - interval '${JOB_LIMITS.missedAfterSeconds} seconds')`;

const INSERT = `
  INSERT INTO job_runs (id, workspace_id, job_id, job_name, cause, firing_at, state, due_at, wake_at, ended_at, error)
  SELECT f.id, j.workspace_id, j.id, j.name, 'schedule', f.at, CASE WHEN f.is_run THEN 'pending' ELSE 'skipped' END, now(),
    CASE WHEN f.is_run THEN now() + interval '10 seconds' END, CASE WHEN NOT f.is_run THEN now() END,
    CASE WHEN NOT f.is_run THEN 'Missed: nothing fired it in time.' END
  FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::boolean[]) AS f (id, job_id, at, is_run)
  JOIN jobs j ON j.id = f.job_id ORDER BY f.at
  ON CONFLICT (job_id, firing_at) WHERE cause = 'schedule' DO NOTHING`;

const ADVANCE = `
  UPDATE jobs j SET next_at = n.next_at, wake_at = n.wake_at
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS n (id, next_at, wake_at) WHERE j.id = n.id`;

/**
 * Fires the jobs whose time has come, each firing once over any number of schedulers, and says what to be woken for next.
 *
 * @param ids only these, for a wake-up call; null = whatever is due.
 */
export function fireJobs(db: Db, limit: number, ids: string[] | null = null): Promise<Fired> {
  return db.transaction(async (sql) => {
    const jobs = await sql.query<DueJob>('jobs-take', TAKE, [limit, ids]);
    if (jobs.length === 0) return { taken: 0, workspaces: [], alarms: [] };
    const due = jobs.filter(({ nextAt, now }) => nextAt <= now);
    if (due.length > 0) await writeRuns(sql, due);
    const next = jobs.map((job) => ({
      job,
      at: job.nextAt <= job.now ? nextFiring(job, job.now) : job.nextAt,
    }));
    await sql.query('jobs-advance', ADVANCE, [
      next.map(({ job }) => job.id),
      next.map(({ at }) => at ?? null),
      next.map(({ job, at }) => (at === undefined ? null : wakeFor(at, job.now))),
    ]);
    return {
      taken: jobs.length,
      workspaces: [...new Set(due.map(({ workspaceId }) => workspaceId))],
      alarms: next.flatMap(({ job: { workspaceId, id, now }, at }) =>
        at !== undefined && at.getTime() - now.getTime() <= ARMED_MS ? [{ workspaceId, id, at }] : [],
      ),
    };
  });
}

/** What is near is due then; what is far is looked at when it is near. */
function wakeFor(at: Date, now: Date): Date {
  const isNear = at.getTime() - now.getTime() <= ARMED_MS;
  return isNear ? at : new Date(at.getTime() - ARMED_MS);
}

async function writeRuns(sql: Sql, jobs: DueJob[]): Promise<void> {
  const firings = jobs.flatMap((job) => {
    const due = firingsUntil(job, job.nextAt, job.now, JOB_LIMITS.missed);
    const { run, skipped } = decideFirings(due, job.missed, job.now);
    const row = (isRun: boolean) => (at: Date) => ({ jobId: job.id, at, isRun });
    return [...skipped.map(row(false)), ...run.map(row(true))];
  });
  await sql.query('jobs-supersede', SUPERSEDE, [jobs.map(({ id }) => id)]);
  await sql.query('jobs-runs', INSERT, [
    firings.map(() => newId()),
    firings.map(({ jobId }) => jobId),
    firings.map(({ at }) => at),
    firings.map(({ isRun }) => isRun),
  ]);
}
