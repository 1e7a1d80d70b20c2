import { describe, expect, it } from '@jest/globals';
import { mediaUrl, verifyMediaUrl } from './media-url.js';

describe('mediaUrl', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const file = { workspaceId: 'w', mediaId: 'abc' };
  const url = new URL(mediaUrl('https://skein.example/', file, 'key', now));
  const query = Object.fromEntries(url.searchParams);

  it('opens for its file, its key and its time', () => {
    expect(url.origin + url.pathname).toBe('https://skein.example/v1/media/abc/content');
    expect(verifyMediaUrl(file, query, 'key', now)).toBe(true);
  });

  it('stays shut for anything else', () => {
    expect(verifyMediaUrl({ ...file, mediaId: 'abd' }, query, 'key', now)).toBe(false);
    expect(verifyMediaUrl({ ...file, workspaceId: 'v' }, query, 'key', now)).toBe(false);
    expect(verifyMediaUrl(file, query, 'other', now)).toBe(false);
    expect(verifyMediaUrl(file, query, 'key', now + 3 * 86_400_000)).toBe(false);
    expect(
      verifyMediaUrl(file, { ...query, expires: String(Number(query['expires']) + 1) }, 'key', now),
    ).toBe(false);
    for (const wrong of [
      {},
      { expires: 'x', signature: 'y' },
      { ...query, signature: '' },
      { ...query, signature: 'é' },
    ]) {
      expect(verifyMediaUrl(file, wrong, 'key', now)).toBe(false);
    }
  });
});
