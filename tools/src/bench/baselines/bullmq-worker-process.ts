import { bullMq, QUEUE, queueOptions } from './bullmq.js';
import { graphClient } from './graph-client.js';

/** As many provider calls at once as the bare chain may have connections. */
const CONCURRENCY = 128;

/** Queue → HTTP out. */
const send = graphClient(process.env.SANDBOX_URL ?? '');
const worker = new bullMq.Worker(QUEUE, (job) => send(job.data), {
  ...queueOptions(),
  concurrency: CONCURRENCY,
});
void worker.waitUntilReady().then(() => process.send?.({ port: 0 }));
