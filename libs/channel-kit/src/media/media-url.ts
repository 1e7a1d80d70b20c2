import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a link works, in seconds: providers fetch within minutes, some retry for a day. */
const VALID_S = 2 * 86_400;

/** A stored file. Its workspace is part of the signature: an address opens no file of another one. */
export interface StoredFile {
  workspaceId: string;
  mediaId: string;
}

/**
 * The public address at which a provider fetches a stored file: `<publicUrl>/v1/media/<id>/content?workspace=…&expires=<unix s>&signature=<hmac>`.
 *
 * @param secretKey the value of `SKEIN_SECRET_KEY`.
 */
export function mediaUrl(publicUrl: string, file: StoredFile, secretKey: string, nowMs = Date.now()): string {
  // Rounded up to the hour, so that one file has one address for a while and caches work.
  const expires = Math.ceil((nowMs / 1000 + VALID_S) / 3600) * 3600;
  const url = new URL(
    `${publicUrl.replace(/\/+$/, '')}/v1/media/${encodeURIComponent(file.mediaId)}/content`,
  );
  url.searchParams.set('workspace', file.workspaceId);
  url.searchParams.set('expires', String(expires));
  url.searchParams.set('signature', signatureOf(file, expires, secretKey));
  return url.href;
}

/** True when the query of a media address was made by {@link mediaUrl} with the same key and has not expired. */
export function verifyMediaUrl(
  file: StoredFile,
  query: { expires?: string; signature?: string },
  secretKey: string,
  nowMs = Date.now(),
): boolean {
  const expires = Number(query.expires);
  if (!query.signature || !Number.isSafeInteger(expires) || expires * 1000 < nowMs) return false;
  const wanted = Buffer.from(signatureOf(file, expires, secretKey));
  const given = Buffer.from(query.signature);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}

function signatureOf({ workspaceId, mediaId }: StoredFile, expires: number, secretKey: string): string {
  const mac = createHmac('sha256', `media-url:${secretKey}`);
  return mac.update(`${workspaceId}/${mediaId}.${expires}`).digest('base64url');
}
