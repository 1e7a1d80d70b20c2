import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import type { ChannelAccount } from '@skein/channel-kit';
import { SmsConfig } from '../config.js';
import { fetchMedia } from '../fetch-media.js';
import { TwilioConfig } from './config.js';
import { createMessage } from './create-message.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
let http = new GuardedClient();

async function twilio(answer: Answer, more: Partial<TwilioConfig> = {}): Promise<TwilioConfig> {
  const started = createServer(answer);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  http = new GuardedClient([`127.0.0.1:${port}`, `localhost:${port}`]);
  const account = { accountSid: 'AC1', authToken: 'token', from: '+15005550006' };
  return Object.assign(new TwilioConfig(), { baseUrl: `http://127.0.0.1:${port}`, ...account, ...more });
}

afterEach(async () => {
  await http.close();
  server?.closeAllConnections();
  server?.close();
});

const json =
  (status: number, body: object, headers = {}): Answer =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;
const send = (config: TwilioConfig, signal = AbortSignal.timeout(5_000)) =>
  createMessage({ to: '+15551234567', text: 'Hi', mediaUrls: [] }, '7:1', config, {
    ...{ webhookUrl: 'https://skein.test/webhooks/sms/c', signal, http },
  });

describe('creating a message', () => {
  it.each([
    [{}, 'AC1:token'],
    [{ apiKey: 'SK1', apiKeySecret: 'secret' }, 'SK1:secret'],
  ])('P2: logs in with %j', async (more, login) => {
    const seen: unknown[] = [];
    const config = await twilio((request, response) => {
      seen.push(request.url, request.headers.authorization);
      json(201, { sid: 'SM1', num_segments: '1', num_media: '0' })(request, response);
    }, more);
    expect(await send(config)).toEqual({ kind: 'receipt', providerId: 'SM1', note: '1 segment (GSM-7)' });
    expect(seen).toEqual(['/2010-04-01/Accounts/AC1/Messages.json', basic(login)]);
  });

  it.each([
    [201, { sid: 'SM1', num_segments: '0' }, { note: '1 segment (GSM-7)' }],
    [201, { sid: 'SM1', num_segments: '1', num_media: '1' }, { note: 'MMS' }],
    [201, {}, { kind: 'receipt', providerId: null }],
    [400, { code: 21610, message: 'no' }, { kind: 'rejected', reason: 'opted_out', providerCode: '21610' }],
    [429, { code: 20429 }, { kind: 'throttled', retryAfterMs: 3_000 }],
    [503, {}, { kind: 'unavailable', retryAfterMs: 3_000 }],
    [500, { code: 20500 }, { kind: 'indeterminate' }],
    [502, {}, { kind: 'indeterminate' }],
    [401, { code: 20003 }, { kind: 'misconfigured' }],
  ])('B2: HTTP %i %j', async (status, body, expected) => {
    expect(await send(await twilio(json(status, body, { 'retry-after': '3' })))).toMatchObject(expected);
  });

  it('B2: does not know the outcome of a cut connection, an unreadable answer, or a call whose time ends', async () => {
    const cut = await twilio((request) => request.on('data', () => request.socket.resetAndDestroy()));
    expect((await send(cut)).kind).toBe('indeterminate');
    server?.close();
    const page = await twilio((_, response) => response.end('<html>'));
    expect((await send(page)).kind).toBe('indeterminate');
    server?.close();
    const ending = new AbortController();
    const slow = await twilio(() => ending.abort());
    expect((await send(slow, ending.signal)).kind).toBe('indeterminate');
    expect((await send(slow, AbortSignal.abort())).kind).toBe('unavailable');
  });
});

describe('files of people', () => {
  const fetched = (config: TwilioConfig, providerRef: string) => {
    const row = { id: 'c', workspaceId: 'w', kind: 'sms', account: 'a', agentId: 'a', name: '' } as const;
    const sms = Object.assign(new SmsConfig(), { carrier: 'twilio' as const, twilio: config });
    const account: ChannelAccount<SmsConfig> = { ...row, status: 'active', settings: {}, config: sms };
    const media = { media: 'image', providerRef, mimeType: 'image/png' } as const;
    return fetchMedia(media, account, { signal: AbortSignal.timeout(5_000), http });
  };

  it('R5: are fetched with the login, which does not follow the redirect', async () => {
    const logins: (string | undefined)[] = [];
    const config = await twilio((request, response) => {
      logins.push(request.headers.authorization);
      if (request.url === '/file') return void response.end('bytes');
      const { port } = request.socket.address() as AddressInfo;
      response.writeHead(307, { location: `http://localhost:${port}/file` }).end();
    });
    expect(await fetched(config, `${config.baseUrl}/media`)).toEqual({
      bytes: Buffer.from('bytes'),
      mimeType: 'image/png',
    });
    expect(logins).toEqual([basic('AC1:token'), undefined]);
  });

  it.each([
    [401, 'misconfigured'],
    [404, 'rejected'],
    [500, 'unavailable'],
  ])('R5: HTTP %i is %s', async (status, kind) => {
    const config = await twilio(json(status, {}));
    expect(await fetched(config, `${config.baseUrl}/media`)).toMatchObject({ kind });
  });

  it('R5: more than 10 MB are refused', async () => {
    const config = await twilio((_, response) => response.end(Buffer.alloc(11 * 1024 * 1024)));
    expect(await fetched(config, `${config.baseUrl}/media`)).toMatchObject({ reason: 'media_too_large' });
  });

  it.each([
    'http://169.254.169.254/x',
    'https://twilio.com.evil.example/x',
    'https://api.twilio.com@evil.example/x',
    '',
    '/x',
  ])('R1: the login never goes to %j', async (address) => {
    const config = await twilio(() => undefined);
    expect(await fetched(config, address)).toMatchObject({ reason: 'media_unreachable' });
  });
});
