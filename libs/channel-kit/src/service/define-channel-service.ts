import { Inject, Module, type DynamicModule, type OnModuleDestroy } from '@nestjs/common';
import { Db } from '@skein/persistence';
import type { RunningService, ServiceDefinition } from '@skein/runtime';
import { durableOf } from '@skein/messaging';
import { Sweeper, workerService, type WorkerParts } from '@skein/worker';
import type { ChannelDefinition, OwnChannel, ServiceParts } from '../definition.js';
import { ChannelConfig } from './channel-config.js';
import { ChannelController } from './channel.controller.js';
import { ChannelEngine } from './channel-engine.js';

export interface ChannelServiceOptions {
  name: string;
  /** Place in the order of stopping; default 4. */
  stopOrder?: number;
}

type Served = ChannelDefinition<object> | OwnChannel<object>;

/** Bells handled at once; each only fills the queue in memory. */
const CONCURRENCY = 4;

/** Makes the service of one or several channel kinds; `SKEIN_CHANNEL_KINDS` may narrow it to some of them. */
export function defineChannelService(
  definitions: readonly Served[],
  { name, stopOrder = 4 }: ChannelServiceOptions,
): ServiceDefinition {
  return { name, stopOrder, start: (env) => start(definitions, name, stopOrder, env) };
}

async function start(
  all: readonly Served[],
  name: string,
  stopOrder: number,
  env: NodeJS.ProcessEnv,
): Promise<RunningService> {
  const wanted =
    env['SKEIN_CHANNEL_KINDS']
      ?.split(',')
      .map((kind) => kind.trim())
      .filter(Boolean) ?? [];
  const definitions = all.filter(({ kind }) => wanted.length === 0 || wanted.includes(kind));
  if (definitions.length === 0) return idle(name);
  const worker = workerService({
    name,
    stopOrder,
    Config: ChannelConfig,
    durables: () =>
      definitions.map(({ kind }) => durableOf('deliver', { kind }, { concurrency: CONCURRENCY })),
    module: (parts) => ChannelModule.of(name, definitions, parts),
  });
  return worker.start(env);
}

function definitionOf(served: Served, parts: ServiceParts): ChannelDefinition<object> {
  return 'make' in served ? served.make(parts) : served;
}

/** None of its kinds is wanted here. */
function idle(name: string): RunningService {
  return { name, ready: async () => ({ ready: true, checks: { kinds: 'ok' } }), stop: async () => undefined };
}

@Module({ controllers: [ChannelController] })
class ChannelModule implements OnModuleDestroy {
  constructor(@Inject(ChannelEngine) private readonly engine: ChannelEngine) {}

  static of(service: string, served: readonly Served[], parts: WorkerParts<ChannelConfig>): DynamicModule {
    const useFactory = async (db: Db, sweeper: Sweeper): Promise<ChannelEngine> => {
      const definitions = served.map((one) => definitionOf(one, { ...parts, db }));
      const engine = new ChannelEngine({ ...parts, service, definitions, db, sweeper });
      const addresses = await engine.listening();
      if (addresses.length > 0) parts.logger.info({ addresses }, 'listening');
      return engine;
    };
    return {
      module: ChannelModule,
      providers: [{ provide: ChannelEngine, useFactory, inject: [Db, Sweeper] }],
    };
  }

  /** Before the transport and the pool close. */
  onModuleDestroy(): Promise<void> {
    return this.engine.stop();
  }
}
