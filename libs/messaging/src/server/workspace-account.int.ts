import { createRequire } from 'node:module';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts, startNats } from '@skein/stack';
import type { Bus } from '../bus.js';
import { startBroker, until, type Broker } from '../fixtures/broker.js';

/** What both generations of the client have in common, as far as a caller uses it. */
interface Pulled {
  subject: string;
  string(): string;
  ack(): void;
}
interface Streams {
  publish(subject: string, data: string, options?: object): Promise<{ stream: string; duplicate: boolean }>;
  consumers: {
    get(
      stream: string,
      durable: string,
    ): Promise<{
      fetch(options: object): Promise<AsyncIterable<Pulled>>;
      consume(options: object): Promise<AsyncIterable<Pulled> & { stop(): void }>;
    }>;
  };
}
interface Asked {
  string(): string;
  respond(data: string): boolean;
}
interface Caller {
  js: Streams;
  request(subject: string, data: string, options: { timeout: number }): Promise<unknown>;
  subscribe(
    subject: string,
    options?: { queue?: string; callback?: (error: Error | null, message: Asked) => void },
  ): AsyncIterable<{ string(): string }> & { unsubscribe(): void; getReceived(): number };
  flush(): Promise<void>;
  publish(subject: string, data: string, options?: object): void;
  close(): Promise<void>;
}
type Open = (url: string) => Promise<Caller>;

interface Classic {
  connect(options: object): Promise<Omit<Caller, 'js'> & { jetstream(): Streams }>;
}

function login(url: string): { servers: string; user: string; pass: string } {
  const { host, username, password } = new URL(url);
  return { servers: host, user: username, pass: password };
}

/** The packages of `@nats-io`, as a service written today would use them: no options but address and login. */
const current = async (url: string, options: { timeout?: number } = {}): Promise<Caller> => {
  const nc = await connect({ ...login(url), ...options });
  return Object.assign(nc, { js: jetstream(nc) });
};

/** The classic `nats` package, which existing services use; it lives in the separate test workspace. */
const classic: Open = async (url) => {
  const load = createRequire(new URL('../../../../test/package.json', import.meta.url));
  const nc = await (load('nats') as Classic).connect(login(url));
  return Object.assign(nc, { js: nc.jetstream() });
};

const DENIED_REQUESTS = [
  '$JS.API.INFO',
  '$JS.API.STREAM.NAMES',
  '$JS.API.STREAM.INFO.EVENTS',
  '$JS.API.STREAM.DELETE.EVENTS',
  '$JS.API.STREAM.MSG.GET.EVENTS',
  '$JS.API.DIRECT.GET.EVENTS',
  '$JS.API.CONSUMER.CREATE.EVENTS.mine',
  '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.mine',
  '$JS.API.CONSUMER.DELETE.EVENTS.ws_A',
  '$JS.API.CONSUMER.INFO.EVENTS.ws_B',
  '$JS.API.CONSUMER.MSG.NEXT.EVENTS.ws_B',
  '$JS.API.CONSUMER.MSG.NEXT.SEND.router',
  'skein.webhook.whatsapp',
];
const DENIED_PUBLISHES = [
  'skein.send.A.api',
  'skein.send.B.key',
  'skein.event.A.x',
  'skein.status.A.m',
  'skein.dead.A.x',
  'skein.agent.A.shop',
  'skein.agent.B.shop',
];
const DENIED_SUBSCRIPTIONS = [
  '>',
  'skein.>',
  'skein.event.>',
  'skein.status.>',
  'skein.status.B.*',
  'skein.send.>',
  'skein.agent.>',
  'skein.agent.B.*',
  '$JS.>',
];

describe.each([
  ['@nats-io 3', current],
  ['nats 2 (classic)', classic],
])('a workspace user with %s', (name, open) => {
  let broker: Broker;
  let services: Bus;
  let caller: Caller;

  beforeAll(async () => {
    broker = await startBroker({ freePorts, startNats });
    services = broker.bus('services');
    await services.link.whenUp(5000);
    caller = await open(broker.urlOf('A'));
  });

  afterAll(async () => {
    await caller.close();
    await broker.stop();
  });

  it('publishes a send and gets its PubAck; the same token and id is a duplicate', async () => {
    const send = () => caller.js.publish('skein.send.A.key1', '{"text":"hi"}', { msgID: 'key1' });
    expect(await send()).toMatchObject({ stream: 'SEND', duplicate: false });
    expect(await send()).toMatchObject({ stream: 'SEND', duplicate: true });
    const manager = await services.link.manager();
    const stored = await manager.streams.getMessage('SEND', { last_by_subj: 'skein.send.A.key1' });
    expect(stored?.string()).toBe('{"text":"hi"}');
  });

  it('pulls and acknowledges its own events, by fetch and by consume', async () => {
    for (const [ws, id] of ['A1', 'B1', 'A2', 'A3', 'A4'].map((id) => [id.slice(0, 1), id] as const)) {
      await services.publisher.publishEvents(ws, 'message-sent', [{ id }]);
    }
    const consumer = await caller.js.consumers.get('EVENTS', 'ws_A');
    const got: string[] = [];
    for await (const message of await consumer.fetch({ max_messages: 2, expires: 2000 })) {
      got.push(message.string());
      message.ack();
    }
    const messages = await consumer.consume({ max_messages: 10 });
    for await (const message of messages) {
      got.push(message.string());
      message.ack();
      if (got.length === 4) messages.stop();
    }
    expect(got).toEqual(['A1', 'A2', 'A3', 'A4'].map((id) => JSON.stringify([{ id }])));
    const manager = await services.link.manager();
    await until(async () => {
      const info = await manager.consumers.info('EVENTS', 'ws_A');
      expect([info.num_pending, info.num_ack_pending]).toEqual([0, 0]);
    });
  });

  it('hears the live status of its own messages only', async () => {
    const subscription = caller.subscribe('skein.status.A.*');
    await caller.flush();
    services.link.publishCore('skein.status.B.m1', { status: 'sent' });
    services.link.publishCore('skein.status.A.m1', { status: 'delivered' });
    for await (const message of subscription) {
      expect(message.string()).toBe('{"status":"delivered"}');
      break;
    }
  });

  it('R7: answers turns on its own subjects, one process of a queue group each; nobody else hears them', async () => {
    const other = await open(broker.urlOf('B'));
    let strangers = 0;
    other.subscribe('skein.agent.B.*', { callback: () => void (strangers += 1) });
    const answered: number[] = [];
    const replica = (n: number) =>
      caller.subscribe('skein.agent.A.shop', {
        queue: 'shop',
        callback: (_, message) => {
          answered.push(n);
          message.respond(`{"by":${n},"asked":${message.string()}}`);
        },
      });
    const replicas = [replica(1), replica(2)];
    await Promise.all([caller.flush(), other.flush()]);
    const ask = (ws: string, agent: string) =>
      services.link.request(`skein.agent.${ws}.${agent}`, 'turn', 2000);
    for (let n = 0; n < 20; n += 1) expect(await ask('A', 'shop')).toMatchObject({ asked: 'turn' });
    expect(answered).toHaveLength(20);
    expect(new Set(answered).size).toBe(2);
    expect(strangers).toBe(0);
    await expect(ask('A', 'nobody')).rejects.toMatchObject({ code: 'no_responder' });
    replicas.forEach((subscription) => subscription.unsubscribe());
    await other.close();
  });

  it.each(DENIED_REQUESTS)('is denied %s', async (subject) => {
    await expect(caller.request(subject, '{}', { timeout: 1000 })).rejects.toThrow(/violation/i);
  });

  it.each(DENIED_PUBLISHES)('cannot publish %s', async (subject) => {
    await expect(caller.js.publish(subject, '{}', { timeout: 1000 })).rejects.toThrow(/violation/i);
  });

  it.each(DENIED_SUBSCRIPTIONS)('cannot hear %s', async (subject) => {
    const subscription = caller.subscribe(subject);
    await caller.flush().catch(() => undefined);
    services.link.publishCore('skein.status.A.m2', {});
    services.link.publishCore('skein.status.B.m2', {});
    services.link.publishCore('skein.agent.B.shop', {});
    await services.publisher.publishEvents('B', 'message-sent', [{ id: `${name}-${subject}` }]);
    await services.link.nats.flush();
    await caller.flush().catch(() => undefined);
    expect(subscription.getReceived()).toBe(0);
  });

  it('hears nothing of what other workspaces are answered', async () => {
    const inboxes = caller.subscribe('_INBOX.>');
    await caller.flush();
    const other = await open(broker.urlOf('B'));
    await other.js.publish('skein.send.B.key2', '{}');
    await other.close();
    await caller.flush();
    expect(inboxes.getReceived()).toBe(0);
    inboxes.unsubscribe();
  });

  it('cannot make an answer of the server land where it may not publish', async () => {
    const manager = await services.link.manager();
    const count = async () => (await manager.streams.info('SEND')).state.messages;
    const before = await count();
    await services.publisher.publishEvents('A', 'message-sent', [{ id: `${name}-reply` }]);
    for (const reply of ['skein.send.B.x', 'skein.event.A.x', '$JS.API.STREAM.PURGE.SEND']) {
      caller.publish('$JS.API.CONSUMER.MSG.NEXT.EVENTS.ws_A', '{"batch":1,"no_wait":true}', { reply });
    }
    await caller.flush();
    await services.link.nats.flush();
    expect(await count()).toBe(before);
    const events = await manager.streams.info('EVENTS', { subjects_filter: '>' });
    expect(Object.keys(events.state.subjects ?? {}).sort()).not.toContain('skein.event.A.x');
  });
});

describe('adding a workspace', () => {
  it('needs a new file and two reloads; connections stay', async () => {
    const broker = await startBroker({ freePorts, startNats });
    const caller = await current(broker.urlOf('A'));
    await broker.addWorkspace('C');
    let added = caller;
    // The server reads the file in its own time, and a greeting may be lost while it does: 2 s, then again.
    await until(async () => void (added = await current(broker.urlOf('C'), { timeout: 2000 })));
    await broker.server.kill('SIGHUP');
    const send = () => added.js.publish('skein.send.C.k', '{}');
    await until(async () => expect(await send()).toMatchObject({ stream: 'SEND' }));
    added.subscribe('skein.agent.C.shop', { callback: (_, message) => message.respond('"hi"') });
    await added.flush();
    const link = broker.bus('services').link;
    await link.whenUp(5000);
    await until(async () => expect(await link.request('skein.agent.C.shop', 'turn', 2000)).toBe('hi'));
    expect(await caller.js.publish('skein.send.A.k', '{}')).toMatchObject({ stream: 'SEND' });
    await added.close();
    await caller.close();
    await broker.stop();
  });
});
