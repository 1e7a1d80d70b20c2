import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, statusOrCut, type Stack } from '@skein/testing';
import { request } from 'undici';
import { send, untilStatus } from './support/messages.js';
import { personOf, type Person } from './support/people.js';

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

let last = 5000;
const newChat = (): string => `a:1tewuGJ44RkB90tiJNQ_I4q8vyuN5CYA_f-v6f0V-${(last += 1)}`;

/** A person who has written and was greeted. */
async function newPerson(): Promise<Person> {
  const person = personOf(stack, 'teams', newChat());
  await person.writes('hello');
  await person.sees((seen) => seen.length === 1);
  return person;
}

const sendTo = (address: string, content: unknown, prefer = 'wait=10') =>
  send(stack, { channelId: stack.dev.channels['teams'], conversationId: address, content }, { prefer });
const fault = (name: string, more: object) =>
  stack.sandbox('POST', '/faults', { body: { kind: 'teams', fault: name, ...more } });
const copies = async (person: Person, text: string): Promise<number> =>
  (await person.texts()).filter((each) => each === text).length;

describe('Teams faults', () => {
  it('B2: after a limit or an error it is delivered once; a silence and a cut line stay unknown and are never repeated', async () => {
    const faults: [string, object, string, number][] = [
      ['throttle', { retryAfter: 1 }, 'sent', 1],
      ['throttle', {}, 'sent', 1],
      ['error', {}, 'sent', 1],
      ['hang', {}, 'unknown', 0],
      ['reset_after_accept', {}, 'unknown', 1],
    ];
    const outcomes = faults.map(async ([name, more, status]) => {
      const person = await newPerson();
      await fault(name, { address: person.address, ...more });
      const { body } = await sendTo(person.address, 'at most once', 'wait=1');
      await untilStatus(stack, body.messageId, [status], 90_000);
      await person.writes('hours');
      await person.sees((all) => all.some(({ text }) => text?.includes('Monday')));
      return copies(person, 'at most once');
    });
    expect(await Promise.all(outcomes)).toEqual(faults.map(([, , , seen]) => seen));
  });

  it('B2: what the platform refuses is told with its own code; who blocked the bot and writes again is answered', async () => {
    const codes = {
      blocked: 'MessageWritesBlocked',
      removed: 'BotNotInConversationRoster',
      disabled: 'BotDisabledByAdmin',
    };
    for (const [standing, code] of Object.entries(codes)) {
      const person = await newPerson();
      await person.writes({ standing });
      const { body } = await sendTo(person.address, 'refused');
      expect([body.status, body.code]).toEqual([502, 'provider_rejected']);
      await untilStatus(stack, body.messageId, ['failed']);
      const timeline = await stack.api('GET', `/v1/messages/${body.messageId}/timeline`);
      expect(JSON.stringify(timeline.body)).toContain(code);
      await person.writes({ standing: 'installed' });
      await person.writes('hours');
      await person.sees((seen) => seen.some(({ text }) => text?.includes('Monday')));
      expect(await person.texts()).not.toContain('refused');
    }
  });

  it('keeps the order of more messages than a conversation takes in a second', async () => {
    const person = await newPerson();
    const texts = Array.from({ length: 12 }, (_, index) => `number ${index}`);
    const channelId = stack.dev.channels['teams'];
    const messages = texts.map((content) => ({ channelId, conversationId: person.address, content }));
    expect((await stack.api('POST', '/v1/messages/batch', { body: { messages } })).status).toBe(202);
    await person.sees((seen) => seen.filter(({ text }) => text?.startsWith('number')).length === 12, 40_000);
    expect((await person.texts()).filter((text) => text.startsWith('number'))).toEqual(texts);
  });

  it('R2: an activity told twice is one message, one told late is not lost; a lost receipt harms nobody', async () => {
    const person = await newPerson();
    const { address } = person;
    await fault('duplicate_webhook', { address });
    await person.writes('said once');
    await fault('out_of_order', { address });
    await person.writes('said first');
    await person.writes('said second');
    const texts = async () =>
      (
        await stack.sql<{ text: string }>(
          `SELECT fact->'content'->>'text' AS text FROM inbound_events WHERE fact->>'address' = $1 AND type = 'message'`,
          [address],
        )
      ).map(({ text }) => text);
    await eventually(async () =>
      expect((await texts()).sort()).toEqual(['hello', 'said first', 'said once', 'said second']),
    );
    await fault('lost_receipt', { address });
    const { body } = await sendTo(address, 'read without a word');
    await stack.sandbox('POST', `/people/teams/${address}/read`, { body: {} });
    await untilStatus(stack, body.messageId, ['sent']);
    const next = await sendTo(address, 'read and told');
    await stack.sandbox('POST', `/people/teams/${address}/read`, { body: {} });
    for (const { messageId } of [body, next.body]) await untilStatus(stack, messageId, ['read']);
  });

  it('a token that the platform no longer takes is replaced, and the message goes out', async () => {
    const person = await newPerson();
    const { appId, appSecret, tenantId } = stack.dev.secrets['teams'] ?? {};
    const webhookUrl = `${stack.dev.apiUrl}/webhooks/teams/teams-main`;
    const body = { kind: 'teams', channelId: 'teams-main', appId, appSecret, tenantId, webhookUrl };
    // Registering again ends every token.
    expect((await stack.sandbox('POST', '/accounts', { body })).status).toBeLessThan(300);
    const answers = await Promise.all(['one', 'two'].map((text) => sendTo(person.address, text)));
    expect(answers.map((answer) => answer.body.delivered)).toEqual([true, true]);
  });
});

describe('Teams webhooks', () => {
  const secrets = () => stack.dev.secrets['teams'] ?? {};
  const serviceUrl = () => `${stack.dev.sandboxUrl ?? ''}/teams/amer/`;

  async function tokenOf(claims: object = {}): Promise<string> {
    const asked = { audience: secrets()['appId'], serviceUrl: serviceUrl(), ...claims };
    const answer = await request(secrets()['tokensUrl'] ?? '', {
      method: 'POST',
      body: JSON.stringify(asked),
    });
    return ((await answer.body.json()) as { token: string }).token;
  }

  const activity = (more: object = {}) =>
    JSON.stringify({
      type: 'message',
      id: '1485983408511',
      timestamp: '2017-02-01T21:10:07.437Z',
      serviceUrl: serviceUrl(),
      channelId: 'msteams',
      from: { id: '29:forger', name: 'Forger' },
      conversation: { conversationType: 'personal', id: newChat() },
      recipient: { id: `28:${secrets()['appId'] ?? ''}` },
      text: 'forged-words',
      ...more,
    });

  const post = async (body: string | Buffer, token: string | undefined, type = 'application/json') => {
    const headers = { 'content-type': type, ...(token === undefined ? {} : { authorization: token }) };
    const url = `${stack.dev.apiUrl}/webhooks/teams/teams-main`;
    const answer = await request(url, { method: 'POST', body, headers });
    return { status: answer.statusCode, text: await answer.body.text() };
  };

  it('R1: wrong, missing, empty, stale, unendorsed and moved tokens are 401, and leave nothing', async () => {
    const good = `Bearer ${await tokenOf()}`;
    const wrong: [string, string | undefined][] = [
      [activity(), undefined],
      [activity(), ''],
      [activity(), 'Bearer '],
      [activity(), 'Basic abc'],
      [activity(), good.slice(0, -10)],
      [activity(), `${good}, ${good}`],
      [activity(), `Bearer ${await tokenOf({ lifeSeconds: -3600 })}`],
      [activity(), `Bearer ${await tokenOf({ unendorsed: true })}`],
      [activity(), `Bearer ${await tokenOf({ audience: 'another-app' })}`],
      [activity(), `Bearer ${await tokenOf({ issuer: 'https://evil.test' })}`],
      [activity(), `Bearer ${await tokenOf({ serviceUrl: 'https://evil.test/' })}`],
      [activity({ serviceUrl: 'https://evil.test/' }), good],
      [activity({ channelId: 'webchat' }), good],
      [activity().slice(0, -5), good],
      ['', good],
    ];
    for (const [index, [body, token]] of wrong.entries())
      expect([index, (await post(body, token)).status]).toEqual([index, 401]);
    expect(await stack.sql(`SELECT 1 FROM inbound_events WHERE fact::text LIKE '%forged-words%'`)).toEqual(
      [],
    );
    expect(await stack.sql(`SELECT 1 FROM inbound_events WHERE fact::text LIKE '%evil.test%'`)).toEqual([]);
  });

  it('R1: a replayed activity is one; odd ones are taken, do nothing, and lead nowhere', async () => {
    const good = `Bearer ${await tokenOf()}`;
    const body = activity({ text: 'said twice' });
    for (const bearer of [good, good, `Bearer ${await tokenOf()}`])
      expect((await post(body, bearer)).status).toBe(200);
    const rows = await stack.sql(
      `SELECT 1 FROM inbound_events WHERE fact->'content'->>'text' = 'said twice'`,
    );
    expect(rows).toHaveLength(1);
    const odd = [
      activity({ type: 'brandNew', text: 'odd-one' }),
      activity({ type: ['message'], text: 'odd-one' }),
      activity({ conversation: { id: '../../etc/passwd' }, text: 'odd-one' }),
      activity({ conversation: 'none', text: 'odd-one' }),
      activity({ id: { deep: 'odd-one' }, text: 'odd-one' }),
      activity({ text: { '\u0000': 'odd-one' } }),
    ];
    for (const text of odd) expect((await post(text, good)).status).toBe(200);
    const latin = Buffer.from(activity({ text: 'odd-one caf\u00e9' }), 'latin1');
    expect((await post(latin, good, 'application/json; charset=iso-8859-1')).status).toBe(200);
    expect(
      await stack.sql(`SELECT 1 FROM inbound_events WHERE type = 'message' AND fact::text LIKE '%passwd%'`),
    ).toEqual([]);
    const large = activity({ filler: 'x'.repeat(10 * 1024 * 1024) });
    expect([413, 'cut']).toContain(await statusOrCut(post(large, good)));
  });
});

/** There is no maintained official client of the plain Bot Connector: the documented requests, as they are written there. */
describe('the documented requests', () => {
  const call = async (
    method: 'POST' | 'PUT',
    path: string,
    body: string,
    headers: Record<string, string>,
  ) => {
    const answer = await request(`${stack.dev.sandboxUrl ?? ''}/teams${path}`, { method, body, headers });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };

  it('B10: log in, send, update and say what is wrong, as the platform’s pages show it', async () => {
    const person = await newPerson();
    const { appId = '', appSecret = '', tenantId = '' } = stack.dev.secrets['teams'] ?? {};
    // Authentication with the Bot Connector API, step 1 and 2.
    const form = `grant_type=client_credentials&client_id=${appId}&client_secret=${encodeURIComponent(appSecret)}&scope=https%3A%2F%2Fapi.botframework.com%2F.default`;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const login = await call('POST', `/login/${tenantId}/oauth2/v2.0/token`, form, type);
    expect(login.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600 });
    const authorization = `Bearer ${String(login.body['access_token'])}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const path = `/amer/v3/conversations/${person.address}/activities`;
    // Messages in bot conversations, send a message.
    const message = {
      type: 'message',
      from: { id: `28:${appId}`, name: 'Teams TestBot' },
      conversation: { id: person.address, name: 'Convo1' },
      recipient: { id: '29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB25A', name: 'Megan Bowen' },
      text: "My bot's reply",
      replyToId: '1632474074231',
    };
    const sent = await call('POST', path, JSON.stringify(message), headers);
    expect([sent.status, sent.body]).toEqual([201, { id: expect.stringMatching(/^\d{13}$/) as unknown }]);
    // Send proactive messages, update message.
    const id = String(sent.body['id']);
    const update = { type: 'message', text: 'This message has been updated' };
    const updated = await call('PUT', `${path}/${id}`, JSON.stringify(update), headers);
    expect([updated.status, updated.body]).toEqual([200, { id }]);
    expect((await person.texts()).at(-1)).toBe('This message has been updated');
    // Text beside an attachment is split, and no id comes back.
    const attachments = [{ contentType: 'image/png', contentUrl: 'https://example.com/a.png' }];
    const split = await call('POST', path, JSON.stringify({ ...update, attachments }), headers);
    expect([split.status, split.body]).toEqual([201, {}]);
    const big = await call('POST', path, JSON.stringify({ ...update, text: 'x'.repeat(52_000) }), headers);
    expect([big.status, big.body]).toMatchObject([413, { error: { code: 'MessageSizeTooBig' } }]);
    await person.writes({ standing: 'blocked' });
    const blocked = await call('POST', path, JSON.stringify(update), headers);
    expect([blocked.status, blocked.body['errorCode']]).toEqual([403, 209]);
    expect(JSON.parse(String(blocked.body['message']))).toMatchObject({ subCode: 'MessageWritesBlocked' });
    expect(
      (await call('POST', path, JSON.stringify(update), { ...headers, authorization: 'Bearer x' })).status,
    ).toBe(401);
  });
});
