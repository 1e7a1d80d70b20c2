import { describe, expect, it } from '@jest/globals';
import { percentile } from './percentile.js';

describe('percentile', () => {
  it.each([
    [0.5, 2],
    [0.75, 3],
    [0.99, 4],
    [1, 4],
    [0, 1],
  ])('of 1 to 4 at %p is %p', (share, value) => {
    expect(percentile([3, 1, 4, 2], share)).toBe(value);
  });

  it('of nothing is 0', () => {
    expect(percentile([], 0.5)).toBe(0);
  });
});
