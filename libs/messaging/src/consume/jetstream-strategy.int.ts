import { Controller, Module, type DynamicModule, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { bootNest, createLogger, type NestApp } from '@skein/runtime';
import { freePorts, startNats } from '@skein/stack';
import type { Bus } from '../bus.js';
import { startBroker, until, type Broker } from '../fixtures/broker.js';
import { durableOf } from './handled-durable.js';
import { dead, retry, type HandlerResult, type Item } from './settlement.js';

interface Ids {
  ids: string[];
}

const SEND = durableOf('send', {}, { ackWaitMs: 3000 });

type Handler = (items: Item<Ids>[]) => HandlerResult | Promise<HandlerResult>;

function moduleWith(handle: Handler): DynamicModule {
  @Controller()
  class SendController {
    @EventPattern('send')
    send(@Payload() items: Item<Ids>[]) {
      return handle(items);
    }
  }
  return asModule([SendController]);
}

function asModule(controllers: Type[]): DynamicModule {
  @Module({})
  class TestModule {}
  return { module: TestModule, controllers };
}

describe('JetStreamStrategy', () => {
  let broker: Broker;
  const open: { app: NestApp; bus: Bus }[] = [];

  beforeAll(async () => {
    broker = await startBroker({ freePorts, startNats });
  });

  afterEach(async () => {
    for (const { app } of open.splice(0)) await app.close();
  });

  afterAll(() => broker.stop());

  async function start(module: DynamicModule, durables = [SEND]): Promise<{ app: NestApp; bus: Bus }> {
    const bus = broker.bus('router');
    const strategy = bus.strategy(durables);
    const app = await bootNest(module, { logger: createLogger('router', 'silent'), strategy });
    const started = { app, bus };
    open.push(started);
    await bus.link.whenUp(5000);
    return started;
  }

  /** Deletes what a test left behind, so that the next one starts with an empty stream. */
  async function purge(bus: Bus): Promise<void> {
    const manager = await bus.link.manager();
    await manager.streams.purge('SEND');
    await manager.streams.purge('DEAD');
  }

  const pending = async (bus: Bus) => {
    const info = await (await bus.link.manager()).streams.info('SEND');
    return info.state.messages;
  };

  it('hands over batches of many messages and acknowledges after the handler', async () => {
    const batches: Item<Ids>[][] = [];
    const { bus } = await start(moduleWith((items) => void batches.push(items)));
    await bus.link.js.publish('skein.send.A.api', JSON.stringify({ ids: ['first'], extra: 1 }));
    const rung = Array.from({ length: 300 }, (_, i) =>
      bus.publisher.ring('skein.send.A.api', { ids: [`m${i}`] }),
    );
    expect((await Promise.all(rung)).every(Boolean)).toBe(true);
    await bus.link.js.publish('skein.send.B.key1', JSON.stringify({ text: 'hi' }));
    await until(async () => expect(await pending(bus)).toBe(0));
    const items = batches.flat();
    expect(items[0]).toMatchObject({ tokens: ['skein', 'send', 'A', 'api'], redeliveries: 0 });
    expect(items[0]?.data).toEqual({ ids: ['first'] });
    expect(items.at(-1)).toMatchObject({ subject: 'skein.send.B.key1', data: { text: 'hi' } });
    expect(items.slice(0, -1).flatMap((item) => item.data.ids)).toHaveLength(301);
    expect(items.length).toBeLessThan(20);
  });

  it('makes dead letters of what can never be handled, and disturbs nothing else', async () => {
    const seen: string[] = [];
    const started = await start(
      moduleWith((items) => void seen.push(...items.flatMap((item) => item.data.ids))),
    );
    const { bus } = started;
    await purge(bus);
    await bus.link.js.publish('skein.send.A.api', '{not json');
    await bus.link.js.publish('skein.send.A.api', new Uint8Array([0xff, 0xfe]));
    await bus.link.js.publish('skein.send.A.api', JSON.stringify({ ids: 'x' }));
    await bus.link.js.publish('skein.send.A.api', JSON.stringify({ ids: ['good'] }));
    await until(async () => expect(await bus.letters.listDead('A')).toHaveLength(3));
    await until(async () => expect(await pending(bus)).toBe(0));
    const letters = await bus.letters.listDead('A');
    expect(letters.map((letter) => letter.reason)).toEqual([
      'the payload is not JSON',
      'the payload is not JSON',
      expect.stringContaining('ids must be an array'),
    ]);
    expect(letters[0]).toMatchObject({
      payload: '{not json',
      subject: 'skein.send.A.api',
      service: 'router',
    });
    expect(seen).toEqual(['good']);
    expect(await bus.letters.listDead('B')).toEqual([]);
  });

  it('settles item by item: retry comes back, dead is kept and can be replayed', async () => {
    const seen: { id: string; redeliveries: number }[] = [];
    let cured = false;
    const started = await start(
      moduleWith((items) =>
        items.map((item) => {
          const id = item.data.ids[0] ?? '';
          seen.push({ id, redeliveries: item.redeliveries });
          if (id === 'later' && item.redeliveries === 0) return retry(60);
          if (id === 'bad' && !cured) return dead('no such channel');
          return undefined;
        }),
      ),
    );
    const { bus } = started;
    await purge(bus);
    for (const id of ['a', 'later', 'bad'])
      await bus.link.js.publish('skein.send.A.api', JSON.stringify({ ids: [id] }));
    await until(async () => expect(await pending(bus)).toBe(0));
    expect(seen.filter(({ id }) => id === 'later').map((entry) => entry.redeliveries)).toEqual([0, 1]);
    const [letter] = await bus.letters.listDead('A');
    expect(letter).toMatchObject({ reason: 'no such channel', payload: '{"ids":["bad"]}' });
    cured = true;
    expect(await bus.letters.replayDead('B', letter?.seq ?? 0)).toBe(false);
    expect(await bus.letters.replayDead('A', letter?.seq ?? 0)).toBe(true);
    await until(() => expect(seen.filter(({ id }) => id === 'bad')).toHaveLength(2));
    expect(await bus.letters.listDead('A')).toEqual([]);
  });

  it('gives an item that keeps failing three strikes of its own, and the innocent of its batch none', async () => {
    const alone: string[] = [];
    const since = Date.now();
    const finished = new Set<string>();
    const started = await start(
      moduleWith((items) => {
        if (items.length === 1 && items[0]?.redeliveries !== 0) alone.push(items[0]?.data.ids[0] ?? '');
        if (items.some((item) => item.data.ids[0] === 'poison')) throw new TypeError('cannot read poison');
        for (const item of items) finished.add(item.data.ids[0] ?? '');
      }),
    );
    const { bus } = started;
    await purge(bus);
    const ids = ['i1', 'poison', 'i2', 'i3'];
    await Promise.all(
      ids.map((id) => bus.link.js.publish('skein.send.A.api', JSON.stringify({ ids: [id] }))),
    );
    await until(async () => expect(await bus.letters.listDead('A')).toHaveLength(1), 30_000);
    expect((await bus.letters.listDead('A'))[0]).toMatchObject({
      reason: 'cannot read poison',
      payload: '{"ids":["poison"]}',
    });
    await until(async () => expect(await pending(bus)).toBe(0));
    expect([...finished].sort()).toEqual(['i1', 'i2', 'i3']);
    expect(alone.filter((id) => id === 'poison').length).toBeGreaterThanOrEqual(3);
    // Four delays of at least 0.75 × 0.5 s × deliveries lie between five failures.
    expect(Date.now() - since).toBeGreaterThan(3500);
  }, 60_000);

  it('waits for what is away without a strike and without giving the message back', async () => {
    let calls = 0;
    const redeliveries: number[] = [];
    const started = await start(
      moduleWith((items) => {
        calls += 1;
        redeliveries.push(items[0]?.redeliveries ?? -1);
        if (calls < 4) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      }),
    );
    const { bus } = started;
    await purge(bus);
    await bus.link.js.publish('skein.send.A.api', JSON.stringify({ ids: ['x'] }));
    await until(async () => expect(await pending(bus)).toBe(0));
    // The ack wait is 3 s and the handler was away for longer: only the heartbeat keeps it at one delivery.
    expect(redeliveries).toEqual([0, 0, 0, 0]);
    expect(await bus.letters.listDead('A')).toEqual([]);
  });

  it('keeps a long batch alive, finishes it on stop, and leaves what waits to others', async () => {
    let finish: () => void = () => undefined;
    const handled: string[] = [];
    const started = await start(
      moduleWith(async (items) => {
        await new Promise<void>((resolve) => (finish = resolve));
        handled.push(...items.flatMap((item) => item.data.ids));
      }),
    );
    const { bus } = started;
    await purge(bus);
    await bus.link.js.publish('skein.send.A.api', JSON.stringify({ ids: ['long'] }));
    const manager = await bus.link.manager();
    await until(async () => expect((await manager.consumers.info('SEND', 'router')).num_ack_pending).toBe(1));
    await bus.link.js.publish('skein.send.A.api', JSON.stringify({ ids: ['next'] }));
    await until(async () => expect((await manager.consumers.info('SEND', 'router')).num_ack_pending).toBe(2));
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect((await manager.consumers.info('SEND', 'router')).num_redelivered).toBe(0);
    const stopped = started.app.close();
    finish();
    await stopped;
    expect(handled).toEqual(['long']);
    await until(async () => expect(await pending(bus)).toBe(1));
    await start(moduleWith((items) => void handled.push(...items.flatMap((item) => item.data.ids))));
    await until(() => expect(handled).toEqual(['long', 'next']));
  });

  it('goes on after the server was killed, and after its store was wiped', async () => {
    const seen = new Set<string>();
    const started = await start(
      moduleWith((items) => items.flatMap((item) => item.data.ids).forEach((id) => seen.add(id))),
    );
    const { bus } = started;
    await purge(bus);
    expect(await bus.publisher.ring('skein.send.A.api', { ids: ['before'] })).toBe(true);
    await until(() => expect(seen.has('before')).toBe(true));
    await broker.server.kill('SIGKILL');
    await until(() => expect(bus.link.up).toBe(false));
    expect(await bus.publisher.ring('skein.send.A.api', { ids: ['away'] })).toBe(false);
    expect(() => bus.link.check()).toThrow('NATS is away');
    await broker.server.restart();
    await until(async () =>
      expect(await bus.publisher.ring('skein.send.A.api', { ids: ['restarted'] })).toBe(true),
    );
    await until(() => expect(seen.has('restarted')).toBe(true));
    await broker.wipe();
    await until(async () =>
      expect(await bus.publisher.ring('skein.send.A.api', { ids: ['wiped'] })).toBe(true),
    );
    await until(() => expect(seen.has('wiped')).toBe(true), 30_000);
    const manager = await bus.link.manager();
    expect((await manager.consumers.info('EVENTS', 'ws_A')).config.filter_subjects).toEqual([
      'skein.event.A.>',
    ]);
  }, 60_000);

  it('is put back by the reader alone when nobody publishes', async () => {
    const seen = new Set<string>();
    const started = await start(
      moduleWith((items) => items.flatMap((item) => item.data.ids).forEach((id) => seen.add(id))),
    );
    const manager = await started.bus.link.manager();
    await until(async () => void (await manager.consumers.info('SEND', 'router')));
    await manager.streams.delete('SEND');
    await until(async () => void (await manager.consumers.info('SEND', 'router')), 20_000);
    await manager.consumers.delete('SEND', 'router');
    await until(async () => void (await manager.consumers.info('SEND', 'router')), 20_000);
    await started.bus.publisher.ring('skein.send.A.api', { ids: ['back'] });
    await until(() => expect(seen.has('back')).toBe(true));
  }, 60_000);

  it('refuses at boot what would be consumed wrongly', async () => {
    @Controller()
    class Twice {
      @EventPattern('send')
      one(@Payload() items: unknown): void {
        void items;
      }

      @EventPattern('send')
      two(@Payload() items: unknown): void {
        void items;
      }
    }
    @Controller()
    class Unknown {
      @EventPattern('nobody')
      one(@Payload() items: unknown): void {
        void items;
      }
    }
    @Controller()
    class Homeless {
      @EventPattern('turns')
      one(@Payload() items: unknown): void {
        void items;
      }
    }
    await expect(start(asModule([Twice]))).rejects.toThrow('"send" has two handlers');
    await expect(start(asModule([Unknown]))).rejects.toThrow('not in the table of subjects');
    await expect(start(asModule([Homeless]))).rejects.toThrow('no durable delivers to the handler of: turns');
    await expect(start(asModule([]))).rejects.toThrow('no handler takes what these durables deliver: router');
  });

  it('refuses a second strategy of the same durable on one connection', async () => {
    const started = await start(moduleWith(() => undefined));
    const second = started.bus.strategy([SEND]);
    const boot = bootNest(
      moduleWith(() => undefined),
      { logger: createLogger('x', 'silent'), strategy: second },
    );
    await expect(boot).rejects.toThrow('"router" is read by another strategy');
  });
});
