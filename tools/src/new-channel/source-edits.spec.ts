import { describe, expect, it } from '@jest/globals';
import { withImport, withItem } from './source-edits.js';

const SOURCE = `import type { Kind } from './core/kind.js';
import { openEmail } from './email/index.js';
import { openSms } from './sms/index.js';

const KINDS: Kind[] = [openEmail, openSms];
`;

describe('editing a source', () => {
  it('puts an import among its neighbours, or behind the last', () => {
    const lines = (line: string) => withImport(SOURCE, line).split('\n').slice(0, 4);
    expect(lines("import { openPigeon } from './pigeon/index.js';")[2]).toContain('pigeon');
    expect(lines("import { openZebra } from './zebra/index.js';")[3]).toContain('zebra');
    expect(() => withImport('const a = 1;', 'import b')).toThrow('no import');
  });

  it('adds an item to a list, an object, an empty one and one with a trailing comma', () => {
    expect(withItem(SOURCE, 'KINDS: Kind[] = [', 'openPigeon')).toContain('[openEmail, openSms, openPigeon]');
    expect(withItem('const a = {\n  b: [1],\n};', 'const a = {', 'c: 2')).toBe('const a = {b: [1], c: 2};');
    expect(withItem('f([], 1)', 'f([', 'x')).toBe('f([x], 1)');
    expect(() => withItem(SOURCE, 'NOTHING = [', 'x')).toThrow('there is no "NOTHING = ["');
  });
});
