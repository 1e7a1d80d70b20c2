import type { ClaimedRun } from '@skein/contracts';
import type { Requester } from '../http/requester.js';
import { inRun, type JobRun } from './current-run.js';
import type { Job } from './define-job.js';

/** Signs of life in one lease. */
const BEATS = 3;
const LONGEST_ERROR = 2000;
/** Answers that mean that the run is not ours. */
const GONE: ReadonlySet<unknown> = new Set(['superseded', 'not_found']);

/** Runs a job and tells how it went, unless the run was taken away meanwhile. @throws what telling it threw */
export async function runJob(requester: Requester, job: Job, claimed: ClaimedRun): Promise<void> {
  const lost = new AbortController();
  const stop = keep(requester, claimed, lost);
  try {
    const result = await resultOf(job, claimed, lost.signal);
    if (result !== undefined) await tell(requester, claimed, result);
  } finally {
    stop();
  }
}

/** Gives a run back that was not begun. */
export function releaseRun(requester: Requester, claimed: ClaimedRun): Promise<void> {
  return tell(requester, claimed, { status: 'released' });
}

type Result = { status: 'done' | 'released' } | { status: 'failed'; error: string };

/** What `execute` came to; undefined when the run is over for us, whether or not it stops. */
async function resultOf(job: Job, claimed: ClaimedRun, signal: AbortSignal): Promise<Result | undefined> {
  const { id, attempt, cause, firingAt } = claimed;
  const run: JobRun = { id, job: job.name, attempt, cause, firingAt: new Date(firingAt), signal };
  const over = new Promise<undefined>((resolve) =>
    signal.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
  const work = inRun(run, async () => job.execute(run)).then(
    (): Result => ({ status: 'done' }),
    (error: unknown): Result => ({ status: 'failed', error: sentenceOf(error) }),
  );
  return Promise.race([work, over]);
}

function sentenceOf(error: unknown): string {
  const said = (error as { message?: unknown } | null | undefined)?.message ?? error;
  const text = typeof said === 'string' ? said : 'The job failed without saying why.';
  // A cut may leave half a character, which no server takes.
  const whole = Buffer.from(text.replaceAll('\u0000', '').slice(0, LONGEST_ERROR)).toString();
  return whole === '' ? 'The job failed.' : whole;
}

/** Shows signs of life, and aborts when the run is taken away, when nobody has heard us for a lease, or when the time is over. */
function keep(requester: Requester, claimed: ClaimedRun, lost: AbortController): () => void {
  const { leaseMs, timeoutSeconds } = claimed;
  let heardAt = Date.now();
  const beat = async (): Promise<void> => {
    const sentAt = Date.now();
    if (sentAt - heardAt > leaseMs) return lost.abort();
    try {
      await requester.request({ method: 'POST', path: pathOf(claimed, 'heartbeat'), body: tokenOf(claimed) });
      heardAt = sentAt;
    } catch (error) {
      if (GONE.has((error as { code?: unknown }).code)) lost.abort();
    }
  };
  const beats = setInterval(() => void beat(), leaseMs / BEATS);
  const limit = setTimeout(() => lost.abort(), timeoutSeconds * 1000);
  return () => {
    clearInterval(beats);
    clearTimeout(limit);
  };
}

async function tell(requester: Requester, claimed: ClaimedRun, result: Result): Promise<void> {
  const body = { ...tokenOf(claimed), ...result };
  await requester.request({ method: 'POST', path: pathOf(claimed, 'result'), body });
}

function tokenOf({ token }: ClaimedRun): { token: string } {
  return { token };
}

function pathOf({ id }: ClaimedRun, what: 'heartbeat' | 'result'): string {
  return `/v1/jobs/runs/${id}/${what}`;
}
