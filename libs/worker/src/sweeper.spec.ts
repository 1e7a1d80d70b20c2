import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '@skein/runtime';
import { Sweeper } from './sweeper.js';

const INTERVAL_MS = 1000;

describe('the sweeper', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  /** Runs of a sweep in so many intervals. */
  async function runsIn(intervals: number, backlogAgeMs: () => Promise<number>): Promise<number> {
    jest.useFakeTimers();
    const sweeper = new Sweeper(INTERVAL_MS, createLogger('test', 'silent'));
    let runs = 0;
    const run = () => Promise.resolve((runs += 1) && 0);
    sweeper.add({ name: 'rows', run, backlogAgeMs });
    sweeper.start();
    await jest.advanceTimersByTimeAsync(intervals * INTERVAL_MS);
    await sweeper.stop();
    return runs;
  }

  it('looks at every interval while nothing is on its way', async () => {
    expect(await runsIn(20, () => Promise.resolve(0))).toBe(20);
  });

  it('stands still while the backlog is young, but not for ever: under steady load it always is', async () => {
    expect(await runsIn(20, () => Promise.resolve(1))).toBe(2);
  });

  it('looks when the backlog is old or cannot be read', async () => {
    expect(await runsIn(20, () => Promise.resolve(INTERVAL_MS))).toBe(20);
    expect(await runsIn(20, () => Promise.reject(new Error('NATS is away')))).toBe(20);
  });
});
