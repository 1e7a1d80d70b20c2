import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { openCredentials, sealCredentials } from './seal.js';

describe('sealed credentials', () => {
  const key = randomBytes(32).toString('base64');
  const sealed = sealCredentials(key, 'ch1', { token: 's3cret' });

  it('open again with the same key and channel', () => {
    expect(openCredentials(key, 'ch1', sealed)).toEqual({ token: 's3cret' });
    expect(sealed.includes('s3cret')).toBe(false);
  });

  it('open with nothing else and say nothing of what is inside', () => {
    const changed = Buffer.from(sealed);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    const tries: [string, string, Buffer][] = [
      [randomBytes(32).toString('base64'), 'ch1', sealed],
      [key, 'ch2', sealed],
      [key, 'ch1', changed],
      [key, 'ch1', Buffer.alloc(0)],
      [key, 'ch1', sealed.subarray(0, 20)],
      ['short', 'ch1', sealed],
    ];
    for (const [withKey, channelId, bytes] of tries) {
      expect(() => openCredentials(withKey, channelId, bytes)).toThrow(
        expect.objectContaining({ name: 'SealError' }),
      );
    }
  });
});
