import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GuardedClient, type ChannelAccount, type OutboundCall, type SendIo } from '@skein/channel-kit';
import type { InboundMedia, Part } from '@skein/contracts';
import { SlackConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send } from './send.js';

interface Made {
  path: string;
  token: string | undefined;
  fields: Record<string, string>;
  bytes: number;
}

type Answer = { status?: number; headers?: Record<string, string>; body?: object | string } | 'reset';

/** A provider that answers each path as the test says, and notes what it was asked. */
class Provider {
  readonly made: Made[] = [];
  answers: Record<string, Answer> = {};
  http = new GuardedClient();
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const path = (request.url ?? '').split('?')[0] ?? '';
      const fields = Object.fromEntries(new URLSearchParams(body.toString()));
      this.made.push({ path, token: request.headers.authorization, fields, bytes: body.length });
      const answer = this.answers[path] ?? { status: 404, body: 'no such page' };
      if (answer === 'reset') return void request.socket.resetAndDestroy();
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
      response.writeHead(answer.status ?? 200, answer.headers ?? {}).end(text);
    });
  });

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.http = new GuardedClient([new URL(this.url).host]);
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get paths(): string[] {
    return this.made.map(({ path }) => path.replace('/api/', ''));
  }

  async close(): Promise<void> {
    await this.http.close();
    this.server.closeAllConnections();
    this.server.close();
  }
}

let slack: Provider;
beforeEach(async () => void (slack = await new Provider().open()));
afterEach(() => slack.close());

const PERSON = 'U444DDD';
const TS = '1795000000.000100';
const ok = (body: object = {}): Answer => ({ body: { ok: true, ...body } });
const failed = (error: string, more: object = {}): Answer => ({ body: { ok: false, error, ...more } });

function account(): ChannelAccount<SlackConfig> {
  const baseUrl = `${slack.url}/api`;
  const secrets = { botToken: 'xoxb-1', signingSecret: 's' };
  const config = Object.assign(new SlackConfig(), { baseUrl, teamId: 'T1AA', appId: 'A1AA', ...secrets });
  const row = {
    id: 'c',
    workspaceId: 'w',
    kind: 'slack',
    account: 'T1AA:A1AA',
    agentId: 'a',
    name: '',
  } as const;
  return { ...row, status: 'active', settings: {}, config };
}

function sent(part: Part, route: Record<string, string> = {}, address = PERSON) {
  const ids = { callId: '7', callRef: '7:1', messageId: 'm', conversationId: 'c' };
  const call: OutboundCall = { ...ids, address, part, route, purpose: 'message' };
  const io: SendIo = {
    ...{ webhookUrl: '', signal: AbortSignal.timeout(5_000), http: slack.http },
    publicUrl: (source) => ('url' in source ? source.url : ''),
    bytes: () => Promise.resolve({ bytes: Buffer.from('bytes'), mimeType: 'text/plain', filename: 'a.txt' }),
  };
  return send(call, account(), io);
}

const text: Part = { type: 'text', text: 'Hi' };
const file: Part = { type: 'media', media: 'file', source: { mediaId: 'x' }, caption: 'c' };

describe('a message', () => {
  it('P2: is known by conversation and stamp, and tells the conversation with a person', async () => {
    slack.answers = { '/api/chat.postMessage': ok({ channel: 'D666FFF', ts: TS }) };
    expect(await sent(text)).toEqual({
      kind: 'receipt',
      providerId: `D666FFF:${TS}`,
      route: { dm: 'D666FFF' },
    });
    expect(slack.made).toMatchObject([{ token: 'Bearer xoxb-1', fields: { channel: PERSON, text: 'Hi' } }]);
    expect(JSON.parse(slack.made[0]?.fields['metadata'] ?? '')).toMatchObject({
      event_payload: { call_ref: '7:1' },
    });
  });

  it.each<[string, Answer, object]>([
    ['a cut line', 'reset', { kind: 'indeterminate' }],
    ['a page', { body: '<html>' }, { kind: 'indeterminate' }],
    ['an error of the front', { status: 502, body: '<html>' }, { kind: 'indeterminate' }],
    ['internal_error', failed('internal_error'), { kind: 'indeterminate' }],
    [
      'ratelimited',
      { status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } },
      { kind: 'throttled', scope: 'lane', retryAfterMs: 30_000, providerCode: 'ratelimited' },
    ],
    ['token_revoked', failed('token_revoked'), { kind: 'misconfigured' }],
    ['no stamp', ok(), { kind: 'receipt', providerId: null }],
  ])('B2: %s', async (_name, answer, expected) => {
    slack.answers = { '/api/chat.postMessage': answer };
    const outcome = await sent(text);
    expect(outcome).toMatchObject(expected);
    expect(JSON.stringify(outcome)).not.toContain('xoxb-1');
  });
});

describe('a file', () => {
  const upload = (): Record<string, Answer> => ({
    '/api/conversations.open': ok({ channel: { id: 'D666FFF' } }),
    '/api/files.getUploadURLExternal': ok({ upload_url: `${slack.url}/upload`, file_id: 'F1AA' }),
    '/upload': { body: 'OK - 5' },
    '/api/files.completeUploadExternal': ok({ files: [{ id: 'F1AA' }] }),
  });

  it('T4: is uploaded and then shown; the token does not go to the address of the upload', async () => {
    slack.answers = upload();
    expect(await sent(file)).toEqual({
      kind: 'receipt',
      providerId: null,
      note: 'file F1AA',
      route: { dm: 'D666FFF' },
    });
    const last = 'files.completeUploadExternal';
    expect(slack.paths).toEqual(['conversations.open', 'files.getUploadURLExternal', '/upload', last]);
    expect(slack.made[1]?.fields).toEqual({ filename: 'a.txt', length: '5' });
    expect(slack.made[2]).toMatchObject({ token: undefined, bytes: 5 });
    expect(slack.made[3]?.fields).toEqual({
      ...{ files: '[{"id":"F1AA","title":"a.txt"}]', channel_id: 'D666FFF', initial_comment: 'c' },
    });
  });

  it('goes straight to a conversation that is known, and into a thread', async () => {
    slack.answers = upload();
    await sent(file, { dm: 'D666FFF' });
    await sent(file, {}, `C333CCC:${TS}`);
    expect(slack.paths).not.toContain('conversations.open');
    expect(slack.made.at(-1)?.fields).toMatchObject({ channel_id: 'C333CCC', thread_ts: TS });
  });

  it.each([
    ['/api/conversations.open', 'unavailable'],
    ['/api/files.getUploadURLExternal', 'unavailable'],
    ['/upload', 'unavailable'],
    ['/api/files.completeUploadExternal', 'indeterminate'],
  ])('B2: a line cut at %s is %s: only the last step is seen by anybody', async (path, kind) => {
    slack.answers = { ...upload(), [path]: 'reset' };
    expect(await sent(file)).toMatchObject({ kind });
  });

  it('a picture that Slack cannot fetch is uploaded instead', async () => {
    const errors = ['downloading image failed [json-pointer:/blocks/0/image_url]'];
    slack.answers = { ...upload(), '/api/chat.postMessage': failed('invalid_blocks', { errors }) };
    const image: Part = { type: 'media', media: 'image', source: { url: 'https://a.test/x.png' } };
    expect(await sent(image)).toMatchObject({ kind: 'receipt', note: 'file F1AA' });
    slack.answers = { ...upload(), '/api/chat.postMessage': failed('invalid_blocks') };
    expect(await sent(image)).toMatchObject({ kind: 'rejected', providerCode: 'invalid_blocks' });
  });
});

describe('reactions and edits', () => {
  const own = `D666FFF:${TS}`;
  const react = (emoji: string) => sent({ type: 'reaction', providerMessageId: own, emoji });

  it('P18: what is there already is done; a cut line may be repeated', async () => {
    for (const answer of [ok(), failed('already_reacted')]) {
      slack.answers = { '/api/reactions.add': answer };
      expect(await react('👍')).toMatchObject({ kind: 'receipt', providerId: null });
    }
    expect(slack.made[0]?.fields).toEqual({ channel: 'D666FFF', timestamp: TS, name: '+1' });
    slack.answers = { '/api/reactions.add': 'reset' };
    expect(await react('👍')).toMatchObject({ kind: 'unavailable' });
    slack.answers = { '/api/reactions.add': failed('message_not_found') };
    expect(await react('👍')).toMatchObject({ kind: 'rejected', providerCode: 'message_not_found' });
  });

  it('P18: taking back removes our own, and only those', async () => {
    const reactions = [
      { name: 'tada', users: ['U9', 'U0OWNBOT'] },
      { name: 'eyes', users: ['U9'] },
      { name: 'heart', users: ['U0OWNBOT'] },
    ];
    slack.answers = {
      '/api/auth.test': ok({ user_id: 'U0OWNBOT' }),
      '/api/reactions.get': ok({ message: { reactions } }),
      '/api/reactions.remove': failed('no_reaction'),
    };
    expect(await react('')).toMatchObject({ kind: 'receipt' });
    expect(slack.made.slice(2).map(({ fields }) => fields['name'])).toEqual(['tada', 'heart']);
  });

  it('an edit keeps the id of its message', async () => {
    slack.answers = { '/api/chat.update': ok({ channel: 'D666FFF', ts: TS }) };
    const edit: Part = { type: 'edit', providerMessageId: own, text: 'new' };
    expect(await sent(edit)).toEqual({ kind: 'receipt', providerId: null, note: 'edited' });
    slack.answers = { '/api/chat.update': failed('edit_window_closed') };
    expect(await sent(edit)).toMatchObject({ kind: 'rejected', reason: 'policy' });
  });
});

describe('a file that came in', () => {
  const fetched = (media: Partial<InboundMedia>) =>
    fetchMedia({ media: 'image', ...media }, account(), {
      signal: AbortSignal.timeout(5_000),
      http: slack.http,
    });

  it('R5: is read with the token', async () => {
    slack.answers = { '/files/a': { body: 'bytes', headers: { 'content-type': 'image/png' } } };
    const got = await fetched({ providerRef: `${slack.url}/files/a`, filename: 'a.png' });
    expect(got).toEqual({ bytes: Buffer.from('bytes'), mimeType: 'image/png', filename: 'a.png' });
    expect(slack.made[0]?.token).toBe('Bearer xoxb-1');
  });

  it('R5: of another company is looked up first', async () => {
    slack.answers = {
      '/api/files.info': ok({ file: { url_private: `${slack.url}/files/a` } }),
      '/files/a': { body: 'bytes' },
    };
    expect(await fetched({ providerRef: 'F1AA' })).toMatchObject({ bytes: Buffer.from('bytes') });
    slack.answers = { '/api/files.info': failed('file_not_found') };
    expect(await fetched({ providerRef: 'F1AA' })).toMatchObject({
      kind: 'rejected',
      reason: 'media_unreachable',
    });
  });

  it.each([
    'https://evil.test/a',
    'http://localhost:1/a',
    'https://files.slack.com.evil.test/a',
    'file:///etc/passwd',
    'x',
    '',
  ])('the token is not sent to %j', async (providerRef) => {
    expect(await fetched({ providerRef })).toMatchObject({ kind: 'rejected', reason: 'media_unreachable' });
    expect(slack.made).toEqual([]);
  });

  it('R5: a page to sign in is no file; nor is one that is too large', async () => {
    slack.answers = {
      '/files/a': { body: '<html>', headers: { 'content-type': 'text/html; charset=utf-8' } },
    };
    const providerRef = `${slack.url}/files/a`;
    const page = await fetched({ providerRef, mimeType: 'image/png' });
    expect(page).toMatchObject({ kind: 'rejected', detail: expect.stringContaining('files:read') });
    slack.answers = { '/files/a': { status: 302, headers: { location: '/signin' } } };
    expect(await fetched({ providerRef })).toMatchObject({ kind: 'rejected', reason: 'media_unreachable' });
    expect(await fetched({ providerRef, sizeBytes: 11 * 1024 * 1024 })).toMatchObject({
      reason: 'media_too_large',
    });
    slack.answers = { '/files/a': { body: 'x'.repeat(10 * 1024 * 1024 + 1) } };
    expect(await fetched({ providerRef })).toMatchObject({ reason: 'media_too_large' });
  });
});
