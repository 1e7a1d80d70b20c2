import { durableOf, openBus } from '@skein/messaging';
import { Db } from '@skein/persistence';
import {
  bootNest,
  healthServerOf,
  repeatEvery,
  serviceParts,
  stopInPhases,
  type RunningService,
} from '@skein/runtime';
import { agentsModule } from './agents.module.js';
import { backendsOf, type Backends } from './backends/backends.js';
import { AgentsConfig } from './config.js';
import { Sweep } from './sweep.js';
import { TurnRunner } from './turn-runner.js';

const NAME = 'agents';

/**
 * Starts the service. Resolves once the database is there; NATS may come later.
 *
 * @param backends the kinds of agents this process can run; the built-in ones unless given.
 * @throws ConfigError
 */
export async function startAgents(env: NodeJS.ProcessEnv, backends?: Backends): Promise<RunningService> {
  const parts = serviceParts(NAME, AgentsConfig, env);
  const { config, logger, health, metrics } = parts;
  const bus = openBus({ service: NAME, url: config.natsUrl, logger, metrics });
  const strategy = bus.strategy([durableOf('turns')]);
  const module = agentsModule(parts, bus, backends ?? backendsOf(config));
  const nest = await bootNest(module, { logger, strategy });
  const db = nest.app.get(Db);
  health.add('nats', () => bus.link.check());
  health.add('database', () => db.query('health', 'SELECT 1'));
  const sweep = nest.app.get(Sweep);
  const sweeper = repeatEvery(config.sweepMs, 'sweep', logger, () => sweep.run(config.sweepMs));
  const server = await healthServerOf(parts);
  return {
    name: NAME,
    ready: () => health.report(),
    stop: () =>
      stopInPhases(logger, [
        { name: 'drain', run: () => health.drain() },
        { name: 'sweeper', run: () => sweeper.stop() },
        { name: 'doorbells', run: () => strategy.stop() },
        { name: 'turns', run: () => nest.app.get(TurnRunner).stop() },
        { name: 'application', run: () => nest.close() },
        { name: 'bus', run: () => bus.close() },
        { name: 'health', run: () => server?.close() },
      ]),
  };
}
