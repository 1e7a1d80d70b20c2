import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

interface Bundle {
  changedMs: number;
  etag: string;
  plain: Buffer;
  zipped: Buffer;
}

const FILE = new URL('../dist/widget.js', import.meta.url);
/** A page that was opened once asks again after this time, and mostly hears that nothing changed. */
const MAX_AGE_S = 300;

let bundle: Bundle | undefined;

/** The widget, from memory; read again when a build has changed it. */
export async function sendWidget(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end();
    return;
  }
  const { etag, plain, zipped } = await current();
  const headers = {
    ...{ etag, vary: 'accept-encoding', 'content-type': 'text/javascript; charset=utf-8' },
    'cache-control': `public, max-age=${MAX_AGE_S}, stale-while-revalidate=86400`,
    // A script that any page may load, also with an integrity attribute or under isolation.
    ...{ 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' },
    'x-content-type-options': 'nosniff',
  };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const isZipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = isZipped ? zipped : plain;
  const encoding = isZipped ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(200, { ...headers, ...encoding, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function current(): Promise<Bundle> {
  const { mtimeMs } = await stat(FILE);
  if (bundle?.changedMs === mtimeMs) return bundle;
  const plain = await readFile(FILE);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
  bundle = { changedMs: mtimeMs, etag, plain, zipped: gzipSync(plain, { level: 9 }) };
  return bundle;
}
