import type { ChannelAccount } from '@skein/channel-kit';
import type { Place } from './entries.js';
import type { WebChatConfig } from './config.js';
import type { Client } from './hub.js';
import type { Desk } from './desk.js';
import { readFrame } from './frames.js';
import { CLOSE, PROTOCOL, type ClientFrame, type ServerFrame } from './protocol.js';
import { hear, type Speaking } from './speaking.js';
import { whoIs } from './who.js';
import type { WebSocket } from 'ws';

type Hello = Extract<ClientFrame, { type: 'hello' }>;

const HELLO_WITHIN_MS = 10_000;
/** Frames that may wait while the one before them is handled. */
const MAX_WAITING = 100;
/** Bytes that a reader may be behind before it is cut off; it comes back with its cursor. */
const MAX_BUFFERED = 4 * 1024 * 1024;

/** One connection of a person: a hello, then frames one after the other. */
export class Session implements Client {
  position = 0;
  private speaking: Speaking | undefined;
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;
  private pumping = false;
  private rungAgain = false;
  private readonly helloTimer: NodeJS.Timeout;
  private alive = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly account: ChannelAccount<WebChatConfig>,
    private readonly desk: Desk,
  ) {
    this.helloTimer = setTimeout(() => this.close(CLOSE.silent), HELLO_WITHIN_MS);
    socket.on('message', (data: Buffer) => this.take(data));
    socket.on('pong', () => void (this.alive = true));
    socket.on('error', () => undefined);
    socket.on('close', () => this.ended());
  }

  get place(): Place {
    return this.speaking?.place ?? { channelId: this.account.id, address: '' };
  }

  ring(): void {
    if (this.pumping) this.rungAgain = true;
    else void this.pump();
  }

  typing(ms: number): void {
    this.send({ type: 'typing', ms });
  }

  readElsewhere(upTo: number): void {
    this.send({ type: 'read', upTo });
  }

  send(frame: ServerFrame): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_BUFFERED) return this.socket.terminate();
    this.socket.send(JSON.stringify(frame));
  }

  close(code: number): void {
    this.socket.close(code);
  }

  /** Called every half minute: a peer that answered nothing since the last time is gone. */
  check(): void {
    if (!this.alive) return this.socket.terminate();
    this.alive = false;
    this.socket.ping();
  }

  private take(data: Buffer): void {
    this.alive = true;
    const frame = readFrame(data);
    if (frame === undefined) return this.close(CLOSE.frame);
    if (this.waiting >= MAX_WAITING) return this.close(CLOSE.flood);
    this.waiting += 1;
    this.queue = this.queue
      .then(() => this.handle(frame))
      .catch((error: unknown) => this.failed(error))
      .finally(() => void (this.waiting -= 1));
  }

  private async handle(frame: ClientFrame): Promise<void> {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.speaking !== undefined) return hear(frame, this.speaking, this.desk, this);
    if (frame.type !== 'hello') return this.close(CLOSE.frame);
    await this.greet(frame);
  }

  private async greet(hello: Hello): Promise<void> {
    clearTimeout(this.helloTimer);
    if (hello.protocol !== PROTOCOL) return this.close(CLOSE.version);
    const who = await whoIs(hello, this.account, this.desk);
    if (who === undefined) return this.close(CLOSE.identity);
    const start = await this.desk.startOf(who.place, hello.cursor);
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.speaking = { account: this.account, speaker: who.speaker, place: who.place };
    this.position = start.position;
    const { name, config } = this.account;
    this.send({
      ...{ type: 'welcome', protocol: PROTOCOL, who: who.kind, token: who.token, key: who.key },
      ...{ title: config.title ?? name, greeting: config.greeting ?? '', more: start.more },
    });
    this.desk.hub.add(this);
    this.ring();
  }

  /** Hands over what is new until there is nothing new; a ring meanwhile makes it look once more. */
  private async pump(): Promise<void> {
    this.pumping = true;
    try {
      do {
        this.rungAgain = false;
        const entries = await this.desk.hub.after(this.place, this.position);
        const last = entries.at(-1);
        if (last === undefined) continue;
        this.position = last.id;
        this.send({
          type: 'entries',
          entries: entries.map((entry) => this.desk.shown(this.account.workspaceId, entry)),
        });
        this.rungAgain = true;
      } while (this.rungAgain && this.socket.readyState === this.socket.OPEN);
    } catch (error) {
      this.failed(error);
    } finally {
      this.pumping = false;
    }
  }

  private failed(error: unknown): void {
    this.desk.failed(error);
    this.close(CLOSE.later);
  }

  private ended(): void {
    clearTimeout(this.helloTimer);
    if (this.speaking !== undefined) this.desk.hub.remove(this);
    this.desk.left(this);
  }
}
