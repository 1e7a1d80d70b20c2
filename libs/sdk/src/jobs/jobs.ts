import type { JobRetry, JobRunState, JobSchedule, MissedPolicy } from '@skein/contracts';
import type { Requester } from '../http/requester.js';
import type { Page } from '../messages/types.js';
import { bodyOfJob, type Job } from './define-job.js';
import { startWorker, type JobWorker, type JobWorkerOptions } from './job-worker.js';

/** A job as the server knows it. Times are ISO 8601. */
export interface JobInfo {
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
  nextAt: string | null;
  lastRun: { id: string; state: JobRunState; firingAt: string } | null;
  createdAt: string;
  updatedAt: string;
}

/** One run of a job as the server knows it. */
export interface JobRunInfo {
  id: string;
  job: string;
  state: JobRunState;
  cause: 'schedule' | 'trigger';
  firingAt: string;
  /** Tries so far. */
  attempt: number;
  worker: string | null;
  error: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
}

/** Which runs to list. */
export interface RunFilter {
  state?: JobRunState;
  /** 1 to 200, default 50. */
  limit?: number;
  cursor?: string;
}

/** Runs jobs in this process, and looks after those of the workspace. */
export interface Jobs {
  /**
   * Registers jobs and runs them here from now on, with however many other processes do the same: each firing runs in one of them.
   *
   * @throws `InvalidRequestError` when a definition is wrong; then none of them runs here.
   */
  start(jobs: Job | readonly Job[], options?: JobWorkerOptions): Promise<JobWorker>;
  list(page?: Omit<RunFilter, 'state'>): Promise<Page<JobInfo>>;
  get(name: string): Promise<JobInfo>;
  /** Asks for a run now. The same key asks for the same run. */
  trigger(name: string, options?: { idempotencyKey?: string }): Promise<JobRunInfo>;
  /** Lets a job fire no more until it is resumed. */
  pause(name: string): Promise<JobInfo>;
  resume(name: string): Promise<JobInfo>;
  /** Deletes a job with its runs. */
  delete(name: string): Promise<void>;
  /** The runs of a job, the latest first. */
  runs(name: string, filter?: RunFilter): Promise<Page<JobRunInfo>>;
}

/** {@link Jobs} over a requester. */
export function jobsOf(requester: Requester): Jobs {
  const post = <T>(name: string, what: string): Promise<T> =>
    requester.request<T>({ method: 'POST', path: `${pathOf(name)}/${what}` });
  return {
    start: async (given, options = {}) => {
      const jobs = 'name' in given ? [given] : given;
      if (jobs.length === 0) throw new TypeError('There is no job to start.');
      for (const job of jobs)
        await requester.request({ method: 'PUT', path: pathOf(job.name), body: bodyOfJob(job) });
      return startWorker(requester, jobs, options);
    },
    list: (page = {}) => requester.request({ method: 'GET', path: '/v1/jobs', query: { ...page } }),
    get: (name) => requester.request({ method: 'GET', path: pathOf(name) }),
    trigger: (name, options = {}) =>
      requester.request({ method: 'POST', path: `${pathOf(name)}/trigger`, ...options }),
    pause: (name) => post(name, 'pause'),
    resume: (name) => post(name, 'resume'),
    delete: (name) => requester.request({ method: 'DELETE', path: pathOf(name) }),
    runs: (name, filter = {}) =>
      requester.request({ method: 'GET', path: `${pathOf(name)}/runs`, query: { ...filter } }),
  };
}

function pathOf(name: string): string {
  return `/v1/jobs/${encodeURIComponent(name)}`;
}
