import { Module, type DynamicModule } from '@nestjs/common';
import { MessagingModule, type Bus } from '@skein/messaging';
import { PersistenceModule } from '@skein/persistence';
import { RuntimeModule, type RuntimeParts } from '@skein/runtime';
import { BACKENDS, type Backends } from './backends/backends.js';
import { Sweep } from './sweep.js';
import { TurnRunner } from './turn-runner.js';
import { Turns } from './turns.js';
import { TurnsController } from './turns.controller.js';

@Module({})
class AgentsModule {}

/** The application of this service, on the bus that its start opened. */
export function agentsModule(parts: RuntimeParts, bus: Bus, backends: Backends): DynamicModule {
  const { databaseUrl: url, dbPool: poolSize } = parts.config;
  return {
    module: AgentsModule,
    imports: [
      RuntimeModule.forRoot(parts),
      MessagingModule.forRoot(bus),
      PersistenceModule.forRoot({ url, poolSize, applicationName: 'skein-agents' }),
    ],
    controllers: [TurnsController],
    providers: [{ provide: BACKENDS, useValue: backends }, Turns, TurnRunner, Sweep],
  };
}
