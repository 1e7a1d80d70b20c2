import type { World } from './kind.js';

export interface OwnFile {
  name: string;
  mimeType: string;
  bytes: Buffer;
  /** The file takes this long; providers give up on it. */
  delayMs: number;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The file behind a link to this sandbox, looked up without a network call. `foreign` for any other host, which the
 * sandbox does not fetch; `missing` when the sandbox has no such file.
 */
export function ownFile(
  world: Pick<World, 'origin' | 'files' | 'blobs'>,
  link: string,
): OwnFile | 'foreign' | 'missing' {
  if (!URL.canParse(link)) return 'missing';
  const [url, own] = [new URL(link), new URL(world.origin())];
  const sameHost =
    url.hostname === own.hostname || (LOOPBACK.has(url.hostname) && LOOPBACK.has(own.hostname));
  if (!sameHost || url.port !== own.port) return 'foreign';
  const [, folder, name = ''] = url.pathname.split('/');
  if (folder === 'files') return world.files.get(name) ?? 'missing';
  const bytes = folder === 'blobs' ? world.blobs.get(name) : undefined;
  const mimeType = url.searchParams.get('type') ?? 'application/octet-stream';
  return bytes ? { name, mimeType, bytes, delayMs: 0 } : 'missing';
}

/** Where stored bytes can be fetched from the control surface. */
export function blobUrl(world: Pick<World, 'origin'>, sha256: string, mimeType: string): string {
  return `${world.origin()}/blobs/${sha256}?type=${encodeURIComponent(mimeType)}`;
}
