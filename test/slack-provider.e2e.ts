import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as official from '@slack/web-api';
import { startStack, statusOrCut, type Stack } from '@skein/testing';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { request } from 'undici';
import { untilStatus } from './support/messages.js';
import { newUser, sha256, slackOf } from './support/slack.js';

// Slack's client is CommonJS and lives in the test workspace.
const { WebClient, LogLevel } = createRequire(import.meta.url)('@slack/web-api') as typeof official;

const quiet = (): void => undefined;
const SILENT: official.Logger = {
  ...{ debug: quiet, info: quiet, warn: quiet, error: quiet, setLevel: quiet, setName: quiet },
  getLevel: () => LogLevel.ERROR,
};

let stack: Stack;
let slack: ReturnType<typeof slackOf>;
beforeAll(async () => {
  stack = await startStack();
  slack = slackOf(stack);
});
afterAll(() => stack.stop());

describe('Slack webhooks', () => {
  const post = async (body: string | Buffer, headers: Record<string, string>) => {
    const url = `${stack.dev.apiUrl}/webhooks/slack/${stack.dev.channels['slack'] ?? ''}`;
    const answer = await request(url, { method: 'POST', body, headers });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  const signed = (body: string | Buffer, age = 0, type = 'application/json'): Record<string, string> => {
    const stamp = String(Math.floor(Date.now() / 1000) - age);
    const digest = createHmac('sha256', slack.keys.signingSecret)
      .update(`v0:${stamp}:`)
      .update(body)
      .digest('hex');
    return { 'content-type': type, 'x-slack-request-timestamp': stamp, 'x-slack-signature': `v0=${digest}` };
  };
  const event = (text: string, ts: string, more: object = {}) =>
    JSON.stringify({
      ...{
        type: 'event_callback',
        team_id: slack.keys.teamId,
        api_app_id: slack.keys.appId,
        event_id: `Ev${ts}`,
      },
      event: { type: 'message', channel: 'C0FORGED', user: 'U0FORGER', ts, text, ...more },
    });
  const stored = (text: string) =>
    stack.sql<{ type: string }>(`SELECT type FROM inbound_events WHERE fact->'content'->>'text' = $1`, [
      text,
    ]);

  it('R1: answers the challenge; wrong, missing, empty, stale, early and moved signatures are 401', async () => {
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'say-it-again', token: 't' });
    expect(await post(challenge, signed(challenge))).toEqual({ status: 200, text: 'say-it-again' });
    expect((await post(challenge, { 'content-type': 'application/json' })).status).toBe(401);
    const check = 'ssl_check=1&token=t';
    expect(await post(check, { 'content-type': 'application/x-www-form-urlencoded' })).toEqual({
      status: 200,
      text: '',
    });
    const body = event('forged', '1795000000.000100');
    const good = signed(body);
    const wrong: [string, Record<string, string>][] = [
      [body, { ...good, 'x-slack-signature': `v0=${'0'.repeat(64)}` }],
      [body, { 'content-type': 'application/json' }],
      [body, { ...good, 'x-slack-signature': '', 'x-slack-request-timestamp': '' }],
      [body, signed(body, 301)],
      [body, signed(body, -330)],
      [`${body} `, good],
      [body.slice(0, -5), good],
    ];
    for (const [index, [text, headers]] of wrong.entries())
      expect([index, (await post(text, headers)).status]).toEqual([index, 401]);
    expect(await stored('forged')).toEqual([]);
  });

  it('R1: a replay is one event; odd bodies, types and ids are taken and do nothing', async () => {
    const body = event('said once', '1795000001.000100');
    for (const headers of [signed(body), signed(body), { ...signed(body), 'x-slack-retry-num': '1' }])
      expect((await post(body, headers)).status).toBe(200);
    const mention = event('said once', '1795000001.000100', { type: 'app_mention' });
    expect((await post(mention, signed(mention))).status).toBe(200);
    expect(await stored('said once')).toHaveLength(1);
    const odd = [
      ...['[]', '"x"', '{"a":', '', '\u00ff\u0000', 'null'],
      event('odd', '1795000002.000100', { channel: '../../etc/passwd' }),
      event('odd', '../../etc/passwd'),
      event('odd', '1795000002.000100', { type: 'a_type_of_tomorrow' }),
    ];
    for (const text of odd) expect((await post(text, signed(text))).status).toBe(200);
    const latin = Buffer.from('{"type":"event_callback","event":"\u00e9"}', 'latin1');
    expect((await post(latin, signed(latin, 0, 'application/json; charset=iso-8859-1'))).status).toBe(200);
    for (const form of ['payload=%7B', 'payload=1&payload=2', 'a=b', 'command=%2Fx&user_id=nobody'])
      expect((await post(form, signed(form, 0, 'application/x-www-form-urlencoded'))).status).toBe(200);
    const foreign = event('foreign', '1795000003.000100').replaceAll(slack.keys.teamId, 'T0ANOTHER');
    expect((await post(foreign, signed(foreign))).status).toBe(200);
    expect([await stored('odd'), await stored('foreign')]).toEqual([[], []]);
    const large = JSON.stringify({ filler: 'x'.repeat(10 * 1024 * 1024) });
    expect([413, 'cut']).toContain(await statusOrCut(post(large, signed(large))));
  });
});

describe('the official client', () => {
  it('B10: @slack/web-api posts, updates, reacts and uploads through the sandbox', async () => {
    const person = slack.placeOf(newUser());
    const client = new WebClient(slack.keys.botToken, {
      slackApiUrl: `${stack.dev.sandboxUrl ?? ''}/slack/api/`,
      ...{ retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logger: SILENT },
    });
    const blocks = [
      { type: 'section' as const, text: { type: 'mrkdwn' as const, text: '*from* the client' } },
    ];
    const posted = await client.chat.postMessage({
      channel: person.address,
      text: 'from the client',
      blocks,
    });
    const [channel, ts] = [posted.channel ?? '', posted.ts ?? ''];
    expect([channel, ts]).toEqual([expect.stringMatching(/^D/), expect.stringMatching(/^\d{10}\.\d{6}$/)]);
    await client.chat.update({ channel, ts, text: 'changed' });
    await client.reactions.add({ channel, timestamp: ts, name: 'tada' });
    await client.files.uploadV2({
      channel_id: channel,
      filename: 'a.txt',
      file: Buffer.from('bytes'),
      initial_comment: 'a file',
    });
    const [first, second] = await person.inbox();
    expect(first).toMatchObject({ text: 'changed', reactions: [{ name: 'tada' }] });
    expect(second).toMatchObject({
      text: 'a file',
      media: { filename: 'a.txt', sha256: sha256(Buffer.from('bytes')) },
    });
    const refused = (call: Promise<unknown>, error: string) =>
      expect(call).rejects.toMatchObject({ data: { error } });
    await refused(client.chat.postMessage({ channel: 'C0STRANGE', text: 'x' }), 'not_in_channel');
    await refused(client.chat.postMessage({ channel, text: '' }), 'no_text');
    await refused(client.chat.update({ channel, ts, text: 'x'.repeat(4001) }), 'msg_too_long');
    const long = [{ type: 'header' as const, text: { type: 'plain_text' as const, text: 'x'.repeat(151) } }];
    await refused(client.chat.postMessage({ channel, text: 'x', blocks: long }), 'invalid_blocks');
  });
});

describe('Slack faults', () => {
  const fault = (body: object) => stack.sandbox('POST', '/faults', { body: { kind: 'slack', ...body } });

  it('B2: after each fault the status is true: never twice, never lost without a word', async () => {
    const lost = [{ fault: 'lost_receipt' }, { fault: 'reset_after_accept' }];
    type Fault = { fault: string; retryAfter?: number; delayMs?: number };
    const cases: [faults: Fault[], status: string, copies: number][] = [
      [[{ fault: 'throttle', retryAfter: 1 }], 'sent', 1],
      [[{ fault: 'error' }], 'sent', 1],
      [[{ fault: 'hang' }], 'unknown', 0],
      [[{ fault: 'hang', delayMs: 500 }], 'sent', 1],
      [[{ fault: 'out_of_order' }], 'sent', 1],
      [[{ fault: 'duplicate_webhook' }], 'sent', 1],
      // Its own event says that it was posted; without that event nobody knows.
      [[{ fault: 'reset_after_accept' }], 'sent', 1],
      [lost, 'unknown', 1],
    ];
    const outcomes = cases.map(async ([faults, status]) => {
      const person = await slack.newPerson();
      for (const each of faults) await fault({ address: person.address, ...each });
      const { body } = await slack.sendTo(person.address, 'exactly once');
      const told = await untilStatus(stack, body.messageId, ['sent', 'failed', status], 50_000);
      const copies = (await person.inbox()).filter(({ text }) => text === 'exactly once').length;
      return [faults, told.status, copies];
    });
    expect(await Promise.all(outcomes)).toEqual(cases);
  });

  it('P9: keeps the order of more messages than a conversation takes at once', async () => {
    const person = await slack.newPerson();
    const texts = Array.from({ length: 8 }, (_, index) => `number ${index}`);
    const messages = texts.map((content) => ({
      ...{ channelId: stack.dev.channels['slack'], conversationId: person.address },
      content,
    }));
    expect((await stack.api('POST', '/v1/messages/batch', { body: { messages } })).status).toBe(202);
    const seen = await person.sees(
      (all) => all.filter(({ text }) => text?.startsWith('number')).length === 8,
      30_000,
    );
    expect(seen.map(({ text }) => text).filter((text) => text?.startsWith('number'))).toEqual(texts);
    const { body: journal } = await stack.sandbox<{ answer: { status: number }; address: string }[]>(
      'GET',
      '/journal?kind=slack&since=0',
    );
    expect(journal.some(({ answer, address }) => answer?.status === 429 && address === person.address)).toBe(
      true,
    );
  });

  it('R7: nothing secret is in what Skein logged', () => {
    expect(stack.output()).not.toContain(slack.keys.botToken);
    expect(stack.output()).not.toContain(slack.keys.signingSecret);
  });
});
