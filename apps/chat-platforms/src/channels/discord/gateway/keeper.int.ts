import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import type { ChannelAccount, ConnectionKit } from '@skein/channel-kit';
import type { InboundEvent } from '@skein/contracts';
import type { Logger } from '@skein/runtime';
import { eventually } from '@skein/testing';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { DiscordConfig } from '../config.js';
import { Keeper } from './keeper.js';

interface Said {
  op: number;
  d: Record<string, unknown>;
}

/** Discord's side, as a test moves it: every connection is greeted, what the bot says is kept. */
class Platform {
  readonly lines: WebSocket[] = [];
  readonly said: Said[] = [];
  asked = 0;
  heartbeatMs = 60_000;
  acknowledges = true;
  /** Answer to `GET /gateway/bot`. */
  status = 200;
  readonly posted: string[] = [];
  private readonly http: Server = createServer((request, response) => {
    if (request.method === 'POST') this.posted.push(request.url ?? '');
    else this.asked += 1;
    response.writeHead(this.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(this.status === 200 ? { url: this.wsUrl } : { code: 0, message: 'no' }));
  });
  private readonly sockets = new WebSocketServer({ server: this.http });

  async open(): Promise<void> {
    this.sockets.on('connection', (line) => {
      this.lines.push(line);
      line.on('message', (data) => this.hear(line, JSON.parse((data as Buffer).toString()) as Said));
      line.send(JSON.stringify({ op: 10, d: { heartbeat_interval: this.heartbeatMs } }));
    });
    await new Promise<void>((resolve) => this.http.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.http.address() as AddressInfo).port;
  }

  get wsUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** The newest connection says something. */
  tell(payload: object): void {
    this.lines.at(-1)?.send(JSON.stringify(payload));
  }

  ready(): void {
    const user = { id: '1200000000000000009' };
    const d = { session_id: 's1', resume_gateway_url: `${this.wsUrl}/resume`, user };
    this.tell({ op: 0, t: 'READY', s: 1, d });
  }

  message(s: number, more: object = {}): void {
    const id = String(1_400_000_000_000_000_000n + BigInt(s));
    const author = { id: '200000000000000001', username: 'ada' };
    const d = { id, channel_id: '1400000000000000001', content: `text ${s}`, type: 0, author, ...more };
    this.tell({ op: 0, t: 'MESSAGE_CREATE', s, d });
  }

  heard(op: number): Said[] {
    return this.said.filter((each) => each.op === op);
  }

  async close(): Promise<void> {
    for (const line of this.sockets.clients) line.terminate();
    this.sockets.close();
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private hear(line: WebSocket, said: Said): void {
    this.said.push(said);
    if (said.op === 1 && this.acknowledges) line.send(JSON.stringify({ op: 11 }));
  }
}

const IDENTIFY = 2;
const RESUME = 6;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

let platform: Platform;
let http: GuardedClient;
let keeper: Keeper | undefined;
let stored: string[];
let troubles: string[];
/** What one keeper leaves for the next. */
let kept: object | null;
/** How often storing still fails. */
let failing = 0;

beforeEach(async () => {
  platform = new Platform();
  await platform.open();
  http = new GuardedClient([`127.0.0.1:${platform.port}`]);
  stored = [];
  troubles = [];
  kept = null;
  failing = 0;
});

afterEach(async () => {
  await keeper?.stop();
  await http.close();
  await platform.close();
});

function start(): Keeper {
  const config = Object.assign(new DiscordConfig(), {
    baseUrl: `http://127.0.0.1:${platform.port}`,
    applicationId: '1200000000000000001',
    botToken: 'token',
  });
  const account = { id: 'discord-main', config } as ChannelAccount<DiscordConfig>;
  const kit: ConnectionKit = {
    http,
    logger: silent as unknown as Logger,
    accept: (events) => accept(events),
    remembered: kept,
    remember: (state) => Promise.resolve(void (kept = state)),
    misconfigured: (detail) => Promise.resolve(void troubles.push(detail)),
  };
  keeper = new Keeper(account, kit);
  return keeper;
}

async function accept(events: InboundEvent[]): Promise<void> {
  await Promise.resolve();
  if (failing > 0) {
    failing -= 1;
    throw new Error('the database is away');
  }
  for (const event of events) if (event.type === 'message') stored.push(event.content.text ?? '');
}

const within = { timeoutMs: 8_000, everyMs: 10 };
const lines = (count: number) => eventually(() => expect(platform.lines).toHaveLength(count), within);
const heard = (op: number, count: number) =>
  eventually(() => {
    expect(platform.heard(op)).toHaveLength(count);
    return platform.heard(op);
  }, within);

async function identified(): Promise<void> {
  await heard(IDENTIFY, 1);
  platform.ready();
}

describe('the Gateway', () => {
  it('identifies with the token and every intent it needs', async () => {
    start();
    const [said] = await heard(IDENTIFY, 1);
    expect(said?.d).toMatchObject({ token: 'token', intents: 1 | 512 | 1024 | 4096 | 8192 | 32768 });
  });

  it('R2: resumes behind what is durable when the line is cut', async () => {
    start();
    await identified();
    for (const s of [2, 3, 4]) platform.message(s);
    await eventually(() => expect(stored).toEqual(['text 2', 'text 3', 'text 4']), within);
    platform.lines.at(-1)?.terminate();
    const [said] = await heard(RESUME, 1);
    expect(said?.d).toEqual({ token: 'token', session_id: 's1', seq: 4 });
    expect(platform.asked).toBe(1);
  });

  it('R2: the next process takes the session up where the one before got to', async () => {
    const first = start();
    await identified();
    for (const s of [2, 3]) platform.message(s);
    await eventually(() => expect(stored).toEqual(['text 2', 'text 3']), within);
    await first.stop();
    start();
    const [said] = await heard(RESUME, 1);
    expect(said?.d).toEqual({ token: 'token', session_id: 's1', seq: 3 });
    expect(platform.heard(IDENTIFY)).toHaveLength(1);
  });

  it('R2: asks again for what could not be stored, and stores it in order', async () => {
    start();
    await identified();
    platform.message(2);
    await eventually(() => expect(stored).toEqual(['text 2']), within);
    failing = 2;
    platform.message(3);
    const [said] = await heard(RESUME, 1);
    expect(said?.d).toMatchObject({ seq: 2 });
    for (const s of [3, 4]) platform.message(s);
    await eventually(() => expect(stored).toEqual(['text 2', 'text 3', 'text 4']), within);
  });

  it('an event that alone cannot be stored does not stop the others', async () => {
    start();
    await identified();
    // Together, alone, then a note in its place, then once more.
    failing = 1;
    platform.message(2);
    await eventually(() => expect(stored).toEqual(['text 2']), within);
    expect(platform.lines).toHaveLength(1);
  });

  it.each([
    ['Discord asks to reconnect', { op: 7, d: null }],
    ['Discord asks to resume again', { op: 9, d: true }],
  ])('resumes when %s', async (_name, payload) => {
    start();
    await identified();
    platform.message(2);
    await eventually(() => expect(stored).toEqual(['text 2']), within);
    platform.tell(payload);
    expect((await heard(RESUME, 1))[0]?.d).toMatchObject({ seq: 2 });
  });

  it.each([4007, 4009])('identifies anew after close code %i', async (code) => {
    start();
    await identified();
    platform.lines.at(-1)?.close(code);
    await heard(IDENTIFY, 2);
    expect(platform.heard(RESUME)).toEqual([]);
  });

  it('identifies anew when the session is gone, after a pause', async () => {
    start();
    await identified();
    platform.tell({ op: 9, d: false });
    await heard(IDENTIFY, 2);
    expect(platform.heard(RESUME)).toEqual([]);
  });

  it('resumes when heartbeats are not acknowledged', async () => {
    platform.heartbeatMs = 50;
    platform.acknowledges = false;
    start();
    await identified();
    await heard(RESUME, 1);
    expect(platform.lines.length).toBeGreaterThanOrEqual(2);
  });

  it('beats at once when asked, but not without end', async () => {
    start();
    await identified();
    for (let count = 0; count < 300; count += 1) platform.tell({ op: 1, d: null });
    platform.message(2);
    await eventually(() => expect(stored).toEqual(['text 2']), within);
    // What was sent before the event was stored may be on its way still.
    await eventually(() => expect(platform.heard(1).length).toBeGreaterThan(0), within);
    expect(platform.said.length).toBeLessThanOrEqual(120);
  });

  it.each([4004, 4010, 4011, 4012, 4013, 4014])(
    'gives up and tells people after close code %i',
    async (code) => {
      start();
      await lines(1);
      platform.lines.at(-1)?.close(code);
      await eventually(() => expect(troubles).toHaveLength(1), within);
      expect(troubles[0]).toContain(String(code));
      await keeper?.stop();
      expect(platform.lines).toHaveLength(1);
    },
  );

  it('gives up when the token is refused before, or the Gateway lies inside', async () => {
    platform.status = 401;
    start();
    await eventually(() => expect(troubles).toHaveLength(1), within);
    await keeper?.stop();
    platform.status = 200;
    Object.defineProperty(platform, 'wsUrl', { value: 'ws://169.254.169.254/latest' });
    start();
    await eventually(() => expect(troubles).toHaveLength(2), within);
    expect(platform.lines).toEqual([]);
  });

  it('P16: answers a press that comes over the Gateway, once it is stored', async () => {
    start();
    await identified();
    const press = { type: 3, token: 'a-token', data: { component_type: 2, custom_id: 'yes' } };
    const user = { id: '200000000000000001' };
    const d = { id: '1300000000000000001', channel_id: '1400000000000000001', user, ...press };
    platform.tell({ op: 0, t: 'INTERACTION_CREATE', s: 2, d });
    const path = '/interactions/1300000000000000001/a-token/callback';
    await eventually(() => expect(platform.posted).toEqual([path]), within);
    expect(stored).toHaveLength(1);
  });

  it('ignores its own messages under the id it was told', async () => {
    start();
    await identified();
    platform.message(2, { author: { id: '1200000000000000009' } });
    platform.message(3);
    await eventually(() => expect(stored).toEqual(['text 3']), within);
  });

  it('survives what is no payload', async () => {
    start();
    await identified();
    platform.lines.at(-1)?.send('{"op":');
    await heard(RESUME, 1);
  });

  it('leaves nothing behind when it is stopped while connecting, waiting or connected', async () => {
    await start().stop();
    start();
    await identified();
    await keeper?.stop();
    await eventually(
      () => expect(platform.lines.every(({ readyState }) => readyState === 3)).toBe(true),
      within,
    );
  });
});
