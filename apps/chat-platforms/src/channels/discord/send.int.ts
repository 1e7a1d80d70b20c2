import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import type { ChannelAccount, OutboundCall, SendIo } from '@skein/channel-kit';
import type { Part } from '@skein/contracts';
import { DiscordConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send } from './send.js';

interface Heard {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

type Answer = (heard: Heard, response: ServerResponse) => void;

let server: Server | undefined;
let http = new GuardedClient();
let heard: Heard[] = [];

async function discord(answer: Answer): Promise<string> {
  heard = [];
  const started = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks) };
      heard.push(one);
      answer(one, response);
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  http = new GuardedClient([`127.0.0.1:${port}`]);
  return `http://127.0.0.1:${port}`;
}

afterEach(async () => {
  await http.close();
  server?.closeAllConnections();
  server?.close();
});

function account(baseUrl: string): ChannelAccount<DiscordConfig> {
  const config = Object.assign(new DiscordConfig(), {
    baseUrl,
    applicationId: '1200000000000000001',
    botToken: 'secret-token',
  });
  const row = { id: 'c', workspaceId: 'w', kind: 'discord', account: '1', agentId: 'a', name: '' } as const;
  return { ...row, status: 'active', settings: {}, config };
}

function call(part: Part = { type: 'text', text: 'Hi' }): OutboundCall {
  const ids = { callId: '7', callRef: '7:1', messageId: 'm', conversationId: 'c' };
  return { ...ids, address: '1400000000000000001', part, route: {}, purpose: 'message' };
}

const PICTURE = { bytes: Buffer.from([0, 1, 13, 10, 45, 45]), mimeType: 'image/jpeg' };

function io(signal = AbortSignal.timeout(5_000)): SendIo {
  return { webhookUrl: '', signal, http, publicUrl: () => '', bytes: () => Promise.resolve(PICTURE) };
}

const json =
  (status: number, body: unknown, headers = {}): Answer =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));

describe('send', () => {
  it('P2: gives the message’s id, with the token and the user agent that Discord wants', async () => {
    const base = await discord(json(200, { id: '1400000000000000100' }));
    expect(await send(call(), account(base), io())).toEqual({
      kind: 'receipt',
      providerId: '1400000000000000100',
    });
    expect(heard[0]).toMatchObject({
      method: 'POST',
      url: '/channels/1400000000000000001/messages',
      headers: { authorization: 'Bot secret-token', 'user-agent': expect.stringMatching(/^DiscordBot \(/) },
    });
  });

  it('R6: sends a file as a form that any reader of forms understands', async () => {
    const base = await discord(json(200, { id: '1400000000000000100' }));
    const part = { type: 'media', media: 'image', source: { mediaId: 'x' }, caption: 'é' } as const;
    await send(call({ ...part, filename: 'a "b"\r\n.jpg' }), account(base), io());
    const [form] = heard;
    const type = String(form?.headers['content-type']);
    const body = new Uint8Array(form?.body ?? Buffer.alloc(0));
    const fields = await new Response(body, { headers: { 'content-type': type } }).formData();
    const file = fields.get('files[0]') as File;
    expect(Buffer.from(await file.arrayBuffer())).toEqual(PICTURE.bytes);
    expect(file.type).toBe('image/jpeg');
    const payload = JSON.parse(fields.get('payload_json') as string) as object;
    expect(payload).toMatchObject({ content: 'é', enforce_nonce: true, attachments: [{ id: 0 }] });
  });

  it('P18: takes back what is ours and nothing else', async () => {
    const reactions = [
      { me: true, emoji: { id: null, name: '👍' } },
      { me: false, emoji: { id: null, name: '🎉' } },
      { me: true, emoji: { id: '1400000000000000777', name: 'party' } },
    ];
    const base = await discord(({ method }, response) =>
      method === 'GET' ? json(200, { reactions })({} as Heard, response) : void response.writeHead(204).end(),
    );
    const part = { type: 'reaction', providerMessageId: '1400000000000000100', emoji: '' } as const;
    expect((await send(call(part), account(base), io())).kind).toBe('receipt');
    const path = '/channels/1400000000000000001/messages/1400000000000000100/reactions';
    expect(heard.slice(1).map(({ method, url }) => `${method} ${url}`)).toEqual([
      `DELETE ${path}/%F0%9F%91%8D/@me`,
      `DELETE ${path}/party%3A1400000000000000777/@me`,
    ]);
  });

  it.each([
    [200, '<html>', 'indeterminate'],
    [403, { code: 50007, message: 'no' }, 'rejected'],
    [429, { retry_after: 0.5, global: false }, 'throttled'],
    [401, { code: 0, message: '401: Unauthorized' }, 'misconfigured'],
    [502, {}, 'unavailable'],
  ])('P17: HTTP %i %j is %s', async (status, body, expected) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const base = await discord((_, response) => void response.writeHead(status).end(text));
    const outcome = await send(call(), account(base), io());
    expect(outcome.kind).toBe(expected);
    expect(JSON.stringify(outcome)).not.toContain('secret-token');
  });

  it('B2: does not know the outcome when the line is cut, and knows that a dead one took nothing', async () => {
    const base = await discord((_, response) => void response.req.socket.resetAndDestroy());
    expect((await send(call(), account(base), io())).kind).toBe('indeterminate');
    await new Promise((resolve) => server?.close(resolve));
    expect((await send(call(), account(base), io())).kind).toBe('unavailable');
  });

  it('never calls a private address that is not allowed', async () => {
    expect((await send(call(), account('http://127.0.0.1:1'), io())).kind).toBe('misconfigured');
  });
});

describe('fetchMedia', () => {
  const file = (providerRef: string, more: object = {}) =>
    ({ media: 'image', providerRef, ...more }) as const;

  it('R5: fetches the bytes and shows the token to nobody', async () => {
    const base = await discord((_, response) => void response.writeHead(200).end('abc'));
    const found = await fetchMedia(file(`${base}/a.jpg`, { mimeType: 'image/jpeg' }), account(base), io());
    expect(found).toEqual({ bytes: Buffer.from('abc'), mimeType: 'image/jpeg' });
    expect(heard[0]?.headers.authorization).toBeUndefined();
  });

  it.each([
    [404, 'rejected'],
    [503, 'unavailable'],
  ])('HTTP %i is %s', async (status, kind) => {
    const base = await discord((_, response) => void response.writeHead(status).end());
    expect(await fetchMedia(file(`${base}/a.jpg`), account(base), io())).toMatchObject({ kind });
  });

  it.each([{}, { sizeBytes: 11 * 1024 * 1024 }])(
    'refuses more than 10 MB when %j is stated',
    async (more) => {
      const base = await discord(
        (_, response) => void response.writeHead(200).end(Buffer.alloc(11 * 1024 * 1024)),
      );
      expect(await fetchMedia(file(`${base}/a`, more), account(base), io())).toMatchObject({
        reason: 'media_too_large',
      });
    },
  );

  it.each(['', 'not an address', 'file:///etc/passwd', 'http://169.254.169.254/x'])(
    'does not fetch %j',
    async (reference) => {
      const base = await discord(() => undefined);
      expect((await fetchMedia(file(reference), account(base), io())) as object).toHaveProperty('kind');
      expect(heard).toEqual([]);
    },
  );
});
