import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { gsmOctets, mendEscapes, septetsOf } from './gsm.js';
import { describeSegments, segmentsOf } from './segments.js';

const count = (text: string): number => segmentsOf(text).segments.length;

describe('segments', () => {
  it.each([
    ['', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['語'.repeat(70), 1],
    ['語'.repeat(71), 2],
    ['語'.repeat(134), 2],
    ['語'.repeat(135), 3],
    ['😀'.repeat(35), 1],
    ['😀'.repeat(36), 2],
    ['😀'.repeat(67), 3],
    ['\r\n'.repeat(80), 1],
    ['\r\n'.repeat(81), 2],
  ])('P11: counts %j', (text, expected) => {
    expect(count(text)).toBe(expected);
  });

  it('one character outside the alphabet makes all of it UCS-2', () => {
    expect(segmentsOf('abc').encoding).toBe('GSM-7');
    for (const odd of ['`', 'ç', 'á', 'ê', '\t', '“', '–', '…', '\u00a0', '\x1B'])
      expect(segmentsOf(`abc${odd}`).encoding).toBe('UCS-2');
  });

  it('says it in words', () => {
    expect([describeSegments(1, 'GSM-7'), describeSegments(2, 'UCS-2')]).toEqual([
      '1 segment (GSM-7)',
      '2 segments (UCS-2)',
    ]);
  });

  const characters = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...'aZ0 @\n\r€{}[]~^|\\éñ') },
    fc.constantFrom('😀', '語', 'ç', '👨‍👩‍👧', 'é', '🇲🇽'),
  );
  const texts = fc.array(characters, { maxLength: 500 }).map((list) => list.join(''));
  const gsmTexts = fc
    .array(fc.constantFrom(...'abcXYZ019 @£$èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ^{}[]~|€\\'), { maxLength: 500 })
    .map((list) => list.join(''));

  it('loses nothing, and never cuts a pair or what a reader takes for one character', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { encoding, segments } = segmentsOf(text);
        expect(segments.join('')).toBe(text);
        const alone = segments.length === 1;
        for (const segment of segments) {
          if (encoding === 'GSM-7') expect(gsmOctets(segment).length).toBeLessThanOrEqual(alone ? 160 : 153);
          else expect(segment.length).toBeLessThanOrEqual(alone ? 70 : 67);
          expect(/\p{Surrogate}/u.test(segment)).toBe(false);
          expect(segment.startsWith('\u200d')).toBe(false);
        }
      }),
    );
  });

  it('P11: counts what the platform counts', () => {
    fc.assert(
      fc.property(fc.oneof(texts, gsmTexts), (text) => {
        fc.pre(text !== '');
        const theirs = new SegmentedMessage(text);
        const { encoding, segments } = segmentsOf(text);
        expect([encoding, segments.length]).toEqual([theirs.encodingName, theirs.segmentsCount]);
      }),
      { numRuns: 500 },
    );
  });

  it('a letter with more marks than a segment holds is cut between characters', () => {
    const zalgo = `a${'\u0301'.repeat(200)}`;
    expect(segmentsOf(zalgo).segments.join('')).toBe(zalgo);
    expect(Math.max(...segmentsOf(zalgo).segments.map(({ length }) => length))).toBeLessThanOrEqual(67);
  });
});

describe('the GSM alphabet', () => {
  const library = createRequire(import.meta.url)('smpp') as {
    encodings: {
      ASCII: { match(text: string): boolean; encode(text: string): Buffer; decode(octets: Buffer): string };
    };
  };

  it('is that of another implementation, octet by octet', () => {
    for (let unit = 0x20; unit < 0x2200; unit += 1) {
      const character = String.fromCharCode(unit);
      if (septetsOf(character) === undefined) continue;
      expect(library.encodings.ASCII.match(character)).toBe(true);
      expect(gsmOctets(character)).toEqual(library.encodings.ASCII.encode(character));
    }
    expect(gsmOctets('@\n\r_ Ää~€')).toEqual(
      Buffer.from([0x00, 0x0a, 0x0d, 0x11, 0x20, 0x5b, 0x7b, 0x1b, 0x3d, 0x1b, 0x65]),
    );
  });

  it('mends escape pairs that came apart', () => {
    expect(mendEscapes('a\x1Beb\x1B(')).toBe('a€b{');
    expect(mendEscapes('x\x1B')).toBe('x ');
  });
});
