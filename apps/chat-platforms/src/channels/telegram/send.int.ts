import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import type { ChannelAccount, MediaBytes, OutboundCall, SendIo } from '@skein/channel-kit';
import type { Failure, Part } from '@skein/contracts';
import { TelegramConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send, typing } from './send.js';

const TOKEN = '7013370101:very-secret';

interface Asked {
  url: string;
  type: string;
  body: string;
}

/** What the server answers, in turn; `cut` ends the connection, text is no JSON. */
type Step = { status?: number; body: object | string | Buffer } | 'cut';

let server: Server | undefined;
let http: GuardedClient;
const opened: { server: Server; http: GuardedClient }[] = [];
const asked: Asked[] = [];

async function botApi(...steps: Step[]): Promise<string> {
  asked.length = 0;
  const started = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({
        url: request.url ?? '',
        type: request.headers['content-type'] ?? '',
        body: Buffer.concat(chunks).toString('latin1'),
      });
      const step = steps.shift() ?? 'cut';
      if (step === 'cut') return void request.socket.resetAndDestroy();
      const { status = 200, body } = step;
      response.writeHead(status);
      response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  http = new GuardedClient([`127.0.0.1:${port}`]);
  opened.push({ server: started, http });
  return `http://127.0.0.1:${port}`;
}

afterEach(async () => {
  for (const each of opened.splice(0)) {
    await each.http.close();
    each.server.closeAllConnections();
    each.server.close();
  }
});

function account(baseUrl: string): ChannelAccount<TelegramConfig> {
  const config = Object.assign(new TelegramConfig(), { baseUrl, token: TOKEN, secretToken: 's' });
  const row = {
    id: 'c',
    workspaceId: 'w',
    kind: 'telegram',
    account: '7013370101',
    agentId: 'a',
    name: '',
  } as const;
  return { ...row, status: 'active', settings: {}, config };
}

const FILE: MediaBytes = {
  bytes: Buffer.from('%PDF-bytes'),
  mimeType: 'application/pdf',
  filename: 'a"b\r\n.pdf',
};

function io(bytes: MediaBytes | Failure = FILE, signal = AbortSignal.timeout(5_000)): SendIo {
  return { webhookUrl: '', signal, http, publicUrl: () => '', bytes: () => Promise.resolve(bytes) };
}

const callOf = (part: Part, address = '4711'): OutboundCall => ({
  ...{ callId: '7', callRef: '7:1', messageId: 'm', conversationId: 'c', route: {}, purpose: 'message' },
  address,
  part,
});
const text = callOf({ type: 'text', text: '<b>Hi</b> &amp; bye' });
const took = (chat: number, id: number): Step => ({
  body: { ok: true, result: { message_id: id, chat: { id: chat } } },
});
const refused = (error_code: number, description: string, parameters?: object): Step => ({
  status: error_code,
  body: { ok: false, error_code, description, parameters },
});
const fieldsOf = ({ body }: Asked) =>
  JSON.parse(Buffer.from(body, 'latin1').toString()) as Record<string, unknown>;

describe('send', () => {
  it('P2: names the message by its chat and its number', async () => {
    const base = await botApi(took(4711, 12));
    expect(await send(text, account(base), io())).toEqual({ kind: 'receipt', providerId: '4711:12' });
    expect(asked[0]?.url).toBe(`/bot${TOKEN}/sendMessage`);
    expect(asked[0] && fieldsOf(asked[0])).toMatchObject({ chat_id: '4711', parse_mode: 'HTML' });
  });

  it('R6: sends once more without marks when the platform cannot read them', async () => {
    const wrong = refused(400, "Bad Request: can't parse entities: Unsupported start tag");
    const base = await botApi(wrong, took(4711, 12));
    const receipt = await send(text, account(base), io());
    expect(receipt).toEqual({ kind: 'receipt', providerId: '4711:12', note: 'sent as plain text' });
    expect(asked[1] && fieldsOf(asked[1])).toMatchObject({ text: 'Hi & bye' });
    expect(asked[1] && fieldsOf(asked[1])).not.toHaveProperty('parse_mode');
    const again = await botApi(wrong, wrong);
    expect(await send(text, account(again), io())).toMatchObject({
      reason: 'provider_rejected',
      providerCode: '400',
    });
    expect(asked).toHaveLength(2);
  });

  it('P3: follows a group to its supergroup once, and says so', async () => {
    const moved = refused(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: -1009,
    });
    const base = await botApi(moved, took(-1009, 3));
    expect(await send(callOf({ type: 'text', text: 'x' }, '-55'), account(base), io())).toMatchObject({
      kind: 'receipt',
      providerId: '-1009:3',
      providerAddress: '-1009',
    });
    expect(asked[1] && fieldsOf(asked[1])).toMatchObject({ chat_id: '-1009' });
    const loop = await botApi(moved, moved);
    expect(await send(text, account(loop), io())).toMatchObject({ reason: 'invalid_address' });
    expect(asked).toHaveLength(2);
  });

  it('uploads what has no address, a document always, and an image that the platform could not fetch', async () => {
    const base = await botApi(took(4711, 1));
    await send(
      callOf({ type: 'media', media: 'file', source: { mediaId: 'm' }, caption: 'C' }),
      account(base),
      io(),
    );
    expect(asked[0]?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(asked[0]?.body).toContain(
      'name="document"; filename="a_b__.pdf"\r\ncontent-type: application/pdf\r\n\r\n%PDF-bytes\r\n',
    );
    expect(asked[0]?.body).toContain('name="caption"\r\n\r\nC\r\n');
    const image = callOf({ type: 'media', media: 'image', source: { url: 'https://x.test/a.jpg' } });
    const second = await botApi(refused(400, 'Bad Request: failed to get HTTP URL content'), took(4711, 2));
    expect(await send(image, account(second), io())).toMatchObject({ kind: 'receipt', providerId: '4711:2' });
    expect(asked[0] && fieldsOf(asked[0])).toMatchObject({ photo: 'https://x.test/a.jpg' });
    expect(asked[1]?.type).toContain('multipart');
  });

  it('passes on why a file could not be had', async () => {
    const away: Failure = { kind: 'rejected', reason: 'media_unreachable', detail: 'gone' };
    const base = await botApi();
    const call = callOf({ type: 'media', media: 'file', source: { mediaId: 'm' } });
    expect(await send(call, account(base), io(away))).toEqual(away);
    expect(asked).toHaveLength(0);
  });

  it('P18: reactions and edits make no message; an unchanged text is no failure', async () => {
    const base = await botApi(
      { body: { ok: true, result: true } },
      took(4711, 7),
      refused(400, 'Bad Request: message is not modified: …'),
    );
    const reaction = callOf({ type: 'reaction', providerMessageId: '4711:7', emoji: '👍' });
    const edit = callOf({ type: 'edit', providerMessageId: '4711:7', text: 'new' });
    expect(await send(reaction, account(base), io())).toEqual({ kind: 'receipt', providerId: null });
    expect(await send(edit, account(base), io())).toEqual({ kind: 'receipt', providerId: null });
    expect(await send(edit, account(base), io())).toMatchObject({
      kind: 'receipt',
      note: 'Bad Request: message is not modified: …',
    });
  });

  it.each<[string, Step, Partial<Failure>]>([
    ['a page of a gateway', { status: 502, body: '<html>Bad Gateway</html>' }, { kind: 'unavailable' }],
    ['a gateway that gave up', { status: 504, body: '<html>' }, { kind: 'indeterminate' }],
    ['a page instead of an answer', { body: '<html>' }, { kind: 'indeterminate' }],
    ['a cut connection', 'cut', { kind: 'indeterminate' }],
    [
      'too fast',
      refused(429, 'Too Many Requests', { retry_after: 3 }),
      { kind: 'throttled', retryAfterMs: 3_000 },
    ],
    ['a wrong token', refused(401, 'Unauthorized'), { kind: 'misconfigured' }],
    ['a block', refused(403, 'Forbidden: bot was blocked by the user'), { kind: 'rejected' }],
  ])('B2: %s', async (_, step, expected) => {
    const base = await botApi(step);
    const answer = await send(text, account(base), io());
    expect(answer).toMatchObject(expected);
    expect(JSON.stringify(answer)).not.toContain('very-secret');
  });

  it('B2: knows that nothing was sent when nobody listens or the time was over before', async () => {
    const base = await botApi();
    expect((await send(text, account(base), io(FILE, AbortSignal.abort()))).kind).toBe('unavailable');
    await new Promise((resolve) => server?.close(resolve));
    const away = await send(text, account(base), io());
    expect(away.kind).toBe('unavailable');
    expect(JSON.stringify(away)).not.toContain('very-secret');
  });

  it('shows that it is typing, and forgets what goes wrong', async () => {
    const base = await botApi({ body: { ok: true, result: true } }, 'cut');
    await typing({ address: '-100:9' }, account(base), io());
    await typing({ address: '-100:9' }, account(base), io());
    expect(asked[0] && fieldsOf(asked[0])).toEqual({
      chat_id: '-100',
      message_thread_id: 9,
      action: 'typing',
    });
  });
});

describe('fetchMedia', () => {
  const file = {
    media: 'file',
    providerRef: 'F',
    filename: 'mine.pdf',
    mimeType: 'application/pdf',
  } as const;
  const found = (file_size: number): Step => ({
    body: { ok: true, result: { file_path: 'docs/a b.pdf', file_size } },
  });

  it('R5: fetches the bytes under the token', async () => {
    const base = await botApi(found(3), { body: Buffer.from('abc') });
    expect(await fetchMedia(file, account(base), io())).toEqual({
      bytes: Buffer.from('abc'),
      mimeType: 'application/pdf',
      filename: 'mine.pdf',
    });
    expect(asked.map(({ url }) => url)).toEqual([`/bot${TOKEN}/getFile`, `/file/bot${TOKEN}/docs/a%20b.pdf`]);
  });

  it.each<[string, Step[], Partial<Failure>]>([
    ['a file that is stated to be large', [found(11 * 1024 * 1024)], { kind: 'rejected' }],
    ['a file that is large', [found(1), { body: Buffer.alloc(11 * 1024 * 1024) }], { kind: 'rejected' }],
    [
      'a file of which the platform knows nothing',
      [refused(400, 'Bad Request: invalid file_id')],
      { kind: 'rejected' },
    ],
    ['an address that is gone', [found(1), { status: 404, body: {} }], { kind: 'rejected' }],
    ['a cut connection', [found(1), 'cut'], { kind: 'indeterminate' }],
    ['no path', [{ body: { ok: true, result: {} } }], { kind: 'unavailable' }],
  ])('tells %s without its address', async (_, steps, expected) => {
    const answer = await fetchMedia(file, account(await botApi(...steps)), io());
    expect(answer).toMatchObject(expected);
    expect(JSON.stringify(answer)).not.toContain('very-secret');
  });
});
