import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { MessagingModule, openBus, type Bus, type HandledDurable } from '@skein/messaging';
import { Db, PersistenceModule, workspaceIds } from '@skein/persistence';
import {
  bootNest,
  healthServerOf,
  RuntimeModule,
  serviceParts,
  stopInPhases,
  type RunningService,
  type RuntimeParts,
  type ServiceConfig,
  type ServiceDefinition,
} from '@skein/runtime';
import { Sweeper } from './sweeper.js';

/** What a worker has before its own module is made. */
export interface WorkerParts<Config extends ServiceConfig> extends RuntimeParts {
  config: Config;
  bus: Bus;
}

/** A service that works off the bus against the database: what differs from one to the next. */
export interface WorkerSpec<Config extends ServiceConfig> {
  name: string;
  /** Place in the order of stopping; lower stops earlier. */
  stopOrder: number;
  Config: new () => Config;
  durables(config: Config): HandledDurable[];
  /** The module with the controllers for those durables. `Sweeper`, `Db`, the bus and the runtime's parts are injectable. */
  module(parts: WorkerParts<Config>): Type | DynamicModule;
}

@Module({})
class SweeperModule {
  static forRoot(sweeper: Sweeper): DynamicModule {
    const provider = { provide: Sweeper, useValue: sweeper };
    return { module: SweeperModule, global: true, providers: [provider], exports: [Sweeper] };
  }
}

@Module({})
class WorkerModule {}

/** Makes the service definition of a worker. */
export function workerService<Config extends ServiceConfig>(spec: WorkerSpec<Config>): ServiceDefinition {
  return { name: spec.name, stopOrder: spec.stopOrder, start: (env) => start(spec, env) };
}

async function start<Config extends ServiceConfig>(
  spec: WorkerSpec<Config>,
  env: NodeJS.ProcessEnv,
): Promise<RunningService> {
  const parts = serviceParts(spec.name, spec.Config, env);
  const { config, logger, health, metrics } = parts;
  // Filled once the application runs; the bus asks for workspaces only when it repairs streams.
  const persistence: { db?: Db } = {};
  const bus = openBus({
    service: spec.name,
    url: config.natsUrl,
    replicas: config.streamReplicas,
    logger,
    metrics,
    workspaces: async () => (persistence.db ? workspaceIds(persistence.db) : []),
  });
  const sweeper = new Sweeper(config.sweepMs, logger);
  const strategy = bus.strategy(spec.durables(config));
  const root = rootModule(spec, { ...parts, bus }, sweeper);
  const nest = await bootNest(root, { logger, strategy });
  const db = nest.app.get(Db);
  persistence.db = db;
  health.add('nats', () => bus.link.check());
  health.add('postgres', () => db.query('health', 'SELECT 1', []));
  sweeper.start();
  const healthServer = await healthServerOf(parts);
  return {
    name: spec.name,
    ready: () => health.report(),
    stop: () =>
      stopInPhases(logger, [
        { name: 'not ready', run: () => health.drain() },
        { name: 'stop pulling', run: () => Promise.all([strategy.stop(), sweeper.stop()]) },
        { name: 'close application', run: () => nest.close() },
        { name: 'leave the bus', run: () => bus.close() },
        { name: 'health server', run: () => healthServer?.close() },
      ]),
  };
}

function rootModule<Config extends ServiceConfig>(
  spec: WorkerSpec<Config>,
  parts: WorkerParts<Config>,
  sweeper: Sweeper,
): DynamicModule {
  return {
    module: WorkerModule,
    imports: [
      RuntimeModule.forRoot(parts),
      MessagingModule.forRoot(parts.bus),
      PersistenceModule.forRoot({
        url: parts.config.databaseUrl,
        poolSize: parts.config.dbPool,
        applicationName: `skein-${spec.name}`,
      }),
      SweeperModule.forRoot(sweeper),
      { module: SpecModule, imports: [spec.module(parts)] },
    ],
  };
}

/** Holds the worker's own module, so that it may be a class or a dynamic module. */
@Module({})
class SpecModule {}
