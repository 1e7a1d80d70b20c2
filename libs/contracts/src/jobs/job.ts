/** When a job fires. Times without a zone are those of the workspace. */
export type JobSchedule =
  /** `expression` has five fields, or six with seconds first; `timezone` is an IANA name. */
  | { type: 'cron'; expression: string; timezone?: string }
  /** Every so many seconds, counted from when this schedule was registered. */
  | { type: 'interval'; seconds: number }
  /** Once; ISO 8601. */
  | { type: 'once'; executeAt: string };

/** What happens after a try that failed, ran out of time, or was never heard of again. */
export interface JobRetry {
  /** Tries in all; 1 = none is repeated. */
  attempts: number;
  /** Seconds before the next try. Default 0. */
  delaySeconds?: number;
  /** `exponential` doubles the pause with every try, up to a day. Default `fixed`. */
  backoff?: 'fixed' | 'exponential';
}

/**
 * What happens to firings that were missed: nobody fired them in time because the system was down, or no worker took them until the
 * next one came.
 * - `run_once`: the latest runs, the others are skipped.
 * - `skip`: none of them runs.
 * - `run_all`: all run, but no more than the latest {@link JOB_LIMITS.missed}.
 */
export type MissedPolicy = 'run_once' | 'skip' | 'run_all';

export const MISSED_POLICIES = ['run_once', 'skip', 'run_all'] as const satisfies MissedPolicy[];

/** `lost`: its worker was never heard of again; `skipped`: missed, and not to be made up for. */
export const JOB_RUN_STATES = ['pending', 'running', 'done', 'failed', 'lost', 'skipped'] as const;
export type JobRunState = (typeof JOB_RUN_STATES)[number];

export const JOB_LIMITS = {
  description: 1000,
  expression: 200,
  /** Seconds between firings. */
  interval: { min: 1, max: 31_536_000 },
  attempts: 20,
  delaySeconds: 86_400,
  /** Seconds that one try may take. */
  timeout: { min: 1, max: 86_400, standard: 3600 },
  /** Seconds after which a firing that did not run counts as missed. */
  missedAfterSeconds: 60,
  /** Firings made up for at most, and firings that wait for a worker at most. */
  missed: 100,
  error: 2000,
  worker: 200,
  /** Jobs of one workspace. */
  jobs: 1000,
  /** Jobs that one claim names. */
  names: 200,
  /** Runs that one claim takes. */
  claim: 50,
  /** Seconds that a claim may wait for a run. */
  wait: 30,
  /** Days for which runs that are over are kept. */
  keptDays: 30,
} as const;

/** What a worker is given to run. */
export interface ClaimedRun {
  id: string;
  job: string;
  /** Proves that the run is this worker's; useless once somebody else has it. */
  token: string;
  /** 1 on the first try. */
  attempt: number;
  cause: 'schedule' | 'trigger';
  /** The time the run is for. */
  firingAt: string;
  /** Milliseconds that the run stays this worker's without a heartbeat. */
  leaseMs: number;
  timeoutSeconds: number;
}
