import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CallQueue } from './call-queue.js';

const call = (channelId: string, id: number | string) => ({ channelId, id: String(id) });
const free = () => 100;

describe('CallQueue', () => {
  it('serves channels in turn, however long one of them is', () => {
    const queue = new CallQueue({ total: 2000, perChannel: 1000 });
    for (let n = 0; n < 500; n += 1) queue.add(call('busy', n));
    queue.add(call('quiet', 'q'));
    expect(
      queue
        .take(4, free)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['0', '1', '2', 'q']);
  });

  it('gives a channel no more than it has room for', () => {
    const queue = new CallQueue({ total: 2000, perChannel: 1000 });
    for (let n = 0; n < 10; n += 1) queue.add(call('a', n));
    expect(queue.take(10, () => 3)).toHaveLength(3);
  });

  it('is bounded in all and for each channel, and holds an id once', () => {
    const queue = new CallQueue({ total: 3, perChannel: 2 });
    expect(
      [call('a', 1), call('a', 1), call('a', 2), call('a', 3), call('b', 4), call('b', 5)].map((one) =>
        queue.add(one),
      ),
    ).toEqual([true, true, true, false, true, false]);
    expect(queue.size).toBe(3);
  });

  it('brings back an id that was rung again while a claim could not take it', () => {
    const queue = new CallQueue({ total: 10, perChannel: 10 });
    queue.add(call('a', 1));
    const taken = queue.take(10, free);
    queue.add(call('a', 1));
    queue.release(taken, new Set());
    expect(queue.take(10, free)).toEqual(taken);
    queue.add(call('a', 1));
    queue.release(taken, new Set(['1']));
    expect(queue.take(10, free)).toEqual([]);
  });

  it('leaves a paused channel alone until its time', () => {
    const queue = new CallQueue({ total: 10, perChannel: 10 });
    queue.add(call('a', 1));
    queue.pause('a', 500, 1000);
    expect(queue.take(10, free, 1499)).toEqual([]);
    expect(queue.nextInMs(1400)).toBe(100);
    expect(queue.take(10, free, 1500)).toEqual([call('a', 1)]);
  });

  it('loses and doubles nothing, whatever happens to it', () => {
    const step = fc.record({
      channel: fc.constantFrom('a', 'b', 'c'),
      add: fc.integer({ min: 0, max: 9 }),
      take: fc.integer({ min: 0, max: 5 }),
      back: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = new CallQueue({ total: 1000, perChannel: 1000 });
        const out: string[] = [];
        let next = 0;
        for (const { channel, add, take, back } of steps) {
          for (let n = 0; n < add; n += 1) queue.add(call(channel, next++));
          const taken = queue.take(take, free);
          expect(taken.length).toBeLessThanOrEqual(take);
          if (back) queue.putBack(taken);
          else {
            queue.release(taken, new Set(taken.map(({ id }) => id)));
            out.push(...taken.map(({ id }) => id));
          }
        }
        for (let rest = queue.take(1000, () => 1000); rest.length > 0; rest = queue.take(1000, () => 1000))
          out.push(...rest.map(({ id }) => id));
        expect(out.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: next }, (_, n) => n));
      }),
    );
  });
});
