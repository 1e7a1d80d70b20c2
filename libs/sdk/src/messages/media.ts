import type { Requester } from '../http/requester.js';

/** A file that the server keeps for 30 days. */
export interface StoredMedia {
  id: string;
  filename: string | null;
  mimeType: string;
  sizeBytes: number;
  sha256: string;
}

/** A file to store. */
export interface MediaInput {
  bytes: Uint8Array;
  filename?: string | undefined;
  /** What it is; the server looks into the file itself as well. */
  mimeType?: string | undefined;
  /** The same key and bytes are one file; left out, each call stores another. */
  idempotencyKey?: string | undefined;
}

/** Stores a file of at most 10 MB, so that messages can name it by `mediaId`. */
export function uploadMedia(
  requester: Requester,
  { bytes, filename, mimeType, idempotencyKey }: MediaInput,
): Promise<StoredMedia> {
  return requester.request<StoredMedia>({
    method: 'POST',
    path: '/v1/media',
    query: { filename },
    body: bytes,
    // `Blob.type` is empty for a type that nobody knows.
    contentType: mimeType || 'application/octet-stream',
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
}
