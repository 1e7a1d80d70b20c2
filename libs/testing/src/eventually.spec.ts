import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('returns the first value that is not false', async () => {
    let tries = 0;
    expect(await eventually(() => ++tries > 2 && `try ${tries}`, { everyMs: 1 })).toBe('try 3');
  });

  it('throws what the last try threw', async () => {
    let tries = 0;
    const check = () => Promise.reject(new Error(`try ${++tries}`));
    await expect(eventually(check, { timeoutMs: 20, everyMs: 5 })).rejects.toThrow(/^try [2-9]/);
  });

  it('tries once with no time at all', async () => {
    expect(await eventually(() => 'now', { timeoutMs: 0 })).toBe('now');
  });
});
