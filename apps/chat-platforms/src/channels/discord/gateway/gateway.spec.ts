import { describe, expect, it } from '@jest/globals';
import type { InboundEvent } from '@skein/contracts';
import fc from 'fast-check';
import { pauseMs } from './backoff.js';
import { Backlog } from './backlog.js';
import { endingOf } from './close-codes.js';
import { frameOf } from './frames.js';
import { Memory } from './memory.js';
import { SendBudget } from './send-budget.js';

describe('close codes', () => {
  it.each([
    [1006, 'resume'],
    [1000, 'resume'],
    [4000, 'resume'],
    [4002, 'resume'],
    [4008, 'resume'],
    [4007, 'fresh'],
    [4009, 'fresh'],
    [4004, 'misconfigured'],
    [4013, 'misconfigured'],
    [4014, 'misconfigured'],
  ])('%i: %s', (code, next) => {
    expect(endingOf(code).next).toBe(next);
  });
});

describe('pauses', () => {
  it('grow to a minute and never all at the same moment', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const pause = pauseMs(failures, random);
        expect(pause).toBeGreaterThanOrEqual(0);
        expect(pause).toBeLessThanOrEqual(60_000);
        if (failures > 8) expect(pause).toBeGreaterThanOrEqual(30_000);
      }),
    );
  });
});

describe('sending', () => {
  it('stays under 120 in every 60 s', () => {
    const budget = new SendBudget();
    const sent: number[] = [];
    for (let now = 0; now < 300_000; now += 100) if (budget.take(now)) sent.push(now);
    for (const from of sent)
      expect(sent.filter((at) => at >= from && at < from + 60_000).length).toBeLessThan(120);
  });
});

describe('frames', () => {
  it.each(['', '{', '[]', 'null', '{"op":"1"}', '{"d":1}'])('is none: %j', (text) => {
    expect(frameOf(text)).toBeUndefined();
  });
});

const event = (eventId: string): InboundEvent => ({ type: 'unsupported', eventId, at: '', what: '' });

describe('the backlog', () => {
  it('keeps the order, and moves on only behind what is stored', async () => {
    const stored: string[] = [];
    const durable: number[] = [];
    const backlog = new Backlog({
      accept: async (events) => {
        await new Promise((resolve) => setImmediate(resolve));
        stored.push(...events.map(({ eventId }) => eventId));
      },
      onDurable: (sequence) => {
        expect(stored.length).toBeGreaterThanOrEqual(sequence);
        durable.push(sequence);
      },
      onLost: () => undefined,
      onTrouble: () => undefined,
    });
    for (let sequence = 1; sequence <= 250; sequence += 1) {
      const events = [event(String(sequence))];
      backlog.push({ sequence, events: sequence === 130 ? () => Promise.resolve(events) : events });
    }
    await backlog.close();
    expect(stored).toEqual(Array.from({ length: 250 }, (_, index) => String(index + 1)));
    expect(durable.at(-1)).toBe(250);
  });

  it('leaves one bad event out, and gives up when nothing can be stored', async () => {
    const outcomes: unknown[] = [];
    const parts = (accept: (events: InboundEvent[]) => Promise<void>) => ({
      accept,
      onDurable: (sequence: number) => void outcomes.push(sequence),
      onLost: () => void outcomes.push('lost'),
      onTrouble: () => void outcomes.push('trouble'),
    });
    const picky = new Backlog(
      parts((events) =>
        events.some(({ eventId }) => eventId === 'bad')
          ? Promise.reject(new Error('bad'))
          : Promise.resolve(),
      ),
    );
    picky.push({ sequence: 1, events: [event('good'), event('bad'), event('fine')] });
    await picky.close();
    const away = new Backlog(parts(() => Promise.reject(new Error('away'))));
    away.push({ sequence: 2, events: [event('good')] });
    await away.close();
    expect(outcomes).toEqual(['lost', 1, 'trouble']);
  });
});

describe('the memory', () => {
  it('knows where the channels that spoke last have got to', () => {
    const memory = new Memory('1', null);
    const said = (address: string, id: string): InboundEvent => ({
      type: 'message',
      eventId: id,
      at: '',
      address,
      providerMessageId: id,
      content: {},
    });
    memory.mark(Array.from({ length: 300 }, (_, index) => said(String(index), String(index))));
    memory.mark([said('250', 'later')]);
    expect(memory.marked.size).toBe(200);
    expect([...memory.marked.keys()].at(-1)).toBe('250');
    expect(memory.marked.get('250')).toEqual({ last: 'later', isRoom: false });
  });
});
