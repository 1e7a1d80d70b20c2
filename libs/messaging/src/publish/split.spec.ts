import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { splitItems } from './split.js';

describe('splitItems', () => {
  it('keeps every item once and in order, within both limits', () => {
    const items = fc.array(fc.record({ id: fc.string(), text: fc.string({ maxLength: 40 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        items,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 150, max: 600 }),
        (list, count, bytes) => {
          const chunks = splitItems(list, { items: count, bytes });
          expect(chunks.flatMap((chunk) => JSON.parse(chunk.json) as unknown[])).toEqual(
            JSON.parse(JSON.stringify(list)),
          );
          for (const chunk of chunks) {
            expect(chunk.count).toBeLessThanOrEqual(count);
            const fits = Buffer.byteLength(chunk.json) <= bytes;
            expect(fits || chunk.count === 1).toBe(true);
          }
        },
      ),
    );
  });

  it('makes nothing of nothing', () => {
    expect(splitItems([])).toEqual([]);
  });
});
