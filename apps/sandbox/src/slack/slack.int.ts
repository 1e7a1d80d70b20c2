import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import type { JsonObject } from '../core/json.js';
import { Rig } from '../testing/rig.js';
import type { Answer } from '../testing/rig.js';
import { until } from '../testing/until.js';
import { signatureOf } from './events.js';

const ADA = 'U0ADA0001';

interface Hook {
  headers: IncomingHttpHeaders;
  raw: string;
  event: JsonObject & { type: string; subtype?: string; channel?: string; ts?: string };
}

interface Told extends JsonObject {
  ok: boolean;
  error?: string;
  errors?: string[];
  channel?: string;
  ts?: string;
}

/** Takes what comes, or answers what it is told to; gives challenges back. */
class App {
  readonly hooks: Hook[] = [];
  answers: [status: number, headers?: Record<string, string>][] = [];
  private readonly server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const isForm = incoming.headers['content-type']?.includes('form') === true;
      const form = Object.fromEntries(new URLSearchParams(raw));
      const body = (
        isForm ? { event: JSON.parse(form['payload'] ?? '{}') as JsonObject, ...form } : JSON.parse(raw)
      ) as JsonObject;
      if (body['type'] === 'url_verification') return void response.end(String(body['challenge']));
      const [status, headers] = this.answers.shift() ?? [200];
      this.hooks.push({ headers: incoming.headers, raw, event: body['event'] as Hook['event'] });
      response.writeHead(status, headers).end();
    });
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  types(): string[] {
    return this.hooks.map(({ event }) =>
      [event.type, event.subtype].filter((word) => word !== undefined).join(':'),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

describe('B10: Slack', () => {
  let rig: Rig;
  let app: App;

  const register = (more: JsonObject = {}): Promise<Answer> =>
    rig.call('POST', '/accounts', {
      ...{
        kind: 'slack',
        channelId: 'slack-1',
        teamId: 'T0TEAM',
        appId: 'A0APP',
        botToken: 'xoxb-1',
        signingSecret: 's-1',
      },
      rooms: [
        { id: 'C0ROOM' },
        { id: 'C0OUT', member: false },
        { id: 'C0OLD', archived: true },
        { id: 'C0NEWS', readOnly: true },
      ],
      webhookUrl: app.url,
      ...more,
    });
  const api = async (method: string, args: JsonObject, token = 'xoxb-1'): Promise<Told> =>
    (await rig.call<Told>('POST', `/slack/api/${method}`, args, token)).body;
  const post = (channel: string, more: JsonObject = { text: 'hi' }): Promise<Told> =>
    api('chat.postMessage', { channel, ...more });
  const untilTold = (names: string[]) => until(() => app.types().join() === names.join() || undefined);

  beforeEach(async () => {
    app = await new App().open();
    rig = await Rig.start();
    await register({ messagesPerSecond: null });
  });
  afterEach(async () => {
    await rig.stop();
    await app.close();
  });

  it('shakes hands, lists the account without secrets, and signs what it sends', async () => {
    const { body } = await rig.call<JsonObject[]>('GET', '/accounts');
    expect(body).toMatchObject([
      { kind: 'slack', botUserId: 'U0APP', botId: 'B0APP', webhook: { verified: true } },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/xoxb-1|s-1"/);
    await rig.write('slack', ADA, { text: 'a < b & https://a.test' });
    const hook = await until(() => app.hooks[0]);
    const stamp = String(hook.headers['x-slack-request-timestamp']);
    expect(hook.headers['x-slack-signature']).toBe(signatureOf('s-1', stamp, hook.raw));
    expect(hook.event).toMatchObject({
      type: 'message',
      channel_type: 'im',
      user: ADA,
      text: 'a &lt; b &amp; <https://a.test>',
    });
    expect(JSON.parse(hook.raw)).toMatchObject({
      team_id: 'T0TEAM',
      authorizations: [{ user_id: 'U0APP', is_bot: true }],
    });
  });

  it('signs like the published example', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    expect(signatureOf('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body)).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });

  it('takes JSON and forms with blocks as JSON text, and the token in either place', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'x' } }];
    expect(await post(ADA, { text: 'x', blocks })).toMatchObject({ ok: true, message: { blocks } });
    const form = new URLSearchParams({
      token: 'xoxb-1',
      channel: ADA,
      text: 'x',
      blocks: JSON.stringify(blocks),
    });
    const answer = await request(`${rig.sandbox.url}/slack/api/chat.postMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    expect(await answer.body.json()).toMatchObject({ ok: true, message: { blocks } });
    expect(JSON.stringify(await rig.journal())).not.toContain('xoxb-1');
    expect(await api('chat.postMessage', {}, 'xoxb-2')).toEqual({ ok: false, error: 'invalid_auth' });
    expect((await rig.call<Told>('POST', '/slack/api/auth.test', {})).body.error).toBe('not_authed');
    expect((await api('chat.sing', {})).error).toBe('unknown_method');
  });

  const text = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) });
  const mrkdwn = (length: number) => ({
    type: 'section',
    text: { type: 'mrkdwn', text: 'x'.repeat(length) },
  });
  const actions = (...elements: object[]) => ({ type: 'actions', elements });
  const button = (more: object = {}) => ({ type: 'button', text: text(5), action_id: 'a', ...more });
  const menu = (count: number, option: object = {}) => ({
    type: 'static_select',
    options: Array.from({ length: count }, (_, index) => ({ text: text(5), value: `${index}`, ...option })),
  });
  it.each<[string, unknown, string | undefined]>([
    ['a section of 3000', [mrkdwn(3000)], undefined],
    ['a section of 3001', [mrkdwn(3001)], 'invalid_blocks'],
    ['an empty section', [mrkdwn(0)], 'invalid_blocks'],
    ['50 blocks', Array.from({ length: 50 }, () => mrkdwn(1)), undefined],
    ['51 blocks', Array.from({ length: 51 }, () => mrkdwn(1)), 'invalid_blocks'],
    ['13,201 characters', Array.from({ length: 5 }, () => mrkdwn(2641)), 'msg_blocks_too_long'],
    [
      '25 buttons',
      [actions(...Array.from({ length: 25 }, (_, n) => button({ action_id: `${n}` })))],
      undefined,
    ],
    [
      '26 buttons',
      [actions(...Array.from({ length: 26 }, (_, n) => button({ action_id: `${n}` })))],
      'invalid_blocks',
    ],
    ['two buttons of one name', [actions(button(), button())], 'invalid_blocks'],
    ['a label of 76', [actions(button({ text: text(76) }))], 'invalid_blocks'],
    ['a label in mrkdwn', [actions(button({ text: { type: 'mrkdwn', text: 'x' } }))], 'invalid_blocks'],
    ['a value of 2000', [actions(button({ value: 'x'.repeat(2000) }))], undefined],
    ['a value of 2001', [actions(button({ value: 'x'.repeat(2001) }))], 'invalid_blocks'],
    ['100 options', [actions(menu(100))], undefined],
    ['101 options', [actions(menu(101))], 'invalid_blocks'],
    ['an option value of 151', [actions(menu(1, { value: 'x'.repeat(151) }))], 'invalid_blocks'],
    ['an option text of 76', [actions(menu(1, { text: text(76) }))], 'invalid_blocks'],
    ['six overflow options', [actions({ ...menu(6), type: 'overflow' })], 'invalid_blocks'],
    ['a header of 151', [{ type: 'header', text: text(151) }], 'invalid_blocks'],
    ['a picture without words', [{ type: 'image', image_url: 'https://a.test/x.png' }], 'invalid_blocks'],
    ['no list', { type: 'section' }, 'invalid_blocks_format'],
    ['an unknown block', [{ type: 'constructor' }], 'invalid_blocks'],
  ])('blocks: %s', async (_name, blocks, error) => {
    expect((await post(ADA, { text: 'x', blocks })).error).toBe(error);
  });

  it('fetches pictures of blocks, and not those beside a section', async () => {
    const image = (name: string) => ({
      type: 'image',
      image_url: `${rig.sandbox.url}/files/${name}`,
      alt_text: 'x',
    });
    expect(await post(ADA, { text: 'x', blocks: [image('small.jpg')] })).toMatchObject({ ok: true });
    expect((await post(ADA, { text: 'x', blocks: [image('none.jpg')] })).errors).toEqual([
      'downloading image failed [json-pointer:/blocks/0/image_url]',
    ]);
    expect(
      await post(ADA, { text: 'x', blocks: [{ ...mrkdwn(1), accessory: image('none.jpg') }] }),
    ).toMatchObject({ ok: true });
  });

  it.each([
    ['C0OUT', 'not_in_channel'],
    ['C0OLD', 'is_archived'],
    ['C0NEWS', 'restricted_action_read_only_channel'],
    ['C0NONE', 'channel_not_found'],
    ['U0NOBODY', 'channel_not_found'],
    ['U0GONE', 'user_disabled'],
    ['U0ROBOT', 'cannot_dm_bot'],
    ['general', 'channel_not_found'],
  ])('%s: %s', async (channel, error) => {
    expect((await post(channel)).error).toBe(error);
  });

  it('changes only own messages, by conversation and stamp', async () => {
    const { channel = '', ts = '' } = await post(ADA);
    expect(channel).toMatch(/^D/);
    expect((await api('chat.update', { channel: ADA, ts, text: 'x' })).error).toBe('channel_not_found');
    expect((await api('chat.update', { channel, ts: '1.1', text: 'x' })).error).toBe('message_not_found');
    expect((await api('chat.update', { channel, ts, text: 'x'.repeat(4001) })).error).toBe('msg_too_long');
    const { body } = await rig.write('slack', ADA, { text: 'mine' });
    expect((await api('chat.update', { channel, ts: body['ts'], text: 'x' })).error).toBe(
      'cant_update_message',
    );
    expect(await api('chat.update', { channel, ts, text: 'new' })).toMatchObject({ ok: true, text: 'new' });
    expect(await rig.inbox('slack', ADA)).toMatchObject([{ id: `${channel}:${ts}`, text: 'new' }]);
  });

  it('keeps reactions by name', async () => {
    const { channel = '', ts: timestamp = '' } = await post(ADA);
    const react = (method: string, name = 'tada') => api(`reactions.${method}`, { channel, timestamp, name });
    expect((await react('remove')).error).toBe('no_reaction');
    expect(await react('add')).toEqual({ ok: true });
    expect((await react('add')).error).toBe('already_reacted');
    expect((await react('add', 'not a name')).error).toBe('invalid_name');
    expect(await react('get')).toMatchObject({
      message: { reactions: [{ name: 'tada', users: ['U0APP'] }] },
    });
    expect(await react('remove')).toEqual({ ok: true });
    expect((await api('reactions.add', { channel: ADA, timestamp, name: 'x' })).error).toBe(
      'channel_not_found',
    );
  });

  it('takes a file in three steps, and does not name the message', async () => {
    const { upload_url: url, file_id: id } = await api('files.getUploadURLExternal', {
      filename: 'a.txt',
      length: 5,
    });
    const upload = (bytes: string) => request(String(url), { method: 'POST', body: bytes });
    expect((await upload('four')).statusCode).toBe(400);
    const complete = (channel_id: string) =>
      api('files.completeUploadExternal', { files: [{ id }], channel_id });
    const { channel = '' } = await post(ADA);
    expect((await complete(channel)).error).toBe('file_not_found');
    expect((await upload('bytes')).statusCode).toBe(200);
    expect((await complete(ADA)).error).toBe('channel_not_found');
    const done = await complete(channel);
    expect(done).toMatchObject({ ok: true, files: [{ id, name: 'a.txt', mimetype: 'text/plain' }] });
    expect(JSON.stringify(done)).not.toMatch(/"ts"/);
    expect((await rig.inbox('slack', ADA)).at(-1)).toMatchObject({ media: { filename: 'a.txt', size: 5 } });
    const file = (done['files'] as { url_private: string }[])[0]?.url_private ?? '';
    expect((await request(file)).statusCode).toBe(302);
    const opened = await request(file, { headers: { authorization: 'Bearer xoxb-1' } });
    expect(await opened.body.text()).toBe('bytes');
  });

  it('one message a second in each conversation after a burst, 429 with Retry-After then', async () => {
    await register({ messagesPerSecond: 1, burst: 2 });
    const pace = await Promise.all([post(ADA), post(ADA), post(ADA), post('C0ROOM')]);
    expect(pace.map(({ error }) => error)).toEqual([undefined, undefined, 'ratelimited', undefined]);
    const answer = await rig.call(
      'POST',
      '/slack/api/chat.postMessage',
      { channel: ADA, text: 'x' },
      'xoxb-1',
    );
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
  });

  it('tells everything that happens, own messages too', async () => {
    await register({ messagesPerSecond: null, metadataEvents: true });
    const metadata = { event_type: 'x', event_payload: { a: 1 } };
    const { channel = '', ts = '' } = await post('C0ROOM', { text: 'hi', metadata });
    await api('chat.update', { channel, ts, text: 'new' });
    await api('reactions.add', { channel, timestamp: ts, name: 'tada' });
    const { body } = await rig.write('slack', 'C0ROOM', { text: 'look', mention: true, user: ADA });
    await rig.write('slack', `C0ROOM:${String(body['ts'])}`, { text: 'reply', user: ADA, broadcast: true });
    await rig.write('slack', 'C0ROOM', { edit: { messageId: body['id'], text: 'seen' }, user: ADA });
    await rig.write('slack', 'C0ROOM', { revoke: { messageId: body['id'] }, user: ADA });
    await rig.write('slack', 'C0ROOM', { membership: 'leave' });
    await rig.write('slack', 'C0ROOM', { uninstall: true });
    await untilTold([
      ...[
        'message',
        'message_metadata_posted',
        'message:message_changed',
        'reaction_added',
        'message',
        'app_mention',
      ],
      ...['message:thread_broadcast', 'message:message_changed', 'message:message_changed', 'channel_left'],
      ...['app_uninstalled', 'tokens_revoked'],
    ]);
    expect(app.hooks[0]?.event).toMatchObject({ bot_id: 'B0APP', app_id: 'A0APP' });
    expect(app.hooks[8]?.event).toMatchObject({ message: { subtype: 'tombstone', user: 'USLACKBOT' } });
    expect((await post('C0ROOM')).error).toBe('account_inactive');
  });

  it('presses what was offered, once, and never repeats it', async () => {
    const elements = [button({ value: 'yes' }), { ...menu(2), action_id: 'm' }];
    const { ts } = await post(ADA, { text: 'Q', blocks: [actions(...elements)] });
    await until(() => app.hooks.length === 1);
    app.answers = [[500]];
    await rig.write('slack', ADA, { press: 'yes' });
    await rig.write('slack', ADA, { press: '1' });
    await untilTold(['message', 'block_actions', 'block_actions']);
    const pressed = app.hooks.slice(1).map(({ event }) => (event['actions'] as JsonObject[])[0]);
    expect(pressed).toMatchObject([
      { type: 'button', value: 'yes', action_id: 'a' },
      { type: 'static_select', selected_option: { value: '1' } },
    ]);
    expect(app.hooks[1]?.event).toMatchObject({ container: { message_ts: ts }, user: { id: ADA } });
    expect((await rig.write('slack', ADA, { press: 'maybe' })).status).toBe(404);
  });

  it('repeats a refused event with its number, and not when asked not to', async () => {
    app.answers = [[500], [500], [200]];
    await rig.write('slack', ADA, { text: 'again' });
    const hooks = await until(() => (app.hooks.length === 3 ? app.hooks : undefined));
    expect(
      hooks.map(({ headers }) => [headers['x-slack-retry-num'], headers['x-slack-retry-reason']]),
    ).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
    ]);
    expect(hooks[1]?.raw).toBe(hooks[0]?.raw);
    app.answers = [[500, { 'x-slack-no-retry': '1' }]];
    await rig.write('slack', ADA, { text: 'never mind' });
    await rig.write('slack', ADA, { text: 'next' });
    const last = await until(() => (app.hooks.length === 5 ? app.hooks : undefined));
    expect(last.slice(3).map(({ event }) => event['text'])).toEqual(['never mind', 'next']);
  });

  it.each([
    ['throttle', { retryAfter: 7 }, 429, 'ratelimited'],
    ['error', {}, 503, 'service_unavailable'],
  ])('fault %s: %j', async (fault, more, status, error) => {
    await rig.fault({ kind: 'slack', fault, ...more });
    const answer = await rig.call<Told>(
      'POST',
      '/slack/api/chat.postMessage',
      { channel: ADA, text: 'x' },
      'xoxb-1',
    );
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(await rig.inbox('slack', ADA)).toEqual([]);
    expect(await post(ADA)).toMatchObject({ ok: true });
  });

  it('faults: a cut line is recorded, a doubled webhook comes twice, a mention the other way round', async () => {
    await rig.fault({ kind: 'slack', fault: 'reset_after_accept' });
    await expect(post(ADA, { text: 'ghost' })).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await rig.inbox('slack', ADA)).map(({ text: said }) => said)).toEqual(['ghost']);
    await until(() => app.hooks.length === 1);
    await rig.fault({ kind: 'slack', fault: 'duplicate_webhook' });
    await rig.write('slack', ADA, { text: 'twice' });
    await until(() => app.hooks.length === 3);
    expect(app.hooks[2]).toMatchObject({ raw: app.hooks[1]?.raw, headers: { 'x-slack-retry-num': '1' } });
    await rig.fault({ kind: 'slack', fault: 'out_of_order' });
    await rig.write('slack', 'C0ROOM', { text: 'x', mention: true });
    await untilTold(['message', 'message', 'message', 'app_mention', 'message']);
    expect((await rig.fault({ kind: 'slack', fault: 'window_closed' })).status).toBe(400);
  });

  it('remembers what was said over a snapshot, and shows it as a chat', async () => {
    await post(ADA);
    await rig.write('slack', ADA, { text: 'hello', profile: { name: 'Ada' } });
    expect((await rig.call<unknown[]>('GET', '/people')).body).toMatchObject([
      { kind: 'slack', address: ADA, name: 'Ada', unread: 1 },
    ]);
    expect((await rig.read('slack', ADA)).body).toEqual({ read: 1 });
    expect((await rig.call<string>('GET', `/?kind=slack&address=${ADA}`)).body).toContain('hello');
    await rig.call('POST', '/reset');
    expect(await rig.inbox('slack', ADA)).toEqual([]);
    expect((await rig.call('POST', '/people/slack/nonsense/messages', { text: 'x' })).status).toBe(400);
    expect(await post('C0ROOM')).toMatchObject({ ok: true });
  });
});
