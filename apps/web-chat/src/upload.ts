import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChannelAccount, MediaBytes, StoredMedia } from '@skein/channel-kit';
import type { MediaKind } from '@skein/contracts';
import type { WebChatConfig } from './config.js';
import type { StoredFile } from './encode.js';
import { Buckets } from './limits.js';
import { LIMITS, type Uploaded } from './protocol.js';
import { claimsOf, signed } from './tokens.js';

export interface UploadParts {
  account: ChannelAccount<WebChatConfig>;
  /** Of the page; checked. */
  origin: string;
  ip: string;
  /** Looks at what the file really is and keeps it. */
  store: (workspaceId: string, file: MediaBytes) => Promise<StoredMedia>;
}

/** Files of one person, and from one network address. */
const PER_PERSON = new Buckets(0.5, 10);
const PER_IP = new Buckets(2, 40);

/** Bytes read of an upload that is refused for its size. */
const MOST_READ = 4 * LIMITS.fileBytes;

type Answer = { status: number; body?: Uploaded | { code: string; detail: string }; retryAfterMs?: number };

/** `POST /chat/<channelId>/files`: the bytes as the body, the token as bearer, the name as `?name=` or `X-File-Name`. */
export async function takeUpload(
  request: IncomingMessage,
  response: ServerResponse,
  parts: UploadParts,
): Promise<void> {
  const { status, body, retryAfterMs } = await answerOf(request, parts);
  const seconds = String(Math.ceil((retryAfterMs ?? 0) / 1000));
  response.writeHead(status, {
    'access-control-allow-origin': parts.origin,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type, x-file-name',
    'access-control-max-age': '600',
    ...{ vary: 'origin', 'cache-control': 'no-store' },
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(retryAfterMs === undefined ? {} : { 'retry-after': seconds }),
    // What is left of a body that was not read must not be taken for the next request.
    ...(request.complete ? {} : { connection: 'close' }),
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function answerOf(request: IncomingMessage, { account, ip, store }: UploadParts): Promise<Answer> {
  if (request.method === 'OPTIONS') return { status: 204 };
  if (request.method !== 'POST') return refused(405, 'invalid', 'A file is posted.');
  const { config, id: channelId, workspaceId } = account;
  const address = personOf(request, config.visitorSecret, channelId);
  if (address === undefined) return refused(401, 'unauthorized', 'The token is missing or not valid.');
  const waitMs = Math.max(PER_PERSON.take(`${channelId} ${address}`), PER_IP.take(ip));
  if (waitMs > 0) return { ...refused(429, 'too_fast', 'Too many files at once.'), retryAfterMs: waitMs };
  const bytes = await bytesOf(request);
  if (bytes === undefined)
    return refused(413, 'too_large', `A file has at most ${LIMITS.fileBytes / 1024 / 1024} MB.`);
  if (bytes.length === 0) return refused(400, 'invalid', 'The file is empty.');
  const filename = nameOf(request);
  const named = filename === undefined ? {} : { filename };
  const stored = await store(workspaceId, { bytes, mimeType: 'application/octet-stream', ...named });
  const { mediaId, mimeType, sizeBytes } = stored;
  const file: StoredFile = { media: mediaKindOf(mimeType), mediaId, mimeType, sizeBytes, ...named };
  const ref = signed(config.visitorSecret, channelId, 'file', { address, file });
  return { status: 201, body: { ref, media: file.media, mimeType, sizeBytes, ...named } };
}

function refused(status: number, code: string, detail: string): Answer {
  return { status, body: { code, detail } };
}

/** Whose token it is: a visitor's own, or the one a user was given for uploads. */
function personOf(request: IncomingMessage, secret: string, channelId: string): string | undefined {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const claims =
    claimsOf(secret, channelId, 'visitor', token) ?? claimsOf(secret, channelId, 'upload', token);
  return typeof claims?.['address'] === 'string' ? claims['address'] : undefined;
}

/**
 * The body, or undefined when it is too large. A little too much is read to its end and dropped, so that the browser hears the
 * answer; who sends far more is cut off.
 */
async function bytesOf(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_READ) return undefined;
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_READ) return undefined;
    if (size > LIMITS.fileBytes) chunks = [];
    else chunks.push(chunk);
  }
  return size > LIMITS.fileBytes ? undefined : Buffer.concat(chunks);
}

/** The name without its path, control characters and signs that turn text around. */
function nameOf(request: IncomingMessage): string | undefined {
  const header = String(request.headers['x-file-name'] ?? '');
  try {
    const name = decodeURIComponent(header).split(/[\\/]/).at(-1) ?? '';
    return (
      name
        .replace(/[\p{Cc}\p{Cf}\p{Surrogate}]/gu, '')
        .slice(0, 200)
        .trim() || undefined
    );
  } catch {
    return undefined;
  }
}

function mediaKindOf(mimeType: string): MediaKind {
  const [family] = mimeType.split('/', 1);
  return family === 'image' || family === 'video' || family === 'audio' ? family : 'file';
}
