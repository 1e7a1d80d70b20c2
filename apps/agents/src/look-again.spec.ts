import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LookAgain } from './look-again.js';

const PAUSE_MS = 100;

describe('looking again', () => {
  let looks: string[][];
  let again: LookAgain;
  let misses: boolean;

  beforeEach(() => {
    jest.useFakeTimers();
    looks = [];
    misses = true;
    again = new LookAgain(PAUSE_MS, 5, (ids) => {
      looks.push(ids);
      if (misses) again.at(ids);
    });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('R2: looks at a thread a limited number of times in a row, and from the start when it rings anew', () => {
    again.at(['a']);
    jest.advanceTimersByTime(100 * PAUSE_MS);
    expect(looks).toHaveLength(5);
    again.at(['a']);
    jest.advanceTimersByTime(100 * PAUSE_MS);
    expect(looks).toHaveLength(10);
  });

  it('R2: a thread that rings again while it is waited for is not looked at more often', () => {
    again.at(['a']);
    again.at(['a', 'b']);
    jest.advanceTimersByTime(PAUSE_MS);
    expect(looks).toEqual([['a', 'b']]);
  });

  it('R2: a thread that has its turn is not looked at any more', () => {
    misses = false;
    again.at(['a', 'b']);
    again.forget(['a']);
    jest.advanceTimersByTime(100 * PAUSE_MS);
    expect(looks).toEqual([['b']]);
  });
});
