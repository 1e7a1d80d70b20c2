import { createHmac, randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { isObject, listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import { Refusal } from '../core/refusal.js';
import type { AccountConfig } from './accounts.js';

/** An entry of the conversation as the service sent it. */
export interface Entry extends JsonObject {
  id: number;
  direction: 'in' | 'out';
  at: string;
  body: JsonObject;
}

interface Pending {
  frame: JsonObject;
  resolve: (accepted: JsonObject) => void;
  reject: (error: Error) => void;
}

export interface PhoneParts {
  world: World;
  /** As the caller named the person: `u:<user id>`, or any name of an anonymous visitor. */
  name: string;
  account: () => AccountConfig;
  /** Kept from an earlier run. */
  token?: string;
}

const ANSWER_MS = 10_000;
const RETRY_MS = 300;

/** A person's browser with the chat open: speaks the widget's protocol as a client and mends its own connection. */
export class Phone {
  readonly entries: Entry[] = [];
  token: string | undefined;
  readUpTo = 0;
  private socket: WebSocket | undefined;
  private ready: Promise<void> | undefined;
  private readonly pending = new Map<string, Pending>();
  private stopped = false;

  constructor(readonly parts: PhoneParts) {
    this.token = parts.token;
  }

  get userId(): string | undefined {
    return this.parts.name.startsWith('u:') ? this.parts.name.slice(2) : undefined;
  }

  /** The address under which the business knows the person; undefined until the service has told. */
  get address(): string | undefined {
    if (this.userId !== undefined) return this.parts.name;
    const claims = Buffer.from((this.token ?? '').split('.')[0] ?? '', 'base64url').toString();
    try {
      return textOf(objectOf(JSON.parse(claims))?.['address']);
    } catch {
      return undefined;
    }
  }

  /** Opens the chat, now or again; resolves when the service has said welcome. */
  open(): Promise<void> {
    this.ready ??= this.connect().catch((error: unknown) => {
      this.ready = undefined;
      this.later();
      throw error;
    });
    return this.ready;
  }

  /** Sends a message and waits until the service has it. */
  async say(frame: JsonObject, fault?: 'twice' | 'cut'): Promise<JsonObject> {
    await this.open();
    const id = randomUUID();
    const sent = { type: 'message', id, ...frame };
    const accepted = new Promise<JsonObject>((resolve, reject) => {
      this.pending.set(id, { frame: sent, resolve, reject });
      setTimeout(() => {
        if (this.pending.delete(id)) reject(new Refusal(504, 'unavailable', 'The web chat did not answer.'));
      }, ANSWER_MS).unref();
    });
    this.send(sent);
    if (fault === 'twice') this.send(sent);
    if (fault === 'cut') setImmediate(() => this.socket?.terminate());
    return accepted;
  }

  /** Uploads a file; returns what a message names it by. */
  async upload(bytes: Buffer, filename: string): Promise<string> {
    await this.open();
    const { url, channelId } = this.parts.account();
    const { statusCode, body } = await this.parts.world.http.request({
      origin: url,
      path: `/chat/${channelId}/files`,
      method: 'POST',
      headers: {
        origin: url,
        authorization: `Bearer ${this.token ?? ''}`,
        'x-file-name': encodeURIComponent(filename),
      },
      body: bytes,
    });
    const answer = objectOf(await body.json());
    const ref = textOf(answer?.['ref']);
    if (ref === undefined)
      throw new Refusal(
        statusCode,
        textOf(answer?.['code']) ?? 'invalid_request',
        String(answer?.['detail']),
      );
    return ref;
  }

  /** Tells that everything up to an entry was read. */
  read(upTo: number): void {
    this.readUpTo = Math.max(this.readUpTo, upTo);
    this.send({ type: 'read', upTo });
  }

  stop(): void {
    this.stopped = true;
    this.socket?.terminate();
    for (const { reject } of this.pending.values())
      reject(new Refusal(503, 'unavailable', 'The sandbox stops.'));
    this.pending.clear();
  }

  private send(frame: JsonObject): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private connect(): Promise<void> {
    const { url, channelId, identitySecret } = this.parts.account();
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/chat/${channelId}`, { origin: url });
    this.socket = socket;
    const id = this.userId;
    const user =
      id === undefined
        ? {}
        : { user: { id, hash: createHmac('sha256', identitySecret).update(id).digest('hex') } };
    const cursor = this.entries.at(-1)?.id;
    const known = id === undefined && this.token !== undefined ? { token: this.token } : {};
    return new Promise((resolve, reject) => {
      socket.on('open', () =>
        this.send({
          type: 'hello',
          protocol: 1,
          ...known,
          ...user,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      socket.on('message', (data: Buffer) => {
        const frame: unknown = JSON.parse(data.toString());
        if (isObject(frame)) this.hear(frame, resolve);
      });
      socket.on('error', () => undefined);
      socket.on('close', (code) => {
        reject(new Refusal(503, 'unavailable', `The web chat closed the connection (${code}).`));
        this.ready = undefined;
        this.later();
      });
    });
  }

  private later(): void {
    if (!this.stopped) this.parts.world.timers.after(RETRY_MS, () => void this.open().catch(() => undefined));
  }

  private hear(frame: JsonObject, welcomed: () => void): void {
    if (frame['type'] === 'welcome') {
      this.token = textOf(frame['token']);
      this.parts.world.changed();
      welcomed();
      for (const { frame: waiting } of this.pending.values()) this.send(waiting);
    }
    if (frame['type'] === 'entries') this.receive(listOf(frame['entries']) as Entry[]);
    const pending = this.pending.get(textOf(frame['id']) ?? '');
    if (pending === undefined) return;
    this.pending.delete(String(frame['id']));
    if (frame['type'] === 'accepted') pending.resolve(frame);
    else pending.reject(new Refusal(409, String(frame['code']), String(frame['detail'])));
  }

  private receive(entries: Entry[]): void {
    const last = this.entries.at(-1)?.id ?? 0;
    const fresh = entries.filter(({ id }) => id > last);
    this.entries.push(...fresh);
    const received = fresh.filter(({ direction }) => direction === 'out');
    for (const entry of received) this.journal(entry);
    const upTo = received.at(-1)?.id;
    if (upTo === undefined) return;
    const { channelId } = this.parts.account();
    const scope = { address: this.parts.name, channelId };
    if (this.parts.world.faults.take('web-chat', ['lost_receipt'], scope)) return;
    this.send({ type: 'delivered', upTo });
  }

  private journal(entry: Entry): void {
    const request = { id: entry.id, body: entry.body };
    const answer = { status: 200, body: { delivered: entry.id } };
    this.parts.world.journal.record({
      ...{ kind: 'web-chat', address: this.parts.name, operation: 'receive', request, answer },
    });
  }
}
