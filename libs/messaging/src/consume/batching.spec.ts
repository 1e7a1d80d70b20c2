import { describe, expect, it } from '@jest/globals';
import type { JsMsg } from '@nats-io/jetstream';
import { decodePayload } from './decode.js';
import { takeBatch, type Held } from './held-message.js';
import { durableOf } from './handled-durable.js';
import { payloadClass } from './payloads.js';
import { settlementsOf, retry } from './settlement.js';
import { Strikes } from './strikes.js';
import { weightOf } from './weight.js';

const held = (seq: number, weight = 1, redeliveries = 0): Held => ({
  message: {} as JsMsg,
  item: { subject: 's', tokens: [], data: {}, seq, redeliveries },
  epoch: 1,
  bytes: 10,
  weight,
});

const seqs = (batch: Held[]) => batch.map((entry) => entry.item.seq);

describe('takeBatch', () => {
  it('takes as many as the weight allows, in order', () => {
    const queue = [held(1, 200), held(2, 200), held(3, 200), held(4, 1)];
    expect(seqs(takeBatch(queue))).toEqual([1, 2]);
    expect(seqs(takeBatch(queue))).toEqual([3, 4]);
    expect(takeBatch(queue)).toEqual([]);
  });

  it('takes one that is heavier than a batch by itself', () => {
    const queue = [held(1, 900), held(2)];
    expect(seqs(takeBatch(queue))).toEqual([1]);
  });

  it('takes a message delivered more than twice alone', () => {
    const queue = [held(1), held(2, 1, 1), held(3, 1, 2), held(4, 1, 5), held(5)];
    expect([takeBatch(queue), takeBatch(queue), takeBatch(queue), takeBatch(queue)].map(seqs)).toEqual([
      [1, 2],
      [3],
      [4],
      [5],
    ]);
  });
});

describe('weightOf', () => {
  it.each([
    [{ ids: ['a', 'b'] }, 2],
    [{ calls: ['a'], inbound: ['b', 'c'] }, 3],
    [[1, 2, 3, 4], 4],
    [{ text: 'one command' }, 1],
    [[], 1],
    [null, 1],
  ])('%j is %i', (data, weight) => {
    expect(weightOf(data)).toBe(weight);
  });
});

describe('Strikes', () => {
  it('ends an item at its third failure, or when the server has delivered it 8 times', () => {
    const strikes = new Strikes();
    expect([3, 4, 5].map((deliveries) => strikes.strike(1, deliveries))).toEqual([false, false, true]);
    expect(strikes.strike(2, 8)).toBe(true);
    expect([strikes.isHopeless(12), strikes.isHopeless(13)]).toEqual([false, true]);
  });

  it('forgets an item that succeeded', () => {
    const strikes = new Strikes();
    strikes.strike(1, 3);
    strikes.strike(1, 4);
    strikes.forget(1);
    expect(strikes.strike(1, 5)).toBe(false);
  });
});

describe('settlementsOf', () => {
  it('takes silence for done', () => {
    expect(settlementsOf(undefined, 2)).toEqual([{ kind: 'done' }, { kind: 'done' }]);
    expect(settlementsOf([undefined, retry(5)], 3).map((entry) => entry.kind)).toEqual([
      'done',
      'retry',
      'done',
    ]);
  });
});

/** The time to read an object as a class grows with the square of its fields, so there is a limit. */
const MANY_FIELDS = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, 1]));

describe('payloads', () => {
  const bytes = (data: unknown) => new TextEncoder().encode(JSON.stringify(data));
  const decode = (name: Parameters<typeof payloadClass>[0], subject: string, data: unknown) =>
    decodePayload(bytes(data), payloadClass(name, subject.split('.')));

  it('checks doorbells and drops fields of newer versions', () => {
    expect(decode('deliver', 'skein.deliver.email.c', { calls: ['1'], hint: 2 })).toEqual({
      ok: true,
      data: { calls: ['1'] },
    });
    expect(decode('threads', 'skein.work.threads.A', { inbound: ['7'] })).toEqual({
      ok: true,
      data: { inbound: ['7'] },
    });
  });

  it.each([
    ['turns' as const, 'skein.work.turns.A', { threads: [] }],
    ['turns' as const, 'skein.work.turns.A', { threads: ['a b'] }],
    ['turns' as const, 'skein.work.turns.A', { threads: [{}] }],
    ['deliver' as const, 'skein.deliver.sms.c', {}],
    ['deliver' as const, 'skein.deliver.sms.c', [1]],
    ['deliver' as const, 'skein.deliver.sms.c', null],
    ['deliver' as const, 'skein.deliver.sms.c', { calls: ['1'], hint: MANY_FIELDS }],
    ['send' as const, 'skein.send.A.api', { ids: Array.from({ length: 501 }, () => 'x') }],
  ])('refuses %s %s %j', (name, subject, data) => {
    expect(decode(name, subject, data).ok).toBe(false);
  });

  it("leaves a caller's command to the function that accepts it", () => {
    expect(decode('send', 'skein.send.A.key', [{ to: 1 }, 'x'])).toEqual({
      ok: true,
      data: [{ to: 1 }, 'x'],
    });
  });
});

describe('durableOf', () => {
  it('names durable and filter from the table of subjects', () => {
    expect(durableOf('send')).toMatchObject({
      durable: 'router',
      stream: 'SEND',
      filters: ['skein.send.*.*'],
    });
    expect(durableOf('deliver', { kind: 'email' }, { concurrency: 2 })).toMatchObject({
      durable: 'channel-email',
      filters: ['skein.deliver.email.*'],
      concurrency: 2,
    });
  });

  it('refuses a subject that no durable reads, or whose durable is not determined', () => {
    expect(() => durableOf('status')).toThrow('no durable reads "status"');
    expect(() => durableOf('deliver')).toThrow('needs values for channel-<kind>');
  });
});
