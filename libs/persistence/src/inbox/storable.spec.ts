import { describe, expect, it } from '@jest/globals';
import { storable } from './storable.js';

describe('storable', () => {
  it('replaces what Postgres refuses and leaves everything else as it is', () => {
    const fine = { text: 'ñ 😀', list: [1, null, true] };
    expect(storable(fine)).toBe(fine);
    expect(storable({ a: 'x\0y', b: ['\ud800', '😀'], 'k\0': 1 })).toEqual({
      a: 'x\uFFFDy',
      b: ['\uFFFD', '😀'],
      'k\uFFFD': 1,
    });
  });
});
