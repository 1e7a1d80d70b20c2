import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { freePorts, startNats } from '@skein/stack';
import type { Bus } from '../bus.js';
import { startBroker, until, type Broker } from '../fixtures/broker.js';
import { oldestPendingAgeMs } from '../lag.js';
import { ensureDurable } from '../streams/durables.js';
import { provision } from '../streams/provision.js';

describe('over a real server', () => {
  let broker: Broker;
  let bus: Bus;

  beforeAll(async () => {
    broker = await startBroker({ freePorts, startNats });
  });

  beforeEach(async () => {
    bus = broker.bus('test');
    await bus.link.whenUp(5000);
  });

  afterEach(() => bus.close());
  afterAll(() => broker.stop());

  const streamInfo = async (name: string) => (await bus.link.manager()).streams.info(name);
  const stored = async (stream: string, seq: number) =>
    (await bus.link.manager()).streams.getMessage(stream, { seq });

  describe('ring', () => {
    it('merges doorbells of one subject and keeps every id', async () => {
      await (await bus.link.manager()).streams.purge('WORK');
      const first = (await streamInfo('WORK')).state.last_seq + 1;
      const rung = Array.from({ length: 1200 }, (_, i) =>
        bus.publisher.ring('skein.work.threads.A', i % 2 ? { calls: [`c${i}`] } : { inbound: [`i${i}`] }),
      );
      expect(new Set(await Promise.all(rung))).toEqual(new Set([true]));
      const { last_seq: last } = (await streamInfo('WORK')).state;
      expect(last - first + 1).toBe(3);
      const ids: string[] = [];
      for (let seq = first; seq <= last; seq++) {
        const bell = (await stored('WORK', seq))?.json<{ calls: string[]; inbound: string[] }>();
        ids.push(...(bell?.calls ?? []), ...(bell?.inbound ?? []));
        expect((bell?.calls.length ?? 0) + (bell?.inbound.length ?? 0)).toBeLessThanOrEqual(500);
      }
      expect(new Set(ids).size).toBe(1200);
    });

    it('tells at once that NATS is away, holds nothing, and rings again when it is back', async () => {
      await broker.server.kill('SIGKILL');
      await until(() => expect(bus.link.up).toBe(false));
      const before = process.memoryUsage().heapUsed;
      for (let i = 0; i < 50_000; i++) await bus.publisher.ring('skein.work.threads.A', { calls: [`c${i}`] });
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1024 * 1024);
      expect(await bus.publisher.ring('skein.work.threads.A', { calls: ['x'] })).toBe(false);
      await broker.server.restart();
      const ring = () => bus.publisher.ring('skein.work.threads.A', { calls: ['back'] });
      await until(async () => expect(await ring()).toBe(true));
    });

    it('says false when the queue is full, and never rejects', async () => {
      const manager = await bus.link.manager();
      await manager.streams.purge('WORK');
      const { config } = await streamInfo('WORK');
      await manager.streams.update('WORK', { ...config, max_bytes: 300 });
      expect(await bus.publisher.ring('skein.work.threads.A', { calls: ['1'] })).toBe(true);
      const more = Array.from({ length: 9 }, (_, i) =>
        bus.publisher.ring(`skein.work.turns.W${i}`, { threads: ['t'] }),
      );
      expect(await Promise.all(more)).toContain(false);
      await provision(bus.link, { replicas: 1, workspaces: [] });
      expect((await streamInfo('WORK')).config.max_bytes).toBe(512 * 1024 * 1024);
    });
  });

  describe('publishEvents', () => {
    it('splits at 512 KB in order, and drops a repeat of the same facts', async () => {
      const items = Array.from({ length: 40 }, (_, i) => ({
        id: `e${i}`,
        data: { text: 'é'.repeat(20_000) },
      }));
      const first = (await streamInfo('EVENTS')).state.last_seq + 1;
      await bus.publisher.publishEvents('A', 'message-sent', items);
      await bus.publisher.publishEvents('A', 'message-sent', items);
      const { last_seq: last } = (await streamInfo('EVENTS')).state;
      expect(last - first + 1).toBe(4);
      const ids: string[] = [];
      for (let seq = first; seq <= last; seq++) {
        const message = await stored('EVENTS', seq);
        expect(message?.data.length).toBeLessThanOrEqual(512 * 1024);
        ids.push(...(message?.json<{ id: string }[]>() ?? []).map((event) => event.id));
      }
      expect(ids).toEqual(items.map((item) => item.id));
    });

    it('O1: stores facts that are together more than may wait for NATS at once', async () => {
      const first = (await streamInfo('EVENTS')).state.last_seq + 1;
      const text = 'x'.repeat(500_000);
      const items = Array.from({ length: 140 }, (_, i) => ({ id: `large-${i}`, text }));
      await bus.publisher.publishEvents('A', 'message-canceled', items);
      expect((await streamInfo('EVENTS')).state.last_seq + 1 - first).toBe(items.length);
    });

    it('waits out a restart and stores the facts once', async () => {
      const first = (await streamInfo('EVENTS')).state.last_seq + 1;
      await broker.server.kill('SIGKILL');
      await until(() => expect(bus.link.up).toBe(false));
      const published = bus.publisher.publishEvents('B', 'message-sent', [{ id: 'over-restart' }]);
      await broker.server.restart();
      await published;
      expect((await streamInfo('EVENTS')).state.last_seq).toBe(first);
    });

    it('puts a wiped store back and stores the facts', async () => {
      await broker.wipe();
      await bus.publisher.publishEvents('A', 'message-sent', [{ id: 'after-wipe' }]);
      expect((await streamInfo('EVENTS')).state.messages).toBe(1);
      const manager = await bus.link.manager();
      expect((await manager.consumers.info('EVENTS', 'ws_B')).num_pending).toBe(0);
      expect((await manager.consumers.info('EVENTS', 'ws_A')).num_pending).toBe(1);
    });

    it('rejects at once what the server refuses for what it is', async () => {
      const huge = [{ id: 'huge', data: 'x'.repeat(2 * 1024 * 1024) }];
      const since = Date.now();
      await expect(bus.publisher.publishEvents('A', 'message-sent', huge)).rejects.toThrow(/size/i);
      expect(Date.now() - since).toBeLessThan(3000);
    });
  });

  describe('core subjects', () => {
    it('answers a question through a queue group, and says why when it cannot', async () => {
      const served: string[] = [];
      const other = broker.bus('other');
      const serve = (who: string) => (payload: unknown) => {
        served.push(who);
        if ((payload as { fail?: boolean }).fail) throw new Error('bad\nsignature');
        return { who, payload };
      };
      bus.link.subscribe('skein.webhook.whatsapp', serve('one'), 'whatsapp');
      other.link.subscribe('skein.webhook.whatsapp', serve('two'), 'whatsapp');
      await other.link.whenUp(5000);
      await Promise.all([bus.link.nats.flush(), other.link.nats.flush()]);
      for (let i = 0; i < 20; i++) {
        expect(await bus.link.request('skein.webhook.whatsapp', { i }, 1000)).toMatchObject({
          payload: { i },
        });
      }
      expect(served).toHaveLength(20);
      await expect(bus.link.request('skein.webhook.whatsapp', { fail: true }, 1000)).rejects.toMatchObject({
        code: 'remote_error',
        message: 'bad signature',
      });
      await expect(bus.link.request('skein.webhook.sms', {}, 1000)).rejects.toMatchObject({
        code: 'no_responder',
      });
      await broker.server.kill('SIGKILL');
      await broker.server.restart();
      await until(async () => void (await bus.link.request('skein.webhook.whatsapp', {}, 1000)));
    });

    it('serves what was subscribed before NATS was there', async () => {
      await broker.server.kill('SIGKILL');
      const late = broker.bus('late');
      const heard: unknown[] = [];
      late.link.subscribe('skein.status.A.*', (payload) => void heard.push(payload));
      expect(late.link.publishCore('skein.status.A.m', {})).toBe(false);
      await expect(late.link.request('skein.webhook.sms', {}, 1000)).rejects.toMatchObject({
        code: 'nats_away',
      });
      await broker.server.restart();
      await until(() => {
        bus.link.publishCore('skein.status.A.m', { status: 'sent' });
        expect(heard[0]).toEqual({ status: 'sent' });
      });
    });
  });

  describe('schedules', () => {
    async function dues(): Promise<string[]> {
      const info = await (await bus.link.manager()).streams.info('DUE', { subjects_filter: 'skein.due.>' });
      return Object.keys(info.state.subjects ?? {});
    }

    it('fire at their time, never early; a second one of an id replaces the first; canceled ones never fire', async () => {
      const due: { id: string; late: number }[] = [];
      const at = (ms: number) => new Date(Date.now() + ms);
      const soon = at(2000);
      const later = at(4000);
      await bus.schedules.scheduleAt('A', 'soon', soon);
      await bus.schedules.scheduleAt('A', 'moved', at(1500));
      await bus.schedules.scheduleAt('A', 'moved', later);
      await bus.schedules.scheduleAt('A', 'gone', at(3000));
      await bus.schedules.scheduleAt('A', 'past', at(-5000));
      await bus.schedules.cancelSchedule('A', 'gone');
      await bus.schedules.cancelSchedule('A', 'never was');
      const manager = await bus.link.manager();
      await ensureDurable(manager, { durable: 'test-due', stream: 'DUE', filters: ['skein.due.*.*'] });
      const consumer = await bus.link.js.consumers.get('DUE', 'test-due');
      const times: Record<string, number> = { soon: soon.getTime(), moved: later.getTime() };
      for await (const message of await consumer.fetch({ max_messages: 3, expires: 15_000 })) {
        const id = message.subject.split('.')[3] ?? '';
        due.push({ id, late: Date.now() - (times[id] ?? 0) });
        message.ack();
      }
      expect(due.map(({ id }) => id)).toEqual(['past', 'soon', 'moved']);
      for (const { late } of due) expect(late).toBeGreaterThanOrEqual(0);
      expect(await dues()).not.toContain('skein.due.A.gone');
    });

    it('survive a killed server', async () => {
      await bus.schedules.scheduleAt('A', 'over-restart', new Date(Date.now() + 1000));
      await broker.server.kill('SIGKILL');
      await broker.server.restart();
      await bus.link.whenUp(5000);
      await until(async () => expect(await dues()).toContain('skein.due.A.over-restart'));
    });
  });

  describe('oldestPendingAgeMs', () => {
    it('is 0 for an empty queue, and grows with the oldest message that is waiting or not acknowledged', async () => {
      const manager = await bus.link.manager();
      await manager.streams.purge('WORK');
      await ensureDurable(manager, { durable: 'agents', stream: 'WORK', filters: ['skein.work.turns.*'] });
      expect(await oldestPendingAgeMs(bus.link, 'WORK', 'agents')).toBe(0);
      await bus.publisher.ring('skein.work.threads.A', { calls: ['not for this one'] });
      await bus.publisher.ring('skein.work.turns.A', { threads: ['t1'] });
      await bus.publisher.ring('skein.work.turns.A', { threads: ['t2'] });
      await until(async () =>
        expect(await oldestPendingAgeMs(bus.link, 'WORK', 'agents')).toBeGreaterThan(200),
      );
      const consumer = await bus.link.js.consumers.get('WORK', 'agents');
      const first = await consumer.next({ expires: 2000 });
      expect(await oldestPendingAgeMs(bus.link, 'WORK', 'agents')).toBeGreaterThan(200);
      await first?.ackAck();
      const second = await consumer.next({ expires: 2000 });
      await second?.ackAck();
      expect(await oldestPendingAgeMs(bus.link, 'WORK', 'agents')).toBe(0);
    });
  });

  describe('provision', () => {
    it('changes nothing when repeated, mends what may change, refuses what must not', async () => {
      const manager = await bus.link.manager();
      const before = await streamInfo('SEND');
      await Promise.all([1, 2, 3].map(() => provision(bus.link, { replicas: 1, workspaces: ['A', 'B'] })));
      expect((await streamInfo('SEND')).created).toBe(before.created);
      await manager.streams.update('EVENTS', { ...(await streamInfo('EVENTS')).config, max_bytes: 1000 });
      await provision(bus.link, { replicas: 1, workspaces: ['A'] });
      expect((await streamInfo('EVENTS')).config.max_bytes).toBe(1024 * 1024 * 1024);
      await manager.streams.delete('WORK');
      await manager.streams.add({ name: 'WORK', subjects: ['skein.work.>'] });
      await expect(provision(bus.link, { replicas: 1, workspaces: [] })).rejects.toMatchObject({
        code: 'provision_refused',
        message: 'stream WORK exists with other settings: retention, discard',
      });
      await manager.streams.delete('WORK');
      await provision(bus.link, { replicas: 1, workspaces: [] });
    });
  });

  describe('media', () => {
    it('keeps a file with its type and name, by workspace, and refuses what is too large', async () => {
      const bytes = new Uint8Array(3 * 1024 * 1024).map((_, i) => i % 251);
      await bus.media.putMedia('A', 'm1', { bytes, mimeType: 'image/jpeg', filename: 'a b.jpg' }, 5_000_000);
      const media = await bus.media.getMedia('A', 'm1', 5_000_000);
      expect([media?.mimeType, media?.filename]).toEqual(['image/jpeg', 'a b.jpg']);
      expect(Buffer.from(media?.bytes ?? []).equals(bytes)).toBe(true);
      expect(await bus.media.getMedia('B', 'm1', 5_000_000)).toBeUndefined();
      await expect(bus.media.getMedia('A', 'm1', 1000)).rejects.toMatchObject({ code: 'media_too_large' });
      const put = bus.media.putMedia('A', 'm2', { bytes, mimeType: 'image/jpeg' }, 1000);
      await expect(put).rejects.toMatchObject({ code: 'media_too_large' });
    });
  });

  describe('a message that JetStream gave up on', () => {
    it('becomes a dead letter with its content, and leaves its stream', async () => {
      const manager = await bus.link.manager();
      const strict = { durable: 'channel-sms', stream: 'DELIVER' as const, filters: ['skein.deliver.sms.*'] };
      await ensureDurable(manager, { ...strict, ackWaitMs: 200, maxDeliver: 1 });
      await bus.publisher.ring('skein.deliver.sms.c1', { calls: ['77'] });
      const consumer = await bus.link.js.consumers.get('DELIVER', 'channel-sms');
      await consumer.next({ expires: 2000 });
      const resolver = bus.advisories();
      resolver.start();
      // The advisory comes when the message would be delivered again.
      for await (const message of await consumer.fetch({ max_messages: 1, expires: 1500 })) message.ack();
      await until(async () => expect(await bus.letters.listDead('_')).toHaveLength(1));
      expect((await bus.letters.listDead('_'))[0]).toMatchObject({
        service: 'channel-sms',
        reason: 'delivered 1 times without an outcome',
        payload: '{"calls":["77"]}',
        subject: 'skein.deliver.sms.c1',
      });
      expect((await streamInfo('DELIVER')).state.messages).toBe(0);
      await resolver.stop();
    });
  });
});
