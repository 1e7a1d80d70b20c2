import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import type { ChannelAccount, MediaBytes, OutboundCall, SendIo } from '@skein/channel-kit';
import type { Failure, Part } from '@skein/contracts';
import { TeamsConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send, typing } from './send.js';

const CHAT = 'a:17I0kl9EkpE1O9PH5TWrzr-';
const SECRET = 'very-secret';

interface Asked {
  method: string;
  url: string;
  authorization: string;
  body: string;
}

/** What the platform answers: one list for the login, one for everything else; the last of each again and again. */
type Step = { status?: number; body?: unknown; headers?: Record<string, string> } | 'cut';

let http: GuardedClient;
const opened: { server: Server; http: GuardedClient }[] = [];
const asked: Asked[] = [];
const logins = (): Asked[] => asked.filter(({ url }) => url.endsWith('/token'));
const calls = (): Asked[] => asked.filter(({ url }) => !url.endsWith('/token'));

let handedOut = 0;
const token = (): Step => ({ body: { access_token: `token-${(handedOut += 1)}`, expires_in: 3600 } });

async function platform({ login, connector }: { login: (() => Step)[]; connector: Step[] }): Promise<string> {
  asked.length = 0;
  handedOut = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const body = Buffer.concat(chunks).toString('utf8');
      asked.push({ method, url, authorization: headers.authorization ?? '', body });
      const isLogin = url.endsWith('/token');
      const next = isLogin ? ((login.length > 1 ? login.shift() : login[0]) ?? token)() : connector.shift();
      const step = next ?? { status: 201, body: { id: '1795000000000' } };
      if (step === 'cut') return void request.socket.resetAndDestroy();
      response.writeHead(step.status ?? 200, step.headers);
      response.end(Buffer.isBuffer(step.body) ? step.body : JSON.stringify(step.body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  http = new GuardedClient([`127.0.0.1:${port}`]);
  opened.push({ server, http });
  return `http://127.0.0.1:${port}`;
}

afterEach(async () => {
  for (const each of opened.splice(0)) {
    await each.http.close();
    each.server.closeAllConnections();
    each.server.close();
  }
});

function account(base: string): ChannelAccount<TeamsConfig> {
  const addresses = { loginUrl: base, openIdUrl: `${base}/openid`, defaultServiceUrl: `${base}/default/` };
  const config = Object.assign(new TeamsConfig(), {
    appId: 'app',
    appSecret: SECRET,
    tenantId: 'tenant',
    ...addresses,
  });
  const row = { id: 'c', workspaceId: 'w', kind: 'teams', account: 'app', agentId: 'a', name: '' } as const;
  return { ...row, status: 'active', settings: {}, config };
}

const PNG: MediaBytes = { bytes: Buffer.from('png-bytes'), mimeType: 'image/png', filename: 'a.png' };
const ioOf = (file: MediaBytes | Failure = PNG): SendIo => ({
  webhookUrl: 'https://skein.test/webhooks/teams/c',
  signal: AbortSignal.timeout(5_000),
  http,
  publicUrl: () => 'https://skein.test/file',
  bytes: () => Promise.resolve(file),
});
const call = (
  part: Part = { type: 'text', text: 'Hi' },
  route: Record<string, string> = {},
): OutboundCall => ({
  ...{ callId: '1', callRef: '1:1', messageId: 'm', conversationId: 'c', purpose: 'reply', address: CHAT },
  route,
  part,
});

describe('sending to Teams', () => {
  it('logs in as documented, once for many calls, and sends to the address of the conversation', async () => {
    const base = await platform({ login: [token], connector: [] });
    const many = Array.from({ length: 10 }, () =>
      send(call(undefined, { serviceUrl: `${base}/emea/` }), account(base), ioOf()),
    );
    const answers = await Promise.all(many);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ kind: 'receipt', providerId: `${CHAT}:1795000000000` })]),
    );
    expect(logins().map(({ url, body }) => [url, body])).toEqual([
      [
        '/tenant/oauth2/v2.0/token',
        `grant_type=client_credentials&client_id=app&client_secret=${SECRET}&scope=https%3A%2F%2Fapi.botframework.com%2F.default`,
      ],
    ]);
    expect(calls()[0]).toMatchObject({
      url: `/emea/v3/conversations/${encodeURIComponent(CHAT)}/activities`,
      authorization: 'Bearer token-1',
    });
    await send(call(), account(base), ioOf());
    expect(calls().at(-1)?.url).toBe(`/default/v3/conversations/${encodeURIComponent(CHAT)}/activities`);
    expect(logins()).toHaveLength(1);
  });

  it('replaces a refused token once, and gives up on the second refusal', async () => {
    const refused = { status: 401, body: { message: 'Authorization has been denied for this request.' } };
    const base = await platform({ login: [token], connector: [refused] });
    expect(await send(call(), account(base), ioOf())).toMatchObject({ kind: 'receipt' });
    expect(calls().map(({ authorization }) => authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    const other = await platform({ login: [token], connector: [refused, refused] });
    expect(await send(call(), account(other), ioOf())).toMatchObject({ kind: 'misconfigured' });
    expect(calls()).toHaveLength(2);
  });

  it('an address that may not be called ends the message, not the channel', async () => {
    const base = await platform({ login: [token], connector: [] });
    const route = { serviceUrl: 'http://169.254.169.254/teams/' };
    const failure = await send(call(undefined, route), account(base), ioOf());
    expect(failure).toMatchObject({ kind: 'rejected', reason: 'invalid_address' });
  });

  it('a token is not used in its last minutes', async () => {
    const short = (): Step => ({ body: { access_token: 'short', expires_in: '0.000001' } });
    const base = await platform({ login: [short, token], connector: [] });
    await send(call(), account(base), ioOf());
    await send(call(), account(base), ioOf());
    expect(calls().map(({ authorization }) => authorization)).toEqual(['Bearer short', 'Bearer token-1']);
  });

  it('tells a wrong secret from a login that is away, and neither tells the secret', async () => {
    const wrong = {
      error: 'invalid_client',
      error_description: `AADSTS7000215: ${SECRET}`,
      error_codes: [7000215],
    };
    const steps: [Step, object][] = [
      [
        { status: 401, body: wrong },
        { kind: 'misconfigured', providerCode: 'AADSTS7000215' },
      ],
      [
        { status: 400, body: 'odd' },
        { kind: 'misconfigured', providerCode: 'HTTP 400' },
      ],
      [
        { status: 429, body: {}, headers: { 'retry-after': '7' } },
        { kind: 'unavailable', retryAfterMs: 7000 },
      ],
      [{ status: 503 }, { kind: 'unavailable' }],
      [{ body: { access_token: 'a b', expires_in: 1 } }, { kind: 'unavailable' }],
      ['cut', { kind: 'unavailable' }],
    ];
    for (const [step, expected] of steps) {
      const base = await platform({ login: [() => step], connector: [] });
      const failure = await send(call(), account(base), ioOf());
      expect(failure).toMatchObject(expected);
      expect(JSON.stringify(failure)).not.toContain(SECRET);
      expect(calls()).toEqual([]);
    }
  });

  it('B2: a cut line is not known to have failed; a refusal is told as it is', async () => {
    const base = await platform({ login: [token], connector: ['cut'] });
    expect(await send(call(), account(base), ioOf())).toMatchObject({ kind: 'indeterminate' });
    const busy = {
      status: 429,
      headers: { 'retry-after': '3' },
      body: { error: { code: 'Throttled', message: 'Slow.' } },
    };
    const other = await platform({ login: [token], connector: [busy] });
    expect(await send(call(), account(other), ioOf())).toMatchObject({
      kind: 'throttled',
      scope: 'lane',
      retryAfterMs: 3000,
    });
  });

  it('sends a picture as data, and refuses what is none before anything is called', async () => {
    const base = await platform({ login: [token], connector: [{ status: 201, body: {} }] });
    const part: Part = { type: 'media', media: 'image', source: { mediaId: 'p' } };
    expect(await send(call(part), account(base), ioOf())).toEqual({ kind: 'receipt', providerId: null });
    const contentUrl = `data:image/png;base64,${PNG.bytes.toString('base64')}`;
    expect(JSON.parse(calls()[0]?.body ?? '')).toEqual({
      type: 'message',
      attachments: [{ contentType: 'image/png', contentUrl, name: 'a.png' }],
    });
    const pdf = { ...PNG, mimeType: 'application/pdf' };
    expect(await send(call(part), account(base), ioOf(pdf))).toMatchObject({ reason: 'provider_rejected' });
    const large: Failure = { kind: 'rejected', reason: 'media_too_large', detail: 'The file is too large.' };
    expect(await send(call(part), account(base), ioOf(large))).toEqual(large);
    expect(calls()).toHaveLength(1);
  });

  it('an edit names no new message; typing is an activity', async () => {
    const base = await platform({ login: [token], connector: [{ body: { id: '1485983408511' } }] });
    const edit: Part = { type: 'edit', providerMessageId: `${CHAT}:1485983408511`, text: 'New' };
    expect(await send(call(edit), account(base), ioOf())).toEqual({ kind: 'receipt', providerId: null });
    await typing({ address: CHAT, route: {} }, account(base), ioOf());
    expect(calls().map(({ method, body }) => [method, (JSON.parse(body) as { type: string }).type])).toEqual([
      ['PUT', 'message'],
      ['POST', 'typing'],
    ]);
  });
});

describe('fetching what people sent in Teams', () => {
  it('R5: the token goes along only where it belongs', async () => {
    const bytes = Buffer.from('%PDF');
    const base = await platform({
      login: [token],
      connector: [
        { body: bytes, headers: { 'content-type': 'application/pdf' } },
        { body: bytes, headers: { 'content-type': 'image/png' } },
        { status: 404 },
        { status: 403, body: {} },
      ],
    });
    const fetched = (providerRef: string) =>
      fetchMedia({ media: 'file', providerRef }, account(base), ioOf());
    expect(await fetched(`signed ${base}/a.pdf?tempauth=x`)).toMatchObject({
      bytes,
      mimeType: 'application/pdf',
    });
    expect(await fetched(`bot ${base}/v3/attachments/1`)).toMatchObject({ bytes, mimeType: 'image/png' });
    expect(calls().map(({ authorization }) => authorization)).toEqual(['', 'Bearer token-1']);
    expect(await fetched(`signed ${base}/gone`)).toMatchObject({ reason: 'media_unreachable' });
    expect(await fetched(`bot ${base}/forbidden`)).toMatchObject({ kind: 'rejected' });
    for (const odd of [
      '',
      'signed',
      'bot',
      'signed http://169.254.169.254/latest',
      'bot http://169.254.169.254/latest',
    ])
      expect(await fetched(odd)).toHaveProperty('detail');
  });
});
