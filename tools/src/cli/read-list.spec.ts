import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readList } from './read-list.js';

const ANA = '+5215512345678';
const BEN = '+447700900123';

describe('readList', () => {
  it('P8 reads numbers one a line, with Windows line ends, blank lines and a byte order mark', () => {
    expect(readList(`\uFEFF${ANA}\r\n\r\n${BEN}\n`)).toEqual([{ phoneNumber: ANA }, { phoneNumber: BEN }]);
  });

  it('P8 reads CSV with and without a heading; every other column is a value', () => {
    const rows = [
      { phoneNumber: ANA, values: ['Ana, dear', '10%'] },
      { phoneNumber: BEN, values: ['Ben "B"', ''] },
    ];
    expect(readList(`${ANA},"Ana, dear",10%\n${BEN},"Ben ""B""",`)).toEqual(rows);
    expect(readList(`name,Phone Number,off\n"Ana, dear",${ANA},10%\n"Ben ""B""",${BEN},`)).toEqual(rows);
  });

  it('P8 reads JSON, and leaves what is odd to the api', () => {
    expect(readList(JSON.stringify([ANA, { phoneNumber: BEN, values: ['B'] }, 7]))).toEqual([
      { phoneNumber: ANA },
      { phoneNumber: BEN, values: ['B'] },
      { phoneNumber: 7 },
    ]);
    expect(() => readList('[1,')).toThrow();
    expect(readList('')).toEqual([]);
  });

  it('P8 reads back whatever is written as CSV', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ' b', '"', ',', '\n', 'é') });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1 }), (rows) => {
        const text = rows.map((row) => [ANA, ...row].map(quoted).join(',')).join('\r\n');
        expect(readList(text)).toEqual(rows.map((values) => ({ phoneNumber: ANA, values })));
      }),
    );
  });
});
