import { isTurnOf, type TurnRunner } from './run-turn.js';
import { Replays } from './replays.js';
import type { AnswerItem } from './turn.js';
import { refusalOfSignature } from './verify-signature.js';

/** As much of a request of `node:http` as is used; an Express or Fastify raw request is one. */
export interface HttpRequest extends AsyncIterable<Uint8Array> {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes of the body, where something before has read them. */
  readonly rawBody?: Uint8Array | undefined;
}

/** As much of a response of `node:http` as is used. */
export interface HttpResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(text: string): unknown;
  end(body?: string): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
  readonly writableFinished: boolean;
}

/** Answers turns that are posted to it; give it to `createServer`, or call it from a route. */
export type HttpHandler = (request: HttpRequest, response: HttpResponse) => Promise<void>;

export interface HttpHandlerSettings {
  agent: string;
  secrets: readonly string[];
  /** Bytes of a body at most. */
  maxBytes: number;
  run: TurnRunner;
}

type Reply = { status: number; body?: object | undefined } | { messages: AsyncIterable<AnswerItem> };

/** A handler that verifies a call, reads its turn and answers it. */
export function httpHandlerOf(settings: HttpHandlerSettings): HttpHandler {
  const replays = new Replays();
  return async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    try {
      const reply = await replyTo(request, settings, replays, gone.signal);
      if ('messages' in reply) await stream(reply.messages, response);
      else write(reply, response);
    } catch {
      // Anybody may hang up in the middle of a body; a rejection that nobody awaits would end the process.
      response.destroy();
    }
  };
}

function write({ status, body }: Exclude<Reply, { messages: unknown }>, response: HttpResponse): void {
  const text = body === undefined ? undefined : JSON.stringify(body);
  response.writeHead(status, text === undefined ? {} : { 'content-type': 'application/json' });
  response.end(text);
}

/** Each message is an event; a stream that breaks is cut and not ended, so that the turn is tried again. */
async function stream(messages: AsyncIterable<AnswerItem>, response: HttpResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  try {
    for await (const message of messages) response.write(`data: ${JSON.stringify(message)}\n\n`);
    response.end('event: done\ndata: {}\n\n');
  } catch {
    response.destroy();
  }
}

async function replyTo(
  request: HttpRequest,
  { agent, secrets, maxBytes, run }: HttpHandlerSettings,
  replays: Replays,
  signal: AbortSignal,
): Promise<Reply> {
  if (request.method !== 'POST') return refused(405, 'Turns are posted.');
  const bytes = await bytesOf(request, maxBytes);
  if (bytes === undefined) return refused(413, `The body has more than ${maxBytes} bytes.`);
  const now = new Date();
  const headers = {
    id: oneOf(request, 'webhook-id'),
    timestamp: oneOf(request, 'webhook-timestamp'),
    signature: oneOf(request, 'webhook-signature'),
  };
  const wrong = refusalOfSignature(secrets, headers, bytes, now);
  if (wrong !== undefined) return refused(401, wrong);
  if (replays.isReplay(headers.id ?? '', headers.timestamp ?? '', now))
    return refused(409, 'The same call was made before.');
  const turn = jsonIn(bytes);
  if (!isTurnOf(turn, agent)) return refused(400, `The body is not a turn of agent "${agent}".`);
  try {
    const reply = await run(turn, signal);
    if ('messages' in reply) return reply;
    return reply.body === undefined ? { status: NO_CONTENT } : { status: 200, body: reply.body };
  } catch {
    return refused(500, 'The agent failed on the turn.');
  }
}

const NO_CONTENT = 204;

function refused(status: number, error: string): Reply {
  return { status, body: { error } };
}

function oneOf({ headers }: HttpRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The body; undefined when it is too large. What is too much is read and thrown away, so that the caller gets its answer. */
async function bytesOf(request: HttpRequest, maxBytes: number): Promise<Uint8Array | undefined> {
  if (request.rawBody !== undefined) return request.rawBody.length > maxBytes ? undefined : request.rawBody;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > maxBytes ? undefined : Buffer.concat(chunks);
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
