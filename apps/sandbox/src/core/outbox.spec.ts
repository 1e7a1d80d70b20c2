import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../testing/until.js';
import { Outbox } from './outbox.js';
import type { DeliveryOutcome } from './outbox.js';
import { Timers } from './timers.js';

describe('outbox', () => {
  let timers: Timers;
  let sent: number[][];
  let answers: DeliveryOutcome[];

  beforeEach(() => {
    timers = new Timers();
    sent = [];
    answers = [];
  });
  afterEach(() => timers.stop());

  const open = (parallel = 1): Outbox<number> => {
    const deliver = (items: number[]): Promise<DeliveryOutcome> => {
      const outcome = answers.shift() ?? 'done';
      if (outcome === 'done') sent.push(items);
      return Promise.resolve(outcome);
    };
    return new Outbox({ deliver, timers, lingerMs: 2, batchSize: 3, parallel });
  };

  it('collects what comes together into batches', async () => {
    const outbox = open();
    for (const item of [1, 2, 3, 4]) outbox.push(item);
    await until(() => outbox.counts.delivered === 4);
    expect(sent).toEqual([[1, 2, 3], [4]]);
    expect(outbox.waiting).toBe(0);
  });

  it('sends a later stage with a later batch', async () => {
    const outbox = open();
    outbox.push(2, { stage: 1 });
    outbox.push(1);
    await until(() => outbox.counts.delivered === 2);
    expect(sent).toEqual([[1], [2]]);
  });

  it('keeps the order while the receiver is away', async () => {
    const outbox = open();
    answers = ['away'];
    outbox.push(1);
    await until(() => outbox.counts.away === 1);
    outbox.push(2);
    await until(() => outbox.counts.delivered === 2);
    expect(sent.flat()).toEqual([1, 2]);
  });

  it('lets others pass one that is refused, and drops one that is rejected', async () => {
    const outbox = open();
    answers = ['refused'];
    outbox.push(1);
    await until(() => outbox.counts.refused === 1);
    answers = ['rejected'];
    outbox.push(2);
    await until(() => outbox.counts.rejected === 1);
    outbox.push(3);
    await until(() => outbox.counts.delivered === 2);
    expect(sent).toEqual([[3], [1]]);
  });

  it('forgets what waits when cleared', async () => {
    const outbox = open();
    answers = ['away'];
    outbox.push(1);
    await until(() => outbox.counts.away === 1);
    outbox.clear();
    expect(outbox.waiting).toBe(0);
    outbox.push(2);
    await until(() => outbox.counts.delivered === 1);
    expect(sent).toEqual([[2]]);
  });
});
