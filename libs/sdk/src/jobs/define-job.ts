import type { JobRetry, JobSchedule, MissedPolicy } from '@skein/contracts';
import type { JobRun } from './current-run.js';

/** When a job fires; `executeAt` may be a `Date`. */
export type JobScheduleInput =
  Exclude<JobSchedule, { type: 'once' }> | { type: 'once'; executeAt: string | Date };

/** A job: when it fires, and what it does then. */
export interface JobDefinition {
  /** 1 to 64 letters, digits, _ or -. */
  name: string;
  description?: string;
  schedule: JobScheduleInput;
  /** Default: one try. A retried run comes to the same sends by their order, and none goes out twice. */
  retry?: JobRetry;
  /** Seconds that one try may take, 1 to 86,400. Default 3,600. */
  timeout?: number;
  /** What happens to firings that nobody could run in time. Default `run_once`. */
  missed?: MissedPolicy;
  /** Runs in this process. A run that throws has failed. */
  execute(run: JobRun): unknown;
}

export type Job = Readonly<JobDefinition>;

/** Defines a job; `Jobs.start` registers it and runs it. */
export function defineJob(definition: JobDefinition): Job {
  return Object.freeze({ ...definition });
}

/** What the server is told of a job. */
export function bodyOfJob({ description, schedule, retry, timeout, missed }: Job): object {
  return { description, schedule, retry, timeout, missed };
}
