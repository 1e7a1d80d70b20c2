import { durableOf, type NatsLink } from '@skein/messaging';
import type { ServiceDefinition } from '@skein/runtime';
import { workerService } from '@skein/worker';
import { AgentsModule } from './agents.module.js';
import { backendsOf, type Backends } from './backends/backends.js';
import { AgentsConfig } from './config.js';

/** Makes the service with the kinds of agents it can run. */
export function agentsService(
  backends: (config: AgentsConfig, link: NatsLink) => Backends,
): ServiceDefinition {
  return workerService({
    name: 'agents',
    stopOrder: 2,
    Config: AgentsConfig,
    durables: () => [durableOf('turns')],
    module: ({ config, bus }) => AgentsModule.with(backends(config, bus.link)),
  });
}

/** Turns: one at a time per thread, threads in parallel. Its replies re-enter as accepted messages. */
export const service = agentsService(backendsOf);
