import { describe, expect, it } from '@jest/globals';
import { parseCsv } from './csv.js';

describe('P16: parseCsv', () => {
  it.each<[string, string[][] | undefined]>([
    [
      'a, b \n\n \t\n"c, ""d""" , "e\nf"\n,\n',
      [
        ['a', 'b'],
        ['c, "d"', 'e\nf'],
      ],
    ],
    ['a,\n"b"', [['a', ''], ['b']]],
    ['', []],
    ['\n\n', []],
    ['"a', undefined],
    ['"a" b', undefined],
  ])('%j', (text, rows) => {
    expect(parseCsv(text)).toEqual(rows);
  });

  it.each(['\n', ' ', ' \n', '\n \n"",'])('reads every character of %j once', (piece) => {
    const text = piece.repeat(400_000 / piece.length);
    const started = process.cpuUsage();
    expect(parseCsv(text)?.flat().join('')).toBe('');
    // About 50 ms; reading the blank lines again from each of them takes minutes.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });
});
