import { openBus, MessagingModule } from '@skein/messaging';
import { Db, PersistenceModule, workspaceIds } from '@skein/persistence';
import {
  bootNest,
  RuntimeModule,
  serviceParts,
  stopInPhases,
  type RunningService,
  type ServiceDefinition,
} from '@skein/runtime';
import { ApiConfig } from './api.config.js';
import { ApiModule } from './api.module.js';
import { BODY_LIMIT, keepRawBodies } from './http/raw-body.js';
import { serveDocs } from './openapi/openapi.js';

/** The only public HTTP port: accepts sends, answers questions, hands webhooks over. */
export const service: ServiceDefinition = { name: 'api', stopOrder: 1, start };

/** A started api and where it really listens. */
export interface RunningApi extends RunningService {
  url: string;
}

/** Starts the api. Resolves once it listens, which is when the database has been reached for the first time. */
export async function start(env: NodeJS.ProcessEnv): Promise<RunningApi> {
  const parts = serviceParts('api', ApiConfig, env);
  const { config, logger, health, metrics } = parts;
  // Filled once the application runs; the bus asks for workspaces only when it repairs streams.
  const persistence: { db?: Db } = {};
  const bus = openBus({
    service: 'api',
    url: config.natsUrl,
    replicas: config.streamReplicas,
    logger,
    metrics,
    workspaces: async () => (persistence.db ? workspaceIds(persistence.db) : []),
  });
  const database = { url: config.databaseUrl, poolSize: config.dbPool, applicationName: 'skein-api' };
  const module = {
    module: ApiModule,
    imports: [
      RuntimeModule.forRoot(parts),
      PersistenceModule.forRoot(database),
      MessagingModule.forRoot(bus),
    ],
  };
  // Acceptance needs Postgres alone: without NATS the api still answers 202, so it must stay in rotation.
  health.add('nats', () => bus.link.check(), false);
  const nest = await bootNest(module, {
    logger,
    http: {
      port: config.port,
      // Long polls wait up to 60 s; the parser's own limit answers 413.
      fastify: { bodyLimit: BODY_LIMIT, routerOptions: { maxParamLength: 512 }, return503OnClosing: false },
      configure: (app) => {
        keepRawBodies(app);
        serveDocs(app);
      },
    },
  });
  persistence.db = nest.app.get(Db);
  return {
    name: 'api',
    url: nest.url ?? '',
    ready: () => health.report(),
    stop: () =>
      stopInPhases(logger, [
        { name: 'drain', run: () => health.drain() },
        { name: 'http', run: () => nest.close() },
        { name: 'nats', run: () => bus.close() },
      ]),
  };
}
