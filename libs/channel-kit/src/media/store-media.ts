import { createHash } from 'node:crypto';
import { messageIdFor, newId } from '@skein/contracts';
import { insertMedia, type Sql } from '@skein/persistence';
import type { MediaStore } from '@skein/messaging';
import { fileTypeFromBuffer } from 'file-type';
import type { MediaBytes } from '../definition.js';

/** Largest file that is taken in, from people and from callers. */
export const MAX_MEDIA_BYTES = 10 * 1024 * 1024;

/** What the name of a type may be; anything else is served as plain bytes. */
const TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,100}$/;
/** Types that a browser would run; text without a signature of its own may claim to be anything but these. */
const ACTIVE = /html|xml|svg|script/i;

export interface StoredMedia {
  mediaId: string;
  mimeType: string;
  sizeBytes: number;
  sha256: string;
}

/**
 * Stores bytes for a workspace and records them under the type they really have: what the bytes show, not what was said of them.
 *
 * @param key the same key and bytes are one file, so that a message that names it stays the same when it is repeated.
 * @throws MediaTooLargeError (`code` media_too_large) beyond 10 MB, NatsAwayError, the database's error.
 */
export async function storeMedia(
  { sql, media }: { sql: Sql; media: MediaStore },
  workspaceId: string,
  { bytes, mimeType: stated, filename }: MediaBytes,
  key: string | null = null,
): Promise<StoredMedia> {
  const digest = createHash('sha256').update(bytes).digest();
  const sha256 = digest.toString('hex');
  const id = key === null ? newId() : messageIdFor(workspaceId, `media:${key}:${sha256}`);
  const mimeType = (await fileTypeFromBuffer(bytes))?.mime ?? harmless(stated);
  const stored = { bytes, mimeType, ...(filename === undefined ? {} : { filename }) };
  await media.putMedia(workspaceId, id, stored, MAX_MEDIA_BYTES);
  const sizeBytes = bytes.length;
  const row = { id, workspaceId, mimeType, filename: filename ?? null, sizeBytes, sha256: digest };
  await insertMedia(sql, row);
  return { mediaId: id, mimeType, sizeBytes, sha256 };
}

function harmless(stated: string): string {
  const type = stated.split(';')[0]?.trim().toLowerCase() ?? '';
  return TYPE.test(type) && !ACTIVE.test(type) ? type : 'application/octet-stream';
}
