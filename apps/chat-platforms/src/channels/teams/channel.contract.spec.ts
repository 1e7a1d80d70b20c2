import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import { channelContract } from '@skein/testing';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TeamsConfig } from './config.js';
import { connectorErrorOf, failureOf } from './failures.js';
import { teams } from './index.js';
import { webhook } from './webhook.js';

const made = (kid: string, endorsements: string[]) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, endorsements } };
};
type Key = ReturnType<typeof made>;
const [teamsKey, otherKey, newKey] = [
  made('k1', ['msteams']),
  made('k2', ['directline']),
  made('k3', ['msteams']),
];

/** The platform's key server: what it publishes, how often it was asked, and whether it is there. */
const published = { keys: [teamsKey, otherKey], asked: 0, isAway: false };
const server = createServer((request, response) => {
  published.asked += 1;
  if (published.isAway) return void response.writeHead(503).end();
  const keys = published.keys.map(({ jwk }) => jwk);
  response.end(JSON.stringify(request.url === '/keys' ? { keys } : { jwks_uri: `${base}/keys` }));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const http = new GuardedClient([base.slice(7)]);
afterAll(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
});

const APP = 'c9e8c047-2a74-40a2-b28a-b162d5f5327c';
const SERVICE = 'https://smba.trafficmanager.net/amer/';
const config = Object.assign(new TeamsConfig(), {
  appId: APP,
  appSecret: 'app-secret-1',
  openIdUrl: `${base}/openid`,
});

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = (at = new Date()) => Math.floor(at.getTime() / 1000);
function token(
  claims: object = {},
  { key = teamsKey, alg = 'RS256' }: { key?: Key; alg?: string } = {},
): string {
  const payload = { iss: 'https://api.botframework.com', aud: APP, serviceurl: SERVICE };
  const life = { nbf: seconds() - 60, exp: seconds() + 3600 };
  const text = `${encoded({ typ: 'JWT', alg, kid: key.jwk.kid })}.${encoded({ ...payload, ...life, ...claims })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key.privateKey, 'base64url')}`;
}

const conversation = {
  id: 'a:1tewuGJ44RkB90tiJNQ_I4q8vyuN5CYA',
  conversationType: 'personal',
  tenantId: 't',
};
const room = { id: '19:3629591d4b774aa@thread.tacv2;messageid=1575667808184', conversationType: 'channel' };
const about = {
  channelId: 'msteams',
  serviceUrl: SERVICE,
  timestamp: '2026-11-21T07:00:00.9663655Z',
  from: { id: '29:1XJKJMvc5GBtc2', name: 'Megan Bowen' },
  recipient: { id: `28:${APP}`, name: 'Bot' },
  conversation,
};
let lastId = 1_795_000_000_000;
const activity = (type: string, more: object) => ({ ...about, type, id: String((lastId += 1)), ...more });
const said = (more: object) => activity('message', more);
const fault = (status: number, body: object) => () =>
  Promise.resolve(failureOf(connectorErrorOf(body), status));
const coded = (status: number, code: string) => fault(status, { error: { code, message: 'Said.' } });
const request = (body: Buffer, headers: Record<string, string>) =>
  ({ method: 'POST', path: '/', search: '', query: {}, headers, body }) as const;

channelContract({ describe, it }, teams, {
  folder: new URL('.', import.meta.url),
  config,
  secrets: ['app-secret-1'],
  webhook: {
    signatureHeaders: ['authorization'],
    coversBody: false,
    context: { http },
    signed: (body) => request(body, { authorization: `Bearer ${token()}` }),
    events: [
      { name: 'a text', body: said({ text: 'Hi', textFormat: 'plain' }), types: ['message'] },
      {
        name: 'a text in a thread',
        body: said({ text: '<at>Bot</at> Hi', conversation: room }),
        types: ['message'],
      },
      {
        name: 'a press',
        body: said({ value: { skeinAction: 'yes', skeinLabel: 'Yes' } }),
        types: ['message'],
      },
      {
        name: 'a button that asks',
        body: activity('invoke', {
          id: 'f:1',
          name: 'adaptiveCard/action',
          value: { action: { title: 'Yes', data: { skeinAction: 'yes' } } },
        }),
        types: ['message'],
      },
      {
        name: 'a reaction',
        body: activity('messageReaction', { replyToId: '1575667808184', reactionsAdded: [{ type: 'like' }] }),
        types: ['reaction'],
      },
      { name: 'an edit', body: activity('messageUpdate', { text: 'Hi!' }), types: ['edit'] },
      { name: 'a deletion', body: activity('messageDelete', {}), types: ['revoke'] },
      {
        name: 'an installation',
        body: activity('installationUpdate', { action: 'add' }),
        types: ['consent'],
      },
      { name: 'a removal', body: activity('installationUpdate', { action: 'remove' }), types: ['consent'] },
      {
        name: 'a read receipt',
        body: activity('event', {
          name: 'application/vnd.microsoft.readReceipt',
          value: { lastReadMessageId: '1795000000000' },
        }),
        types: ['receipt', 'watermark'],
      },
      { name: 'an own echo', body: said({ text: 'Hi', from: { id: `28:${APP}` } }), types: ['unsupported'] },
      { name: 'another invoke', body: activity('invoke', { name: 'task/fetch' }), types: ['unsupported'] },
      { name: 'a meeting', body: activity('event', { name: 'meetingStart' }), types: ['unsupported'] },
      { name: 'typing', body: activity('typing', {}), types: ['unsupported'] },
    ],
  },
  faults: [
    {
      name: 'a blocked conversation',
      answer: fault(403, { errorCode: 209, message: '{\r\n  "subCode": "MessageWritesBlocked"\r\n}' }),
      expected: 'rejected',
      reason: 'policy',
    },
    { name: '429', answer: coded(429, 'Throttled'), expected: 'throttled' },
    { name: '401', answer: coded(401, 'BotNotRegistered'), expected: 'misconfigured' },
    { name: '412', answer: coded(412, 'PreconditionFailed'), expected: 'unavailable' },
    { name: '502', answer: coded(502, 'ServiceError'), expected: 'unavailable' },
    { name: '500', answer: coded(500, 'ServiceError'), expected: 'indeterminate' },
    {
      name: '413',
      answer: coded(413, 'MessageSizeTooBig'),
      expected: 'rejected',
      reason: 'payload_too_large',
    },
    {
      name: '404',
      answer: coded(404, 'ConversationNotFound'),
      expected: 'rejected',
      reason: 'invalid_address',
    },
  ],
});

describe('R1: the token of a webhook', () => {
  const body = Buffer.from(JSON.stringify(said({ text: 'Hi' })));
  const now = new Date();
  const isGenuine = async (bearer: string, { bytes = body, at = now, openIdUrl = config.openIdUrl } = {}) =>
    webhook.verify(
      request(bytes, { authorization: `Bearer ${bearer}` }),
      { ...config, openIdUrl },
      { url: 'https://skein.test/', now: at, http },
    );
  const later = (ms: number) => new Date(now.getTime() + ms);
  let documents = 0;
  const another = () => `${base}/openid?${(documents += 1)}`;
  afterEach(() => void Object.assign(published, { keys: [teamsKey, otherKey], isAway: false }));

  it('may name the application in three ways', async () => {
    for (const aud of [APP, `api://${APP}`, `api://botid-${APP}`])
      expect(await isGenuine(token({ aud }))).toBe(true);
  });

  it('is refused with another issuer, audience, service address, or without a life', async () => {
    const wrong = [
      { iss: 'https://api.botframework.us' },
      { iss: undefined },
      { aud: 'another-app' },
      { aud: undefined },
      { serviceurl: 'https://smba.trafficmanager.net/emea/' },
      { serviceurl: undefined },
      { exp: undefined },
    ];
    for (const claims of wrong) expect(await isGenuine(token(claims))).toBe(false);
  });

  it('may be five minutes off, and no more', async () => {
    expect(await isGenuine(token({ exp: seconds() - 280 }))).toBe(true);
    expect(await isGenuine(token({ exp: seconds() - 320 }))).toBe(false);
    expect(await isGenuine(token({ nbf: seconds() + 280 }))).toBe(true);
    expect(await isGenuine(token({ nbf: seconds() + 320 }))).toBe(false);
  });

  it('is refused when its key may not speak for Teams, is another one, or the algorithm is', async () => {
    expect(await isGenuine(token({}, { key: otherKey }))).toBe(false);
    const forged = { ...otherKey, jwk: { ...otherKey.jwk, kid: 'k1' } };
    expect(await isGenuine(token({}, { key: forged }))).toBe(false);
    for (const alg of ['none', 'HS256', 'PS256']) expect(await isGenuine(token({}, { alg }))).toBe(false);
  });

  it('is refused with a body of another channel, or without the address', async () => {
    for (const more of [
      { channelId: 'emulator' },
      { channelId: undefined },
      { serviceUrl: undefined },
      { serviceUrl: 7 },
    ]) {
      const bytes = Buffer.from(JSON.stringify({ ...about, ...more }));
      expect(await isGenuine(token(), { bytes })).toBe(false);
    }
    for (const text of ['', '{', '[]', 'null', '"x"'])
      expect(await isGenuine(token(), { bytes: Buffer.from(text) })).toBe(false);
  });

  it('is read with a new key a minute later at the latest, and junk makes no traffic', async () => {
    const openIdUrl = another();
    expect(await isGenuine(token(), { openIdUrl })).toBe(true);
    published.keys = [newKey];
    const asked = published.asked;
    const unknown = token({}, { key: newKey });
    for (let time = 0; time < 20; time += 1)
      expect(await isGenuine(unknown, { openIdUrl, at: later(time) })).toBe(false);
    expect(published.asked).toBe(asked);
    expect(await isGenuine(unknown, { openIdUrl, at: later(61_000) })).toBe(true);
    expect(await isGenuine(token(), { openIdUrl, at: later(62_000) })).toBe(false);
  });

  it('is not believed without keys; the next one finds them, and old keys outlive a server that is away', async () => {
    const openIdUrl = another();
    published.isAway = true;
    expect(await isGenuine(token(), { openIdUrl })).toBe(false);
    published.isAway = false;
    expect(await isGenuine(token(), { openIdUrl, at: later(10) })).toBe(true);
    published.isAway = true;
    const [day, life] = [24 * 3_600_000, { nbf: seconds() - 60, exp: seconds() + 100 * 24 * 3600 }];
    expect(await isGenuine(token(life), { openIdUrl, at: later(2 * day) })).toBe(true);
    expect(await isGenuine(token(life), { openIdUrl, at: later(6 * day) })).toBe(false);
  });

  it('asks once for many at the same time', async () => {
    const openIdUrl = another();
    const asked = published.asked;
    const all = await Promise.all(Array.from({ length: 20 }, () => isGenuine(token(), { openIdUrl })));
    expect(new Set(all)).toEqual(new Set([true]));
    expect(published.asked - asked).toBe(2);
  });
});
