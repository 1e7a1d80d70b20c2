import { describe, expect, it } from '@jest/globals';
import { mediaUrl, verifyMediaUrl } from './media-url.js';

describe('mediaUrl', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const url = new URL(mediaUrl('https://skein.example/', 'abc', 'key', now));
  const query = Object.fromEntries(url.searchParams);

  it('opens for its file, its key and its time', () => {
    expect(url.origin + url.pathname).toBe('https://skein.example/v1/media/abc/content');
    expect(verifyMediaUrl('abc', query, 'key', now)).toBe(true);
  });

  it('stays shut for anything else', () => {
    expect(verifyMediaUrl('abd', query, 'key', now)).toBe(false);
    expect(verifyMediaUrl('abc', query, 'other', now)).toBe(false);
    expect(verifyMediaUrl('abc', query, 'key', now + 3 * 86_400_000)).toBe(false);
    expect(
      verifyMediaUrl('abc', { ...query, expires: String(Number(query['expires']) + 1) }, 'key', now),
    ).toBe(false);
    for (const wrong of [
      {},
      { expires: 'x', signature: 'y' },
      { ...query, signature: '' },
      { ...query, signature: 'é' },
    ]) {
      expect(verifyMediaUrl('abc', wrong, 'key', now)).toBe(false);
    }
  });
});
