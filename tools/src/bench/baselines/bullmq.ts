import { createRequire } from 'node:module';
import type { LoadMessage } from './graph-client.js';

/** The part of BullMQ 5 that the bench uses; the package lives in the test workspace. */
interface BullMq {
  Queue: new (name: string, options: QueueOptions) => Queue;
  Worker: new (
    name: string,
    run: (job: { data: LoadMessage }) => Promise<unknown>,
    options: QueueOptions & { concurrency: number },
  ) => { waitUntilReady(): Promise<unknown> };
}

interface QueueOptions {
  connection: { host: string; port: number; maxRetriesPerRequest: null };
}

interface Job {
  name: string;
  data: LoadMessage;
  opts: { removeOnComplete: boolean; attempts: number; backoff: { type: string; delay: number } };
}

interface Queue {
  add(name: string, data: LoadMessage, options: Job['opts']): Promise<{ id?: string }>;
  addBulk(jobs: Job[]): Promise<{ id?: string }[]>;
}

export const QUEUE = 'messages';

/** Retried like a real queue would; finished jobs are dropped, which is its fastest setting. */
export const JOB = { removeOnComplete: true, attempts: 5, backoff: { type: 'exponential', delay: 1000 } };

export const bullMq = createRequire(new URL('../../../../test/package.json', import.meta.url))(
  'bullmq',
) as BullMq;

export function queueOptions(): QueueOptions {
  const port = Number(process.env.REDIS_PORT);
  return { connection: { host: '127.0.0.1', port, maxRetriesPerRequest: null } };
}
