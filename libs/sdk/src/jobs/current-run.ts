import { AsyncLocalStorage } from 'node:async_hooks';
import { withOrigin } from '../context.js';
import { errorFor } from '../errors/index.js';

/** A run of a job, as the code in it sees it. */
export interface JobRun {
  readonly id: string;
  readonly job: string;
  /** 1 on the first try. */
  readonly attempt: number;
  readonly cause: 'schedule' | 'trigger';
  /** The time the run is for, which may be a while ago. */
  readonly firingAt: Date;
  /** Aborts when the run is no longer this process's: its time is over, or it was taken away. */
  readonly signal: AbortSignal;
}

interface Store {
  run: JobRun;
  sends: number;
}

/** Follows a run through everything it awaits. */
const storage = new AsyncLocalStorage<Store>();

/** The run that the running code belongs to. */
export function currentRun(): JobRun | undefined {
  return storage.getStore()?.run;
}

/** Runs a function as a run of a job: what it sends has origin `job`, and is sent once however often the run is tried. */
export function inRun<T>(run: JobRun, work: () => T): T {
  return storage.run({ run, sends: 0 }, () => withOrigin('job', work));
}

/**
 * The idempotency key of the next send of the run: a try that repeats the run comes to the same keys in the same order. Undefined
 * outside of a run.
 *
 * @throws `ConflictError` when the run is over for this process: whoever has it now sends.
 */
export function nextSendKey(): string | undefined {
  const store = storage.getStore();
  if (store === undefined) return undefined;
  const { run } = store;
  if (run.signal.aborted)
    throw errorFor(`The run of ${run.job} is over; nothing was sent.`, {
      code: 'superseded',
      retryable: false,
      next: ['Stop when the signal of the run aborts.'],
    });
  store.sends += 1;
  return `job-${run.id}-${store.sends}`;
}
