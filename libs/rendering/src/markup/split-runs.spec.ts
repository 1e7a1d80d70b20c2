import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DialectName, TextUnit } from '@skein/contracts';
import { DIALECTS } from '../dialects/dialect.js';
import { graphemes } from '../text/graphemes.js';
import { measure } from '../text/measure.js';
import { readMarkup } from './read-markup.js';
import { splitRuns } from './split-runs.js';

const DIALECT_NAMES = (Object.keys(DIALECTS) as DialectName[]).filter((name) => name !== 'email');
const dialect = fc.constantFrom(...DIALECT_NAMES);
const unit = fc.constantFrom<TextUnit>('characters', 'utf16', 'bytes');

/** A text in pieces as a channel of that dialect gets them. */
function pieces(text: string, max: number, by: TextUnit, name: DialectName = 'plain'): string[] {
  const { write, counted } = DIALECTS[name];
  const size = (written: string): number => measure(counted?.(written) ?? written, by);
  return splitRuns(readMarkup(text), max, (runs) => size(write(runs))).map(write);
}

const piece = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '\n',
    '\n\n',
    ' ',
    'https://example.com/a/b?c=1 ',
    '[a label of words](https://example.com/a) ',
    '**bold words here** ',
    '_it is **both** here_',
    '\n```\ncode line\nmore <b>\n```\n',
    '`code & more`',
    '👩‍👩‍👧‍👦',
    '漢字仮名交じり文',
    'word ',
  ),
);
const text = fc.array(piece, { maxLength: 40 }).map((all) => all.join(''));

describe('P16: splitting', () => {
  it('fits every piece in every dialect and unit', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 60, max: 300 }), unit, dialect, (whole, max, by, name) => {
        const { counted } = DIALECTS[name];
        for (const part of pieces(whole, max, by, name)) {
          expect(measure(counted?.(part) ?? part, by)).toBeLessThanOrEqual(max);
          expect(part.trim()).not.toBe('');
        }
      }),
    );
  });

  it('loses nothing but whitespace', () => {
    // A style that goes on in the next piece is closed and opened, so its marks are not compared.
    const bare = (said: string): string => said.replace(/[\s*_]+/g, '');
    fc.assert(
      fc.property(text, fc.integer({ min: 60, max: 300 }), unit, (whole, max, by) => {
        const said = DIALECTS.plain.write(readMarkup(whole));
        expect(bare(pieces(whole, max, by).join(''))).toBe(bare(said));
      }),
    );
  });

  it.each(DIALECT_NAMES)('keeps links, words and families of emoji whole: %s', (name) => {
    const target = 'https://example.com/' + 'p'.repeat(20);
    const link = DIALECTS[name].write(readMarkup(`[two words](${target})`));
    const many = pieces(`[two words](${target}) and `.repeat(20), 90, 'characters', name);
    expect(many.join(' ').split(link)).toHaveLength(21);
    const family = pieces('👩‍👩‍👧‍👦'.repeat(30), 50, 'utf16', name);
    expect(family.every((part) => [...graphemes(part)].every((one) => one === '👩‍👩‍👧‍👦'))).toBe(true);
    expect(
      pieces('alphabet '.repeat(40), 100, 'characters', name).every((part) => /^(alphabet ?)+$/.test(part)),
    ).toBe(true);
  });

  it('cuts at line ends first, then at spaces', () => {
    expect(pieces(`${'a'.repeat(30)}\n${'b'.repeat(20)} ccc ddd`, 54, 'utf16')).toEqual([
      'a'.repeat(30),
      `${'b'.repeat(20)} ccc ddd`,
    ]);
    expect(pieces('one two **three** four', 13, 'utf16')).toEqual(['one two three', 'four']);
  });

  it('closes and opens a code block and a style that are too long', () => {
    const code = pieces('```\n' + 'line of code\n'.repeat(30) + '```', 100, 'characters', 'whatsapp');
    expect(code.length).toBeGreaterThan(3);
    expect(code.every((part) => /^```\n(line of code\n)+```$/.test(part))).toBe(true);
    const bold = pieces(`**${'word '.repeat(40)}end**`, 60, 'characters', 'telegram');
    expect(bold.every((part) => /^<b>[^<>]*<\/b>$/.test(part))).toBe(true);
  });

  it('keeps a code block whole where it fits', () => {
    const block = '```\nlet a = 1;\nlet b = 2;\n```';
    expect(pieces(`${'a '.repeat(29)}\n${block}`, 60, 'characters', 'discord')).toContain(block);
  });

  it.each(['a', '` ', '```\n', ' \n', 'https://', 'é́', '**a** ', '[a](http://x) ', '<', '漢'])(
    'is linear on 100 KB of %j',
    (hostile) => {
      const started = process.cpuUsage();
      pieces(hostile.repeat(100_000 / hostile.length), 4096, 'utf16', 'telegram');
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
    },
  );
});
