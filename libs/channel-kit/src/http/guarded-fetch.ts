import type { Failure } from '@skein/contracts';
import type { Socket } from 'node:net';
import type { Agent, Dispatcher } from 'undici';
import type { MediaBytes } from '../definition.js';
import { fileName } from '../media/file-name.js';
import { allowedHosts, BlockedAddressError, checkUrl, type AllowedHosts } from './address-guard.js';
import { guardedAgent } from './guarded-agent.js';
import { guardedSocket } from './guarded-socket.js';

export interface GuardedRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Must carry a deadline of its own: it takes the place of `timeoutMs`, for a joined signal costs 4 % of a channel service. */
  signal?: AbortSignal;
  /** Bytes of the answer read at most; default 10 MB. */
  maxBytes?: number;
  /** Whole exchange in ms when there is no signal; default 30 s. */
  timeoutMs?: number;
  /** Hops followed, each checked like the first; default 0. */
  maxRedirects?: number;
}

export interface GuardedAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** An answer whose body is read as it comes: to its end, until the loop over it is left, or not at all. */
export interface GuardedStream extends Omit<GuardedAnswer, 'body'> {
  /** @throws TooLargeError after `maxBytes`, AbortError or TimeoutError, transport errors. */
  body: AsyncIterable<Buffer>;
  /** Ends the transfer of a body that nobody has begun to read. */
  discard(): void;
}

/** More bytes than the caller takes. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
  readonly code = 'too_large';
}

const MAX_BYTES = 10 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const MEDIA_REDIRECTS = 3;
const REDIRECT: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** The one HTTP client for addresses that people supplied. */
export class GuardedClient {
  private readonly allowed: AllowedHosts;
  private readonly agent: Agent;

  /** @param allow `host:port` pairs that may be private. */
  constructor(allow: readonly string[] = []) {
    this.allowed = allowedHosts(allow);
    this.agent = guardedAgent(this.allowed);
  }

  /**
   * Makes a request.
   *
   * @throws BlockedAddressError (`code` blocked_address), TooLargeError (`too_large`), TimeoutError or AbortError, transport errors.
   */
  async request(address: string, request: GuardedRequest = {}): Promise<GuardedAnswer> {
    const { status, headers, body } = await this.open(address, request);
    return { status, headers, body: await readAll(body) };
  }

  /**
   * Makes a request and hands the body over as it comes.
   *
   * @throws as {@link request}; so does reading the body.
   */
  async open(address: string, request: GuardedRequest = {}): Promise<GuardedStream> {
    if (!URL.canParse(address)) throw new BlockedAddressError('the address is not a URL');
    const signal = request.signal ?? AbortSignal.timeout(request.timeoutMs ?? TIMEOUT_MS);
    let url = new URL(address);
    for (let hops = 0; ; hops += 1) {
      checkUrl(url, this.allowed);
      const answer = await this.once(url, request, signal);
      const location = textOf(answer.headers['location']);
      if (!REDIRECT.has(answer.statusCode) || location === '' || hops >= (request.maxRedirects ?? 0)) {
        return streamOf(answer, request.maxBytes ?? MAX_BYTES);
      }
      // An unread body reports its own end as an error, which nobody else listens for.
      answer.body.on('error', () => undefined).destroy();
      url = new URL(location, url);
    }
  }

  /** Fetches a file: at most 3 redirects, 30 s, `maxBytes`. Everything that goes wrong is a {@link Failure}. */
  async media(address: string, maxBytes: number, signal?: AbortSignal): Promise<MediaBytes | Failure> {
    try {
      const answer = await this.request(address, {
        maxBytes,
        maxRedirects: MEDIA_REDIRECTS,
        ...(signal ? { signal } : {}),
      });
      if (answer.status >= 500 || answer.status === 429)
        return unavailable(`The file's address answered ${answer.status}.`);
      if (answer.status !== 200) return unreachable(`The file's address answered ${answer.status}.`);
      const mimeType = answer.headers['content-type']?.split(';')[0]?.trim() || 'application/octet-stream';
      const filename = filenameOf(address);
      return { bytes: answer.body, mimeType, ...(filename === undefined ? {} : { filename }) };
    } catch (error) {
      return mediaFailure(error);
    }
  }

  /** Opens a TCP connection for another protocol under the same rules; see {@link guardedSocket}. */
  connect(host: string, port: number, timeoutMs: number): Promise<Socket> {
    return guardedSocket(host, port, this.allowed, timeoutMs);
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private once(url: URL, request: GuardedRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { method = 'GET', headers, body } = request;
    const path = url.pathname + url.search;
    return this.agent.request({
      origin: url.origin,
      path,
      method,
      signal,
      headers: headers ?? {},
      body: body ?? null,
    });
  }
}

function streamOf(answer: Dispatcher.ResponseData, maxBytes: number): GuardedStream {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, textOf(value)]),
  );
  // A body that breaks while nobody reads it says so as an error, which nobody else listens for.
  answer.body.on('error', () => undefined);
  return {
    status: answer.statusCode,
    headers,
    body: capped(answer.body, maxBytes),
    discard: () => void answer.body.destroy(),
  };
}

async function* capped(body: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    // Leaving the loop ends the transfer.
    if (total > maxBytes) throw new TooLargeError(`the answer is larger than ${maxBytes} bytes`);
    yield chunk;
  }
}

/** The whole of a body that comes in pieces. */
export async function readAll(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function mediaFailure(error: unknown): Failure {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (code === 'too_large')
    return { kind: 'rejected', reason: 'media_too_large', detail: 'The file is too large.' };
  if (code === 'blocked_address') return unreachable('The address of the file may not be fetched.');
  if (code === 'ENOTFOUND') return unreachable('The host of the file does not exist.');
  return unavailable(`The file could not be fetched (${String(code ?? name)}).`);
}

const unreachable = (detail: string): Failure => ({ kind: 'rejected', reason: 'media_unreachable', detail });
const unavailable = (detail: string): Failure => ({ kind: 'unavailable', detail });

/** The last part of the path, decoded: whoever wrote the address chose every character of it. */
function filenameOf(address: string): string | undefined {
  const last = new URL(address).pathname.split('/').pop() ?? '';
  try {
    return fileName(decodeURIComponent(last));
  } catch {
    return undefined;
  }
}

function textOf(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}
