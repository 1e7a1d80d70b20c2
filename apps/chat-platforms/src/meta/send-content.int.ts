import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GuardedClient, type SendIo } from '@skein/channel-kit';
import type { Encoded } from './encode-content.js';
import { fetchAttachment } from './fetch-attachment.js';
import type { GraphAccount } from './graph-call.js';
import { sendContent, showTyping } from './send-content.js';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let server: Server | undefined;
let http = new GuardedClient();

async function graph(answer: Answer): Promise<GraphAccount> {
  const started = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString('latin1')));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  http = new GuardedClient([`127.0.0.1:${port}`]);
  return { baseUrl: `http://127.0.0.1:${port}/v24.0`, sender: '111', accessToken: 'token-1' };
}

afterEach(async () => {
  await http.close();
  server?.closeAllConnections();
  server?.close();
});

const json =
  (status: number, body: object, headers = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

const FILE = { bytes: Buffer.from('bytes'), mimeType: 'image/png', filename: 'a"b\r\n/c.png' };

function io(signal = AbortSignal.timeout(5_000)): SendIo {
  return { webhookUrl: '', signal, http, publicUrl: () => '', bytes: () => Promise.resolve(FILE) };
}

const text: Encoded = { body: { recipient: { id: '12345' }, message: { text: 'Hi' } } };
const stored: Encoded = {
  upload: { type: 'image', source: { mediaId: 'a' } },
  bodyOf: (id) => ({ message: { attachment: { type: 'image', payload: { attachment_id: id } } } }),
};

describe('send', () => {
  it('P2: keeps the token out of the address and gives the platform’s id', async () => {
    const seen: unknown[] = [];
    const account = await graph((request, response, body) => {
      seen.push(request.url, request.headers.authorization, JSON.parse(body));
      json(200, { recipient_id: '12345', message_id: 'm_AG5Hz2Uq7tuwNEhXfYYKj8mJEM' })(
        request,
        response,
        body,
      );
    });
    expect(await sendContent(text, account, io())).toEqual({
      kind: 'receipt',
      providerId: 'm_AG5Hz2Uq7tuwNEhXfYYKj8mJEM',
    });
    expect(seen).toEqual(['/v24.0/111/messages', 'Bearer token-1', 'body' in text && text.body]);
  });

  it.each([
    [200, { recipient_id: '12345' }, {}, { kind: 'receipt', providerId: null }],
    [200, { error: { code: 190, message: 'x' } }, {}, { kind: 'misconfigured' }],
    [403, { error: { code: 10, error_subcode: 2018278 } }, {}, { reason: 'window_closed' }],
    [400, { error: { code: 613 } }, { 'retry-after': '3' }, { kind: 'throttled', retryAfterMs: 3_000 }],
    [500, { error: { code: 2 } }, {}, { kind: 'unavailable' }],
    [502, {}, {}, { kind: 'unavailable' }],
  ])('P17: HTTP %i %j', async (status, body, headers, expected) => {
    expect(await sendContent(text, await graph(json(status, body, headers)), io())).toMatchObject(expected);
  });

  it('B2: waits as long as the platform says calls are not taken', async () => {
    const usage = { '111': [{ type: 'messenger', call_count: 100, estimated_time_to_regain_access: 5 }] };
    const headers = { 'x-business-use-case-usage': JSON.stringify(usage) };
    const account = await graph(json(400, { error: { code: 4 } }, headers));
    expect(await sendContent(text, account, io())).toMatchObject({ retryAfterMs: 300_000 });
  });

  it('B2: does not know the outcome when the line is cut or an answer is no JSON', async () => {
    const cut = await graph((request) => request.socket.resetAndDestroy());
    expect((await sendContent(text, cut, io())).kind).toBe('indeterminate');
    server?.close();
    const page = await graph((_request, response) => response.end('<html>'));
    expect((await sendContent(text, page, io())).kind).toBe('indeterminate');
  });

  it('uploads a stored file under a safe name, then sends its id', async () => {
    const bodies: string[] = [];
    const account = await graph((request, response, body) => {
      bodies.push(body);
      const answer = request.url?.endsWith('/message_attachments')
        ? { attachment_id: '1857777774821032' }
        : { message_id: 'm_1' };
      json(200, answer)(request, response, body);
    });
    expect(await sendContent(stored, account, io(), { platform: 'instagram' })).toMatchObject({
      providerId: 'm_1',
    });
    expect(bodies[0]).toContain('name="platform"\r\n\r\ninstagram\r\n');
    expect(bodies[0]).toContain('{"attachment":{"type":"image","payload":{"is_reusable":true}}}');
    expect(bodies[0]).toContain(
      'name="filedata"; filename="a_b___c.png"\r\ncontent-type: image/png\r\n\r\nbytes',
    );
    expect(bodies[1]).toContain('"attachment_id":"1857777774821032"');
  });

  it('B2: a lost upload sent nobody anything and can be repeated', async () => {
    const cut = await graph((request) => request.socket.resetAndDestroy());
    expect((await sendContent(stored, cut, io())).kind).toBe('unavailable');
    server?.close();
    const refused = await graph(json(400, { error: { code: 100, error_subcode: 2018047 } }));
    expect(await sendContent(stored, refused, io())).toMatchObject({ reason: 'media_unreachable' });
    server?.close();
    const nameless = await graph(json(200, {}));
    expect((await sendContent(stored, nameless, io())).kind).toBe('unavailable');
  });

  it('shows that an answer is being written', async () => {
    const seen: unknown[] = [];
    const account = await graph((request, response, body) => {
      seen.push(JSON.parse(body));
      json(200, { recipient_id: '12345' })(request, response, body);
    });
    await showTyping('12345', account, io());
    expect(seen).toEqual([{ recipient: { id: '12345' }, sender_action: 'typing_on' }]);
  });
});

describe('fetchAttachment', () => {
  it('R5: fetches without a token, at most 10 MB', async () => {
    const { baseUrl } = await graph((request, response) => {
      const bytes = request.url?.endsWith('big') ? Buffer.alloc(11 * 1024 * 1024) : Buffer.from('abc');
      response.writeHead(request.headers.authorization === undefined ? 200 : 400, {
        'content-type': 'image/png',
      });
      response.end(bytes);
    });
    expect(await fetchAttachment({ media: 'image', providerRef: `${baseUrl}/a.png` }, io())).toEqual({
      bytes: Buffer.from('abc'),
      mimeType: 'image/png',
      filename: 'a.png',
    });
    const big = await fetchAttachment({ media: 'image', providerRef: `${baseUrl}/big` }, io());
    expect(big).toMatchObject({ reason: 'media_too_large' });
  });
});
