import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { WebSocket } from 'ws';
import type { JsonObject } from '../core/json.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';
import { privateKeyOf } from './signing.js';

const APPLICATION = '1200000000000000001';
const CHANNEL = '1400000000000000001';
const SEED = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';

interface Frame {
  op: number;
  t?: string;
  s?: number;
  d: JsonObject;
}

let rig: Rig;
let hooks: Server;
const posted: { headers: Record<string, unknown>; body: string }[] = [];

beforeAll(async () => {
  rig = await Rig.start();
  hooks = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      posted.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"type":6}');
    });
  });
  await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
  await register();
});
afterAll(async () => {
  await rig.stop();
  hooks.closeAllConnections();
  await new Promise((resolve) => hooks.close(resolve));
});

function register(more: JsonObject = {}) {
  const webhookUrl = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}/hook`;
  const base = { kind: 'discord', channelId: 'dc', applicationId: APPLICATION, botToken: 'bot' };
  const account = { ...base, privateKey: SEED, webhookUrl, ...more };
  return rig.call('POST', '/accounts', account);
}

async function api(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body?: unknown,
  more: object = {},
) {
  const answer = await request(`${rig.sandbox.url}/discord/api/v10${path}`, {
    method,
    headers: {
      authorization: 'Bot bot',
      'user-agent': 'DiscordBot (https://test, 1)',
      'content-type': 'application/json',
      ...more,
    },
    body: body === undefined ? null : JSON.stringify(body),
    reset: true,
  });
  const text = await answer.body.text();
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (text === '' ? {} : JSON.parse(text)) as JsonObject,
  };
}

const send = (body: unknown, channel = CHANNEL) => api('POST', `/channels/${channel}/messages`, body);
const say = (text: string, address = CHANNEL, more: JsonObject = {}) =>
  rig.write('discord', address, { text, unheard: true, ...more });

let last = 0;
const newChannel = (): string => `150000000000000${String((last += 1)).padStart(4, '0')}`;

/** A bot on the Gateway: what it hears, and how it ends. */
class Bot {
  readonly frames: Frame[] = [];
  closed: number | undefined;
  private readonly socket: WebSocket;

  constructor() {
    this.socket = new WebSocket(
      `${rig.sandbox.url.replace('http', 'ws')}/discord/gateway/${APPLICATION}?v=10`,
    );
    this.socket.on('message', (data) => this.frames.push(JSON.parse((data as Buffer).toString()) as Frame));
    this.socket.on('close', (code) => (this.closed = code));
    this.socket.on('error', () => undefined);
  }

  async hears(check: (frame: Frame) => boolean): Promise<Frame> {
    return until(() => this.frames.find(check), 5_000);
  }

  async says(payload: unknown): Promise<void> {
    await this.hears(({ op }) => op === 10);
    this.socket.send(typeof payload === 'string' ? payload : JSON.stringify(payload));
  }

  async identifies(more: JsonObject = {}): Promise<Frame> {
    await this.says({ op: 2, d: { token: 'bot', intents: 46593, properties: {}, ...more } });
    return this.hears(({ t }) => t === 'READY');
  }

  ends(): Promise<number> {
    return until(() => this.closed, 5_000);
  }

  leave(): void {
    this.socket.terminate();
  }
}

describe('B10: the HTTP API of Discord', () => {
  beforeAll(async () => void (await say('hello')));

  it('wants the token and a user agent of the right form', async () => {
    expect((await api('GET', '/users/@me', undefined, { authorization: 'Bot other' })).status).toBe(401);
    expect((await api('GET', '/users/@me', undefined, { 'user-agent': 'curl' })).status).toBe(403);
    expect((await api('GET', '/users/@me')).body).toMatchObject({ id: APPLICATION, bot: true });
  });

  it('answers with the message and the state of the bucket', async () => {
    const { status, headers, body } = await send({ content: 'Hi' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ content: 'Hi', channel_id: CHANNEL, author: { bot: true } });
    expect(headers).toMatchObject({ 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '4' });
    expect(headers['x-ratelimit-bucket']).toMatch(/^[0-9a-f]{32}$/);
  });

  const row = (components: JsonObject[]) => ({ type: 1, components });
  const button = (more: JsonObject = {}) => ({ type: 2, style: 2, label: 'x', custom_id: 'a', ...more });
  it.each<[string, JsonObject, string]>([
    ['2001 characters', { content: 'x'.repeat(2001) }, 'content'],
    ['a long nonce', { content: 'x', nonce: 'n'.repeat(26) }, 'nonce'],
    [
      'six rows',
      { content: 'x', components: Array.from({ length: 6 }, () => row([button()])) },
      'components',
    ],
    [
      'six buttons',
      { content: 'x', components: [row(Array.from({ length: 6 }, () => button()))] },
      'components',
    ],
    ['a long label', { content: 'x', components: [row([button({ label: 'x'.repeat(81) })])] }, 'components'],
    ['the same id twice', { content: 'x', components: [row([button(), button()])] }, 'components'],
    [
      'an address without web',
      { content: 'x', components: [row([button({ style: 5, url: 'ftp://x' })])] },
      'components',
    ],
    ['eleven embeds', { embeds: Array.from({ length: 11 }, () => ({ title: 'x' })) }, 'embeds'],
    [
      'embeds of 6001 characters',
      { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] },
      'embeds',
    ],
    [
      'twenty-six options',
      {
        content: 'x',
        components: [
          row([
            {
              type: 3,
              custom_id: 'm',
              options: Array.from({ length: 26 }, (_, index) => ({ label: 'x', value: String(index) })),
            },
          ]),
        ],
      },
      'components',
    ],
  ])('refuses %s with a tree of reasons', async (_name, body, field) => {
    const channel = newChannel();
    await say('hello', channel);
    const answer = await send(body, channel);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 50035 });
    expect(Object.keys(answer.body['errors'] as object)).toEqual([field]);
  });

  it('refuses an empty message, an unknown channel and another author’s message', async () => {
    expect((await send({ content: ' ' })).body).toMatchObject({ code: 50006 });
    expect((await send({ content: 'x' }, newChannel())).body).toMatchObject({ code: 10003 });
    const { body } = await say('mine');
    expect(
      (await api('PATCH', `/channels/${CHANNEL}/messages/${String(body['id'])}`, { content: 'x' })).body,
    ).toMatchObject({
      code: 50005,
    });
  });

  it('B2: gives the first message back for a nonce it knows, when told to enforce it', async () => {
    const channel = newChannel();
    await say('hello', channel);
    const body = { content: 'once', nonce: 'n-1', enforce_nonce: true };
    const [first, again] = [await send(body, channel), await send({ ...body, content: 'changed' }, channel)];
    expect(again.body['id']).toBe(first.body['id']);
    const loose = await send({ content: 'once', nonce: 'n-1' }, channel);
    expect(loose.body['id']).not.toBe(first.body['id']);
    expect(await rig.inbox('discord', channel)).toHaveLength(2);
  });

  it('takes five messages in five seconds, and tells the exact time of the next', async () => {
    const channel = newChannel();
    await say('hello', channel);
    for (let count = 0; count < 5; count += 1) await send({ content: 'x' }, channel);
    const { status, headers, body } = await send({ content: 'x' }, channel);
    expect([status, body['global'], headers['x-ratelimit-scope']]).toEqual([429, false, 'user']);
    expect(body['retry_after']).toBeLessThanOrEqual(5);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(body['retry_after'] as number);
  });

  it('knows emoji from words', async () => {
    const { body } = await say('react to me');
    const at = `/channels/${CHANNEL}/messages/${String(body['id'])}/reactions`;
    expect((await api('PUT', `${at}/${encodeURIComponent('👍')}/@me`)).status).toBe(204);
    await until(async () => (await api('PUT', `${at}/word/@me`)).body['code'] === 10014);
  });
});

describe('B10: what Discord signs', () => {
  it('a press, over the time stamp and the body', async () => {
    const channel = newChannel();
    await say('hello', channel);
    const components = [{ type: 1, components: [{ type: 2, style: 1, label: 'Yes', custom_id: 'y' }] }];
    await send({ content: 'Sure?', components }, channel);
    const { body } = await rig.write('discord', channel, { press: 'Yes' });
    expect(body['answer']).toMatchObject({ status: 200, type: 6 });
    const hook = posted.find((each) => each.body.includes(String(body['id'])));
    const key = createPublicKey(privateKeyOf(SEED));
    const message = Buffer.from(String(hook?.headers['x-signature-timestamp']) + (hook?.body ?? ''));
    const signature = Buffer.from(String(hook?.headers['x-signature-ed25519']), 'hex');
    expect(verify(null, message, key, signature)).toBe(true);
    expect(JSON.parse(hook?.body ?? '{}')).toMatchObject({
      type: 3,
      data: { custom_id: 'y' },
      channel_id: channel,
      user: {},
    });
  });

  it('a greeting when the address is saved, and a forged one that must be refused', async () => {
    const { body } = await register();
    // This receiver takes everything, so its address is not accepted.
    expect(body['webhook']).toMatchObject({ verified: false });
  });

  it('the address of a file, which ends after a day', async () => {
    const bot = new Bot();
    await bot.identifies();
    await rig.write('discord', CHANNEL, { media: { file: 'small.jpg' } });
    const told = await bot.hears(
      ({ t, d }) => t === 'MESSAGE_CREATE' && (d['attachments'] as object[]).length > 0,
    );
    const { url } = (told.d['attachments'] as { url: string }[])[0] ?? { url: '' };
    const fetched = async (address: string) => {
      const { statusCode, body } = await request(address, { reset: true });
      await body.dump();
      return statusCode;
    };
    expect(await fetched(url)).toBe(200);
    expect(await fetched(url.replace(/hm=../, 'hm=00'))).toBe(404);
    await rig.call('POST', '/clock', { advanceSeconds: 25 * 3600 });
    expect(await fetched(url)).toBe(404);
    bot.leave();
  });
});

describe('B10: the Gateway of Discord', () => {
  it('tells READY, then what happens, and again after a resume', async () => {
    const bot = new Bot();
    const ready = await bot.identifies();
    await say('one');
    await say('two');
    const first = await bot.hears(({ d }) => d?.['content'] === 'one');
    bot.leave();
    await bot.ends();
    await say('three');
    const next = new Bot();
    await next.says({ op: 6, d: { token: 'bot', session_id: ready.d['session_id'], seq: first.s } });
    await next.hears(({ t }) => t === 'RESUMED');
    const told = next.frames.filter(({ t }) => t === 'MESSAGE_CREATE').map(({ d }) => d['content']);
    expect(told).toEqual(['two', 'three']);
    next.leave();
  });

  it.each<[string, unknown, number]>([
    ['a wrong token', { op: 2, d: { token: 'no', intents: 1 } }, 4004],
    ['no intents', { op: 2, d: { token: 'bot' } }, 4013],
    ['something before it says who it is', { op: 3, d: {} }, 4003],
    ['no JSON', 'hello', 4002],
  ])('closes the line for %s', async (_name, payload, code) => {
    const bot = new Bot();
    await bot.says(payload);
    expect(await bot.ends()).toBe(code);
  });

  it('closes the line for a second identify, a sequence from the future and too many words', async () => {
    const twice = new Bot();
    const ready = await twice.identifies();
    await twice.says({ op: 2, d: { token: 'bot', intents: 1 } });
    expect(await twice.ends()).toBe(4005);
    const ahead = new Bot();
    await ahead.says({ op: 6, d: { token: 'bot', session_id: ready.d['session_id'], seq: 99_999 } });
    expect(await ahead.ends()).toBe(4007);
    const loud = new Bot();
    for (let count = 0; count < 130; count += 1) await loud.says({ op: 1, d: null });
    expect(await loud.ends()).toBe(4008);
  });

  it('does not know a session that never was, nor the privileged intent that is switched off', async () => {
    const stranger = new Bot();
    await stranger.says({ op: 6, d: { token: 'bot', session_id: 'x', seq: 1 } });
    expect((await stranger.hears(({ op }) => op === 9)).d).toBe(false);
    stranger.leave();
    await register({ messageContent: false });
    const curious = new Bot();
    await curious.says({ op: 2, d: { token: 'bot', intents: 46593 } });
    expect(await curious.ends()).toBe(4014);
    await register();
  });
});
