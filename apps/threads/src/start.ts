import { durableOf, openBus } from '@skein/messaging';
import { Db } from '@skein/persistence';
import {
  bootNest,
  healthServerOf,
  repeatEvery,
  ServiceConfig,
  serviceParts,
  stopInPhases,
  type RunningService,
} from '@skein/runtime';
import { Sweep } from './sweep.js';
import { threadsModule } from './threads.module.js';

const NAME = 'threads';
/** Two batches at once: one computes while the other waits for the database. */
const CONCURRENCY = 2;

/** Starts the service. Resolves once the database is there; NATS may come later. @throws ConfigError */
export async function startThreads(env: NodeJS.ProcessEnv): Promise<RunningService> {
  const parts = serviceParts(NAME, ServiceConfig, env);
  const { config, logger, health, metrics } = parts;
  const bus = openBus({ service: NAME, url: config.natsUrl, logger, metrics });
  const strategy = bus.strategy([durableOf('threads', {}, { concurrency: CONCURRENCY })]);
  const nest = await bootNest(threadsModule(parts, bus), { logger, strategy });
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
        { name: 'work', run: () => strategy.stop() },
        { name: 'application', run: () => nest.close() },
        { name: 'bus', run: () => bus.close() },
        { name: 'health', run: () => server?.close() },
      ]),
  };
}
