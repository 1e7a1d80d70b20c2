import { describe, expect, it } from '@jest/globals';
import { EXIT } from './cli-error.js';
import { findConnection } from './connection.js';

const at = (key: string) => findConnection({ url: 'http://skein.test' }, { SKEIN_API_KEY: key }, '/');

describe('L1: the API key', () => {
  it.each(['s3cret\nNODE_ENV=test', 's3cret✓', ' '])(
    'is wrong usage when no header carries it: %j',
    (key) => {
      const told = expect.stringMatching(/^The API key of SKEIN_API_KEY must be printable(?!.*s3cret)/);
      expect(() => at(key)).toThrow(
        expect.objectContaining({ exitCode: EXIT.usage, trouble: expect.objectContaining({ detail: told }) }),
      );
    },
  );

  it('may have the line break of its file behind it', () => {
    expect(at('s3cret\n').key).toBe('s3cret');
  });
});
