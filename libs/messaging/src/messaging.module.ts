import { Module, type DynamicModule } from '@nestjs/common';
import type { Bus } from './bus.js';
import { DeadLetters } from './dead/dead-letters.js';
import { NatsLink } from './link/nats-link.js';
import { MediaStore } from './media-store.js';
import { Publisher } from './publish/publisher.js';
import { Schedules } from './schedules.js';

/** Makes the parts of a bus injectable everywhere in the service's application. Whoever opened the bus closes it. */
@Module({})
export class MessagingModule {
  static forRoot(bus: Bus): DynamicModule {
    const providers = [
      { provide: NatsLink, useValue: bus.link },
      { provide: Publisher, useValue: bus.publisher },
      { provide: DeadLetters, useValue: bus.letters },
      { provide: Schedules, useValue: bus.schedules },
      { provide: MediaStore, useValue: bus.media },
    ];
    return {
      module: MessagingModule,
      global: true,
      providers,
      exports: providers.map((provider) => provider.provide),
    };
  }
}
