import { durableOf } from '@skein/messaging';
import { ServiceConfig } from '@skein/runtime';
import { workerService } from '@skein/worker';
import { ThreadsModule } from './threads.module.js';

/** One batch at once: two meet on the same calls and wait for each other, at 7 % more CPU a message. */
const CONCURRENCY = 1;

/** Statuses and everything people say: the only writer of threads. Stops last, so that what others still settle is recorded. */
export const service = workerService({
  name: 'threads',
  stopOrder: 5,
  Config: ServiceConfig,
  durables: () => [durableOf('threads', {}, { concurrency: CONCURRENCY })],
  module: () => ThreadsModule,
});
