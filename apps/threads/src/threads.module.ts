import { Module, type DynamicModule } from '@nestjs/common';
import { MessagingModule, type Bus } from '@skein/messaging';
import { PersistenceModule } from '@skein/persistence';
import { RuntimeModule, type RuntimeParts } from '@skein/runtime';
import { Aftermath } from './aftermath.js';
import { Apply } from './apply.js';
import { Sweep } from './sweep.js';
import { ThreadsController } from './threads.controller.js';

@Module({})
class ThreadsModule {}

/** The application of this service, on the bus that its start opened. */
export function threadsModule(parts: RuntimeParts, bus: Bus): DynamicModule {
  const { databaseUrl: url, dbPool: poolSize } = parts.config;
  return {
    module: ThreadsModule,
    imports: [
      RuntimeModule.forRoot(parts),
      MessagingModule.forRoot(bus),
      PersistenceModule.forRoot({ url, poolSize, applicationName: 'skein-threads' }),
    ],
    controllers: [ThreadsController],
    providers: [Apply, Aftermath, Sweep],
  };
}
