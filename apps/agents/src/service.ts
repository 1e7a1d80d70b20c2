import type { ServiceDefinition } from '@skein/runtime';
import { startAgents } from './start.js';

/** Turns: one at a time per thread, threads in parallel. Its replies re-enter as accepted messages. */
export const service: ServiceDefinition = { name: 'agents', stopOrder: 2, start: (env) => startAgents(env) };
