import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GuardedClient, type ChannelAccount, type OutboundCall, type SendIo } from '@skein/channel-kit';
import { WhatsAppConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send } from './send.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
let http = new GuardedClient();

async function graph(answer: Answer): Promise<string> {
  const started = createServer(answer);
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

function account(baseUrl: string): ChannelAccount<WhatsAppConfig> {
  const config = Object.assign(new WhatsAppConfig(), { baseUrl, phoneNumberId: '111', accessToken: 'token' });
  const row = {
    id: 'c',
    workspaceId: 'w',
    kind: 'whatsapp',
    account: '111',
    agentId: 'a',
    name: '',
  } as const;
  return { ...row, status: 'active', settings: {}, config };
}

const call: OutboundCall = {
  callId: '7',
  callRef: '7:1',
  messageId: 'm',
  conversationId: 'c',
  address: '+5511987654321',
  part: { type: 'text', text: 'Hi' },
  route: {},
  purpose: 'message',
};

function io(signal = AbortSignal.timeout(5_000)): SendIo {
  const none = { kind: 'rejected', reason: 'media_unreachable', detail: '' } as const;
  return { webhookUrl: '', signal, http, publicUrl: () => '', bytes: () => Promise.resolve(none) };
}

const json =
  (status: number, body: object, headers = {}): Answer =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

describe('send', () => {
  it('P2: gives the platform’s id and the number it knows', async () => {
    const seen: unknown[] = [];
    const base = await graph((request, response) => {
      seen.push(request.url, request.headers.authorization);
      json(200, {
        contacts: [{ input: '5511987654321', wa_id: '551187654321' }],
        messages: [{ id: 'wamid.1' }],
      })(request, response);
    });
    const receipt = { kind: 'receipt', providerId: 'wamid.1', providerAddress: '+551187654321' };
    expect(await send(call, account(base), io())).toEqual(receipt);
    expect(seen).toEqual(['/111/messages', 'Bearer token']);
  });

  it.each([
    [200, {}, { kind: 'receipt', providerId: null }],
    [
      400,
      { error: { code: 131047, message: 'x', error_data: { details: 'closed' } } },
      { kind: 'rejected', reason: 'window_closed', detail: 'closed' },
    ],
    [429, { error: { code: 130429 } }, { kind: 'throttled', scope: 'channel', retryAfterMs: 3_000 }],
    [401, { error: { code: 190 } }, { kind: 'misconfigured' }],
    [500, { error: { code: 131000 } }, { kind: 'unavailable' }],
    [502, {}, { kind: 'unavailable' }],
  ])('P17: HTTP %i %j', async (status, body, expected) => {
    const base = await graph(json(status, body, { 'retry-after': '3' }));
    expect(await send(call, account(base), io())).toMatchObject(expected);
  });

  it('does not know the outcome when the connection is cut or an answer is no JSON', async () => {
    const cut = await graph((request) => request.on('data', () => request.socket.resetAndDestroy()));
    expect((await send(call, account(cut), io())).kind).toBe('indeterminate');
    server?.close();
    const page = await graph((_, response) => response.end('<html>'));
    expect((await send(call, account(page), io())).kind).toBe('indeterminate');
  });

  it('does not know the outcome when its time ends', async () => {
    const ending = new AbortController();
    const base = await graph(() => ending.abort());
    expect((await send(call, account(base), io(ending.signal))).kind).toBe('indeterminate');
  });

  it('knows that nothing was sent when nobody listens or the time was over before', async () => {
    const base = await graph(() => undefined);
    const over = await send(call, account(base), io(AbortSignal.abort()));
    expect(over.kind).toBe('unavailable');
    await new Promise((resolve) => server?.close(resolve));
    expect((await send(call, account(base), io())).kind).toBe('unavailable');
  });
});

it('never calls a private address that is not allowed', async () => {
  expect((await send(call, account('http://127.0.0.1:1'), io())).kind).toBe('misconfigured');
});

describe('fetchMedia', () => {
  const shelf =
    (size: number, bytes: Buffer): Answer =>
    (request, response) => {
      if (request.url?.startsWith('/9')) {
        const url = `http://${request.headers.host}/file`;
        return json(200, { url, mime_type: 'image/jpeg', file_size: size })(request, response);
      }
      response.writeHead(request.headers.authorization === 'Bearer token' ? 200 : 401).end(bytes);
    };
  const file = { media: 'image', providerRef: '9' } as const;

  it('fetches the bytes with the token', async () => {
    const base = await graph(shelf(3, Buffer.from('abc')));
    expect(await fetchMedia(file, account(base), io())).toEqual({
      bytes: Buffer.from('abc'),
      mimeType: 'image/jpeg',
    });
  });

  it.each([11 * 1024 * 1024, 1])('refuses more than 10 MB although %i are stated', async (stated) => {
    const base = await graph(shelf(stated, Buffer.alloc(11 * 1024 * 1024)));
    expect(await fetchMedia(file, account(base), io())).toMatchObject({ reason: 'media_too_large' });
  });

  it('passes the platform’s refusal on', async () => {
    const base = await graph(json(400, { error: { code: 100 } }));
    expect(await fetchMedia(file, account(base), io())).toMatchObject({
      kind: 'rejected',
      providerCode: '100',
    });
  });
});
