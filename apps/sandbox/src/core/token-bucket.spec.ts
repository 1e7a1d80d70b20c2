import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TokenBucket } from './token-bucket.js';

describe('token bucket', () => {
  it('never lets through more than its capacity and what it regained', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (pauses, capacity, perSecond) => {
          const bucket = new TokenBucket(capacity, perSecond, 0);
          let now = 0;
          let taken = 0;
          for (const pause of pauses) {
            now += pause;
            if (bucket.take(now)) taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(capacity + (now / 1000) * perSecond + 1e-6);
        },
      ),
    );
  });

  it('owes what was charged without being there', () => {
    const bucket = new TokenBucket(1, 1, 0);
    bucket.charge(0);
    bucket.charge(0);
    expect(bucket.take(1_500)).toBe(false);
    expect(bucket.take(2_000)).toBe(true);
    for (let index = 0; index < 100; index += 1) bucket.charge(2_000);
    expect(bucket.take(4_000)).toBe(true);
  });
});
