import type { JobRetry, JobRunState, JobSchedule, MissedPolicy } from '@skein/contracts';

/** What its author says of a job. */
export interface JobDefinition {
  name: string;
  description: string | null;
  schedule: JobSchedule;
  retry: JobRetry;
  timeoutSeconds: number;
  missed: MissedPolicy;
}

/** A job as callers see it. */
export interface JobView {
  name: string;
  description: string | null;
  schedule: JobSchedule;
  /** The zone in which the schedule is read. */
  timeZone: string;
  retry: JobRetry;
  /** Seconds that one try may take. */
  timeout: number;
  missed: MissedPolicy;
  state: 'active' | 'paused';
  /** The next firing; null when there is none. */
  nextAt: Date | null;
  /** The latest run. */
  lastRun: { id: string; state: JobRunState; firingAt: string } | null;
  createdAt: Date;
  updatedAt: Date;
}

/** One run of a job as callers see it. */
export interface JobRunView {
  id: string;
  job: string;
  state: JobRunState;
  cause: 'schedule' | 'trigger';
  /** The time the run is for. */
  firingAt: Date;
  /** Tries so far. */
  attempt: number;
  /** Who has it, or had it last. */
  worker: string | null;
  error: string | null;
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** Columns of a {@link JobView}, of `jobs j` and `workspaces w`. */
export const JOB_COLUMNS = `
  j.name, j.description, j.schedule, coalesce(j.schedule->>'timezone', w.timezone) AS "timeZone", j.retry,
  j.timeout_seconds AS timeout, j.missed, CASE WHEN j.is_paused THEN 'paused' ELSE 'active' END AS state, j.next_at AS "nextAt",
  (SELECT jsonb_build_object('id', r.id, 'state', r.state, 'firingAt', r.firing_at)
   FROM job_runs r WHERE r.job_id = j.id ORDER BY r.seq DESC LIMIT 1) AS "lastRun",
  j.created_at AS "createdAt", j.updated_at AS "updatedAt"`;

/** Columns of a {@link JobRunView}, of `job_runs r`. */
export const RUN_COLUMNS = `
  r.id, r.job_name AS job, r.state, r.cause, r.firing_at AS "firingAt", r.attempt, r.worker, r.error,
  r.created_at AS "createdAt", r.started_at AS "startedAt", r.ended_at AS "endedAt"`;
