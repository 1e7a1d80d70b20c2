import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitMedia } from './media-tokens.js';

describe('splitMedia', () => {
  it.each<[string, string, string[]]>([
    ['Report ready MEDIA:/tmp/report.pdf', 'Report ready', ['/tmp/report.pdf']],
    ['Charts MEDIA:/tmp/1.png MEDIA:/tmp/2.png', 'Charts', ['/tmp/1.png', '/tmp/2.png']],
    ['MEDIA:/a.pdf', '', ['/a.pdf']],
    ['See MEDIA:/a.pdf and MEDIA:/b.pdf, please', 'See and please', ['/a.pdf', '/b.pdf,']],
    ['First\nMEDIA:/a.pdf\nLast', 'First\n\nLast', ['/a.pdf']],
    ['  two  spaces  stay\n  MEDIA:/a.pdf', 'two  spaces  stay', ['/a.pdf']],
    ['MEDIA: /a.pdf', '/a.pdf', ['']],
    ['SOCIALMEDIA:/a.pdf stays', 'SOCIALMEDIA:/a.pdf stays', []],
    ['media:/a.pdf stays', 'media:/a.pdf stays', []],
    ['  nothing at all  ', '  nothing at all  ', []],
  ])('T4: %j', (message, text, paths) => {
    expect(splitMedia(message)).toEqual({ text, paths });
  });

  it('T4: reads a long row of blanks once', () => {
    const blanks = ' '.repeat(200_000);
    const started = process.cpuUsage();
    expect(splitMedia(`a${blanks}b MEDIA:/a`)).toEqual({ text: `a${blanks}b`, paths: ['/a'] });
    // About 5 ms; reading the row again from each of its blanks takes half a minute.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });

  it('T4: no text holds a token afterwards, and every path was in it', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('MEDIA:', 'MEDIA:/a', ' ', '\n', '\t', 'xMEDIA:/b'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const message = words.join('');
        const { text, paths } = splitMedia(message);
        expect(splitMedia(text).paths).toEqual([]);
        for (const path of paths) expect(message).toContain(`MEDIA:${path}`);
        for (const path of paths) expect(path).not.toMatch(/\s/);
      }),
    );
  });
});
