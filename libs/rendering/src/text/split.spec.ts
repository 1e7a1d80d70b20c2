import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TextUnit } from '@skein/contracts';
import { graphemes } from './graphemes.js';
import { measure } from './measure.js';
import { fitLabels } from './shorten.js';
import { splitText } from './split.js';

const bare = (text: string): string => text.replace(/```/g, '').replace(/\s+/g, '');
const unit = fc.constantFrom<TextUnit>('characters', 'utf16', 'bytes');
const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '\n',
    '\n\n',
    ' ',
    'https://example.com/a/b?c=1 ',
    '```\ncode line\nmore\n```',
    '👩‍👩‍👧‍👦',
    '漢字仮名交じり文',
    'word ',
  ),
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

describe('splitText (P16)', () => {
  it('fits every piece and loses nothing but whitespace', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 300 }), unit, (whole, max, by) => {
        const pieces = splitText(whole, max, by);
        expect(pieces.every((part) => measure(part, by) <= max && part.trim() === part && part !== '')).toBe(
          true,
        );
        expect(bare(pieces.join(''))).toBe(bare(whole));
      }),
    );
  });

  it('keeps links, families of emoji and code blocks whole', () => {
    const link = 'https://example.com/' + 'p'.repeat(30);
    expect(
      splitText(`${'a '.repeat(40)}${link} end`, 60, 'characters').some((part) => part.includes(link)),
    ).toBe(true);
    const code = '```\nlet a = 1;\nlet b = 2;\n```';
    expect(splitText(`${'a '.repeat(25)}${code}`, 60, 'characters')).toContain(code);
    const family = splitText('👩‍👩‍👧‍👦'.repeat(30), 50, 'utf16');
    expect(family.every((part) => [...graphemes(part)].every((one) => one === '👩‍👩‍👧‍👦'))).toBe(true);
  });

  it('closes and opens a code block that is too long', () => {
    const pieces = splitText('```\n' + 'line of code\n'.repeat(30) + '```', 100, 'characters');
    expect(
      pieces.every((part) => part.startsWith('```\n') && part.endsWith('\n```') && part.length <= 100),
    ).toBe(true);
  });

  it('is linear: six hostile texts of 400 KB in under six seconds', () => {
    const started = performance.now();
    for (const hostile of ['a', '` ', '```', ' \n', 'https://', 'é́'])
      splitText(hostile.repeat(400_000 / hostile.length), 4096, 'characters');
    expect(performance.now() - started).toBeLessThan(6000);
  });
});

describe('fitLabels', () => {
  it('gives different labels within the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1 }), { maxLength: 12 }),
        fc.integer({ min: 5, max: 20 }),
        unit,
        (labels, max, by) => {
          const fitted = fitLabels(labels, max + 5, by, true);
          expect(new Set(fitted).size).toBe(labels.length);
          expect(fitted.every((label) => measure(label, by) <= max + 5)).toBe(true);
        },
      ),
    );
  });
});
