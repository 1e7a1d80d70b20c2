import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { JOB_LIMITS, type ClaimedRun } from '@skein/contracts';
import type { Requester } from '../http/requester.js';
import type { Job } from './define-job.js';
import { releaseRun, runJob } from './run-job.js';

/** How a worker runs jobs. */
export interface JobWorkerOptions {
  /** Runs at once. Default 5. */
  concurrency?: number;
  /** How lists of runs show this process. Default: host and process id. */
  name?: string;
  /** Told what went wrong outside of `execute`, such as a server that is away. Default: a process warning. */
  onError?: (error: unknown) => void;
}

/** A worker that takes runs until it is stopped. */
export interface JobWorker {
  /** Takes no more runs, and resolves when those under way have ended; within 5 s when there are none. */
  stop(): Promise<void>;
}

const CONCURRENCY = 5;
/** Seconds that a request waits for runs: as long as a worker without any may take to stop. */
const WAIT_S = 5;
/** After a request that failed, in ms. */
const PAUSE_MS = 1000;

/** Takes runs of these jobs and runs them. */
export function startWorker(
  requester: Requester,
  jobs: readonly Job[],
  options: JobWorkerOptions,
): JobWorker {
  const { concurrency = CONCURRENCY, name = `${hostname()}/${process.pid}`, onError = warn } = options;
  const byName = new Map(jobs.map((job) => [job.name, job]));
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  // A claim whose answer was lost is asked for again under its key, and brings the same runs.
  let key = randomUUID();

  const claim = async (max: number): Promise<ClaimedRun[]> => {
    const body = { names: [...byName.keys()], max, wait: WAIT_S, worker: name };
    const call = { method: 'POST', path: '/v1/jobs/claim', body, wait: WAIT_S, idempotencyKey: key } as const;
    const { runs } = await requester.request<{ runs: ClaimedRun[] }>(call);
    key = randomUUID();
    return runs;
  };
  const begin = (claimed: ClaimedRun): void => {
    const job = byName.get(claimed.job);
    const isBegun = job !== undefined && !stopping.signal.aborted;
    const work = isBegun ? runJob(requester, job, claimed) : releaseRun(requester, claimed);
    const ended: Promise<void> = work.catch(onError).finally(() => running.delete(ended));
    running.add(ended);
  };
  const turn = async (): Promise<void> => {
    const free = concurrency - running.size;
    if (free === 0) return void (await Promise.race(running));
    try {
      for (const claimed of await claim(Math.min(free, JOB_LIMITS.claim))) begin(claimed);
    } catch (error) {
      onError(error);
      await pause(PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) await turn();
    await Promise.all(running);
  })();
  return {
    stop: () => {
      stopping.abort();
      return loop;
    },
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Object && 'stack' in error ? String(error.stack) : String(error));
}
