import { eventually, type Stack } from '@skein/testing';
import { connect } from '@nats-io/transport-node';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { WebSocket } from 'ws';

/** An entry as the web chat service shows it. */
export interface ChatEntry {
  id: number;
  direction: 'in' | 'out';
  clientId?: string;
  read?: true;
  body: {
    type: string;
    text?: string;
    target?: number;
    components?: { type: string; [field: string]: unknown }[];
    files?: { url: string; mimeType?: string; filename?: string; media: string }[];
    action?: { id: string; label?: string };
  };
}

export interface Frame {
  type: string;
  [field: string]: unknown;
}

interface VisitorOptions {
  userId?: string;
  hash?: string;
  token?: string;
  cursor?: number;
  origin?: string | null;
  url?: string;
  channelId?: string;
}

/** A web chat client of the test's own, which does nothing by itself. */
export class Visitor {
  readonly frames: Frame[] = [];
  closedWith: number | undefined;
  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Frame));
    socket.on('close', (code) => (this.closedWith = code));
    socket.on('error', () => undefined);
  }

  /** Connects without a hello; rejects with the HTTP status that refused it. */
  static connect(stack: Stack, options: VisitorOptions = {}): Promise<Visitor> {
    const url = options.url ?? stack.dev.webChatUrl;
    const channelId = options.channelId ?? stack.dev.channels['web-chat'] ?? '';
    const origin = options.origin === undefined ? url : options.origin;
    const socket = new WebSocket(
      `${url.replace('http', 'ws')}/chat/${channelId}`,
      origin === null ? {} : { origin },
    );
    const visitor = new Visitor(socket);
    return new Promise((resolve, reject) => {
      socket.on('open', () => resolve(visitor));
      socket.on('unexpected-response', (_, answer) => reject(new Error(String(answer.statusCode))));
      socket.on('error', reject);
    });
  }

  /** Connects and says hello; resolves when the service has said welcome. */
  static async open(stack: Stack, options: VisitorOptions = {}): Promise<Visitor> {
    const visitor = await Visitor.connect(stack, options);
    const { userId, token, cursor } = options;
    const user =
      userId === undefined ? {} : { user: { id: userId, hash: options.hash ?? proofOf(stack, userId) } };
    visitor.send({ type: 'hello', protocol: 1, token, cursor, ...user });
    await visitor.until(() => visitor.closedWith !== undefined || visitor.told('welcome').length > 0);
    return visitor;
  }

  get token(): string {
    return String(this.told('welcome')[0]?.['token']);
  }

  get entries(): ChatEntry[] {
    return this.told('entries').flatMap(({ entries }) => entries as ChatEntry[]);
  }

  get texts(): string[] {
    return this.entries.map(({ body }) => body.text ?? body.action?.label ?? '');
  }

  get lastId(): number {
    return this.entries.at(-1)?.id ?? 0;
  }

  told(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  send(frame: object): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** Sends a message and waits for what the service says to it. */
  async says(what: string | object, id: string = randomUUID()): Promise<Frame> {
    const from = this.frames.length;
    this.send({ type: 'message', id, ...(typeof what === 'string' ? { text: what } : what) });
    return this.until(() =>
      this.frames
        .slice(from)
        .find((frame) => frame['id'] === id && ['accepted', 'refused'].includes(frame.type)),
    );
  }

  /** Waits for an entry whose text holds the words. */
  sees(words: string, timeoutMs?: number): Promise<ChatEntry> {
    return this.until(
      () => this.entries.find((entry) => JSON.stringify(entry.body).includes(words)),
      timeoutMs,
    );
  }

  until<T>(check: () => T | undefined | false, timeoutMs = 15_000): Promise<T> {
    return eventually(
      () => {
        const value = check();
        if (value === undefined || value === false)
          throw new Error(`closed: ${this.closedWith}; frames: ${JSON.stringify(this.frames).slice(-1500)}`);
        return value;
      },
      { timeoutMs, everyMs: 20 },
    );
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await this.until(() => this.closedWith !== undefined);
  }
}

/** Tells the web chat that somebody is writing to an address, as the agents do. */
export async function showTyping(stack: Stack, address: string): Promise<void> {
  const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as Record<
    string,
    string
  >;
  const { host } = new URL(stack.dev.natsUrl);
  const nats = await connect({ servers: host, user: 'skein', pass: secrets['nats.system'] ?? '' });
  nats.publish(`skein.typing.web-chat.${stack.dev.channels['web-chat'] ?? ''}`, JSON.stringify({ address }));
  await nats.drain();
}

/** What the server of a host page would compute for its user. */
export function proofOf(stack: Stack, userId: string): string {
  const secret = stack.dev.secrets['web-chat']?.['identitySecret'] ?? '';
  return createHmac('sha256', secret).update(userId).digest('hex');
}

/** Uploads a file as the holder of a token. */
export async function upload(
  stack: Stack,
  token: string,
  bytes: Buffer,
  { name = 'file', origin = stack.dev.webChatUrl }: { name?: string; origin?: string } = {},
): Promise<{
  status: number;
  headers: Record<string, unknown>;
  body: { ref: string; mimeType: string; media: string };
}> {
  const answer = await request(`${stack.dev.webChatUrl}/chat/${stack.dev.channels['web-chat'] ?? ''}/files`, {
    method: 'POST',
    headers: { origin, authorization: `Bearer ${token}`, 'x-file-name': encodeURIComponent(name) },
    body: bytes,
  });
  const text = await answer.body.text();
  const isJson = String(answer.headers['content-type']).includes('json');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (isJson ? JSON.parse(text) : {}) as never,
  };
}
