import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { graphemes, words } from './graphemes.js';

const piece = fc.oneof(
  fc.constantFrom('a', '[', ' ', '👩‍👩‍👧‍👦', 'e\u0301', '漢字', '\n'),
  fc.constantFrom('a', '\u0301', '🇲🇽').map((one) => one.repeat(300)),
);

describe('segments of a text', () => {
  it.each([
    ['graphemes', graphemes, 'grapheme'],
    ['words', words, 'word'],
  ] as const)('%s are those of the whole text, however long one is', (_, read, granularity) => {
    const segmenter = new Intl.Segmenter('und', { granularity });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        expect([...read(text)].join('')).toBe(text);
        const whole = Array.from(segmenter.segment(text), ({ segment }) => segment);
        expect([...read(text)]).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it('many short ones behind a very long one are read in time that grows with the text', () => {
    const started = process.cpuUsage();
    const count = Array.from(words('a'.repeat(200_000) + '['.repeat(200_000))).length;
    expect(count).toBe(200_001);
    // About 0.3 s; the window of the long one, read for all of them, takes half a minute.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
  });
});
