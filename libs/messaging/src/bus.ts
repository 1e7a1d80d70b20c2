import type { Logger, Metrics } from '@skein/runtime';
import { JetStreamStrategy } from './consume/jetstream-strategy.js';
import type { HandledDurable } from './consume/handled-durable.js';
import { AdvisoryResolver } from './dead/advisories.js';
import { DeadLetters } from './dead/dead-letters.js';
import { connectNats, type NatsLink } from './link/nats-link.js';
import { MediaStore } from './media-store.js';
import { Publisher } from './publish/publisher.js';
import { Schedules } from './schedules.js';
import { Provisioner, type ProvisionerOptions } from './streams/provisioner.js';

export interface BusOptions extends ProvisionerOptions {
  /** The name of the service. */
  service: string;
  url: string;
  logger: Logger;
  metrics?: Metrics;
}

/** Everything one service does with NATS, over one connection. */
export interface Bus {
  link: NatsLink;
  provisioner: Provisioner;
  publisher: Publisher;
  letters: DeadLetters;
  schedules: Schedules;
  media: MediaStore;
  /** The transport that reads these durables; one per service. */
  strategy(durables: HandledDurable[]): JetStreamStrategy;
  /** Turns what JetStream gave up on into dead letters; a strategy does this by itself. */
  advisories(): AdvisoryResolver;
  /** Rings what is still gathered, finishes what is being sent and disconnects. Last phase of a stop. Never rejects. */
  close(): Promise<void>;
}

/** Opens the bus of a service. Returns at once; it connects by itself. @throws TypeError when the address is not a URL. */
export function openBus(options: BusOptions): Bus {
  const { service, url, logger, metrics } = options;
  const link = connectNats({ url, name: service, logger });
  const provisioner = new Provisioner(link, logger, options);
  const publisher = new Publisher({ link, provisioner, logger, metrics });
  const letters = new DeadLetters(link, publisher);
  return {
    link,
    provisioner,
    publisher,
    letters,
    schedules: new Schedules(link, provisioner),
    media: new MediaStore(link, options),
    strategy: (durables) =>
      new JetStreamStrategy({ service, link, provisioner, letters, logger, metrics, durables }),
    advisories: () => new AdvisoryResolver(link, letters, provisioner, logger),
    close: async () => {
      publisher.flush();
      await link.close();
    },
  };
}
