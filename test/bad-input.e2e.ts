import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, statusOrCut, type Stack } from '@skein/testing';
import { createHmac } from 'node:crypto';
import { send } from './support/messages.js';
import { newNumber, openWindow } from './support/people.js';

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

const to = { phoneNumber: '+447700920001' };
const good = { channel: 'whatsapp', to, text: 'hi' };

interface Problem {
  code: string;
  errors?: { field: string }[];
}

type Row = [title: string, body: object | string, status: number, code: string, field: string | null];

const REFUSED: Row[] = [
  ['malformed JSON', '{"channel": "whatsapp", ', 400, 'invalid_request', null],
  ['an unknown field', { ...good, colour: 'blue' }, 400, 'invalid_request', 'colour'],
  ['P1: two recipients', { ...good, to: { ...to, email: 'a@b.test' } }, 400, 'invalid_request', 'to'],
  ['P1: no recipient', { ...good, to: {} }, 400, 'invalid_request', 'to'],
  [
    'P1: a number that is not E.164',
    { ...good, to: { phoneNumber: '0770 0900' } },
    400,
    'invalid_request',
    'to.phoneNumber',
  ],
  [
    'M1: delay and scheduleTime',
    { ...good, delay: 5000, scheduleTime: '2027-01-01T00:00:00Z' },
    400,
    'invalid_request',
    'scheduleTime',
  ],
  ['M1: a delay that is too short', { ...good, delay: 2999 }, 400, 'invalid_request', 'delay'],
  [
    'M1: a string content of another type',
    { channelId: 'wa-main', conversationId: to.phoneNumber, content: 'x', type: 'image' },
    400,
    'invalid_request',
    'content',
  ],
  [
    'P6: fallback before it exists',
    { ...good, options: { whatsapp: { onClosedWindow: 'fallback' } } },
    400,
    'invalid_request',
    null,
  ],
  ['1 MB of text', { ...good, text: 'x'.repeat(1024 * 1024) }, 413, 'payload_too_large', null],
  ['an unknown channel', { channelId: 'no-such-channel', to, text: 'hi' }, 404, 'unknown_channel', null],
  ['an unknown kind of channel', { ...good, channel: 'carrier-pigeon' }, 400, 'invalid_request', 'channel'],
  ['U+0000', { ...good, text: 'a\u0000b' }, 400, 'invalid_request', null],
];

describe('bad input over REST', () => {
  it.each(REFUSED)('%s', async (_, body, status, code, field) => {
    const answer = await stack.api<Problem>('POST', '/v1/messages', { body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(String(answer.headers['content-type'])).toContain('application/problem+json');
    if (field !== null) expect(answer.body.errors?.map((error) => error.field)).toContain(field);
  });

  it('a missing or wrong key', async () => {
    for (const key of ['', 'skein_wrong']) {
      const answer = await stack.api<Problem>('POST', '/v1/messages', {
        body: good,
        headers: { 'x-api-key': key },
      });
      expect([answer.status, answer.body.code]).toEqual([401, 'unauthorized']);
    }
  });

  it('ids that are odd, unknown or of another workspace do not exist', async () => {
    for (const id of [
      'nope',
      '..%2f..%2fetc',
      '00000000-0000-4000-8000-000000000000',
      "'; DROP TABLE messages; --",
    ]) {
      const answer = await stack.api<Problem>('GET', `/v1/messages/${encodeURIComponent(id)}`);
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
  });

  it('the same key with the same body answers the same message, with another body 409', async () => {
    const headers = { 'idempotency-key': 'twice' };
    const person = await openWindow(stack, newNumber());
    const body = { ...good, to: { phoneNumber: person.address }, text: 'once only' };
    const [first, second] = await Promise.all([send(stack, body, headers), send(stack, body, headers)]);
    expect(second.body.messageId).toBe(first.body.messageId);
    const other = await send(stack, { ...body, text: 'different' }, headers);
    expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict']);
    await person.sees((inbox) => inbox.some((seen) => seen.text === 'once only'));
    expect((await person.texts()).filter((text) => text === 'once only')).toHaveLength(1);
  });

  it('nothing of all this reached a provider', async () => {
    const { body: calls } = await stack.sandbox<{ address: string }[]>('GET', '/journal?kind=whatsapp');
    expect(calls.filter((call) => call.address === to.phoneNumber)).toEqual([]);
  });
});

describe('webhooks', () => {
  const path = '/webhooks/whatsapp/wa-main';
  const event = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
  const sign = (body: string, secret: string) =>
    `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const post = (body: string, signature?: string) =>
    stack.api('POST', path, {
      body,
      headers: signature === undefined ? {} : { 'x-hub-signature-256': signature },
    });

  it('R1: refuses a missing, empty, malformed or forged signature', async () => {
    for (const signature of [undefined, '', 'sha256=', 'sha256=zz', sign(event, 'guess'), sign(event, '')]) {
      expect((await post(event, signature)).status).toBe(401);
    }
  });

  it('R1: takes a right one, also for a body it cannot read', async () => {
    const secret = stack.dev.secrets['whatsapp']?.['appSecret'] ?? '';
    for (const body of [event, '{"object": "something_else"}', '[1, 2', '{"entry": [{"changes": "odd"}]}']) {
      expect((await post(body, sign(body, secret))).status).toBe(200);
    }
  });

  it('R1: answers the handshake only to the right word', async () => {
    const word = stack.dev.secrets['whatsapp']?.['verifyToken'] ?? '';
    const ask = (token: string) =>
      stack.api<string>('GET', `${path}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=123`);
    const right = await ask(word);
    expect([right.status, String(right.body)]).toEqual([200, '123']);
    for (const token of ['', 'wrong']) expect((await ask(token)).status).toBeGreaterThanOrEqual(401);
  });

  it('refuses 10 MB, and a channel that does not exist', async () => {
    const large = post('x'.repeat(10 * 1024 * 1024), sign('x', 'y'));
    expect([413, 'cut']).toContain(await statusOrCut(large));
    expect((await stack.api('POST', '/webhooks/whatsapp/no-such', { body: event })).status).toBe(404);
  });
});
