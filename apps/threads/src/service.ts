import type { ServiceDefinition } from '@skein/runtime';
import { startThreads } from './start.js';

/** Statuses and everything people say: the only writer of threads. Stops last, so that what others still settle is recorded. */
export const service: ServiceDefinition = { name: 'threads', stopOrder: 5, start: startThreads };
