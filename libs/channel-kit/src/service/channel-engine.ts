import type { Bus } from '@skein/messaging';
import { dueCalls, expireLeases, laneRoute, type Db, type NextCall } from '@skein/persistence';
import type { RuntimeParts } from '@skein/runtime';
import type { Sweeper } from '@skein/worker';
import { AccountBook } from '../account/account-book.js';
import { Connections } from '../connections/connections.js';
import type { ChannelDefinition, Listener } from '../definition.js';
import { GuardedClient } from '../http/guarded-fetch.js';
import { Inbox } from '../inbound/inbox.js';
import { startListeners } from '../inbound/listeners.js';
import { MediaFetcher } from '../media/media-fetcher.js';
import { CallPump } from '../queue/call-pump.js';
import { sendIoOf } from '../send/send-io.js';
import { Sender } from '../send/sender.js';
import { Settler } from '../send/settler.js';
import { WebhookEndpoint } from '../webhook/webhook-endpoint.js';
import { WebhookServer } from '../webhook/webhook-server.js';
import type { ChannelConfig } from './channel-config.js';
import { SideQuestions } from './side-questions.js';

export interface ChannelEngineParts extends RuntimeParts {
  service: string;
  config: ChannelConfig;
  definitions: readonly ChannelDefinition<object>[];
  bus: Bus;
  db: Db;
  sweeper: Sweeper;
}

/** Longest time of one provider call in ms; with a short lease, a part of it. */
const CALL_MS = 10_000;

/** One channel service: what is claimed is sent, what was sent is settled, what comes in is committed. */
export class ChannelEngine {
  private readonly pump: CallPump;
  private readonly settler: Settler;
  private readonly inbox: Inbox;
  private readonly webhooks: WebhookServer;
  private readonly client: GuardedClient;
  private readonly listeners: Promise<Listener[]>;
  private readonly connections: Connections;
  private readonly questions: SideQuestions;

  constructor(private readonly parts: ChannelEngineParts) {
    const { service, config, definitions, bus, db, logger } = parts;
    const { publisher, letters, media } = bus;
    const book = new AccountBook(db, definitions, config.secretKey);
    const publicUrl = config.publicUrl ?? `http://127.0.0.1:${config.apiPort}`;
    this.client = new GuardedClient(config.allowHosts);
    this.settler = new Settler({ service, db, publisher, logger, onNext: (calls) => this.ring(calls) });
    const outside = { sql: db, media, client: this.client, publicUrl, secretKey: config.secretKey ?? '' };
    const sender = new Sender({
      ...{ service, letters, logger, ...outside },
      timeoutMs: Math.min(CALL_MS, config.callLeaseMs * 0.4),
      settle: (call, settlement) => this.settler.settle(call, settlement),
    });
    this.pump = new CallPump({
      ...{ db, book, logger },
      leaseMs: config.callLeaseMs,
      drive: (call, account, definition) => sender.drive(call, account, definition),
      onEnded: (ended) => this.settler.tell(ended),
    });
    const fetcher = new MediaFetcher({ sql: db, media, client: this.client, book, logger });
    this.inbox = new Inbox({ db, publisher, fetcher, logger });
    const endpoint = new WebhookEndpoint({
      ...{ book, logger, publicUrl, client: this.client },
      inbox: this.inbox,
      metrics: parts.metrics,
    });
    this.webhooks = new WebhookServer(bus.link, this.kinds, endpoint);
    this.listeners = startListeners(definitions, {
      book,
      inbox: this.inbox,
      fetcher,
      listenPort: config.smtpPort,
    });
    this.connections = new Connections({
      ...{ db, book, definitions, logger, inbox: this.inbox, client: this.client },
      pause: (account, reason) => this.settler.pause(account, reason),
    });
    this.questions = new SideQuestions({
      ...{ link: bus.link, book, definitions },
      io: (account, signal) => sendIoOf(outside, account, signal),
      routeOf: (channelId, address) => laneRoute(db, channelId, address),
    });
    this.sweep();
  }

  /** Takes calls that may be claimed, from a bell, the sweeper or the end of the call before them. */
  ring(calls: readonly NextCall[]): void {
    this.pump.ring(calls);
  }

  /** Resolves to the addresses of the listeners. @throws when one cannot listen. */
  async listening(): Promise<string[]> {
    return (await this.listeners).map((listener) => listener.address);
  }

  /** Finishes what is under way: no new calls in, no new claims, answers settled, files fetched. */
  async stop(): Promise<void> {
    const listeners = await this.listeners.catch(() => []);
    await Promise.allSettled([
      this.webhooks.stop(),
      this.questions.stop(),
      this.connections.stop(),
      this.pump.stop(),
      ...listeners.map((listener) => listener.stop()),
    ]);
    await this.inbox.settled();
    this.settler.stop();
    await this.client.close();
  }

  private get kinds() {
    return this.parts.definitions.map((definition) => definition.kind);
  }

  /** The sweeper feeds the queue directly, so that a backlog drains without NATS too. */
  private sweep(): void {
    const { db, sweeper } = this.parts;
    sweeper.add({
      name: 'due calls',
      run: async () => {
        const calls = await dueCalls(db, this.kinds, this.pump.busy());
        this.ring(calls);
        return calls.length;
      },
    });
    sweeper.add({
      name: 'ended leases',
      run: async () => {
        const { ended, next, taken } = await expireLeases(db, this.kinds);
        this.settler.tell(ended);
        this.ring(next);
        return taken;
      },
    });
  }
}
