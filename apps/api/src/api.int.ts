import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messageIdFor, type Outcome } from '@skein/contracts';
import { connectNats, MediaStore, type NatsLink } from '@skein/messaging';
import { decodeWebhook, mediaUrl, WEBHOOK_HEADER, type WebhookCall } from '@skein/channel-kit';
import { createLogger } from '@skein/runtime';
import { eventually, httpClient, startInfra, statusOrCut, type HttpClient, type Infra } from '@skein/testing';
import type { Problem } from './http/problem.js';
import { start, type RunningApi } from './service.js';

const KEY = 'key-of-the-workspace';
const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = 'key-of-another-workspace';
const PHONE = '+5215512345678';
const ONE = { channel: 'whatsapp', to: { phoneNumber: PHONE }, text: 'hi' };
const TWO = { channelId: 'wa', conversationId: PHONE, content: 'hi' };

let infra: Infra;
let api: RunningApi;
let http: HttpClient;
const other = randomUUID();

async function seedWorkspace(id: string, key: string, channel: string): Promise<void> {
  const { sql } = infra;
  await sql('INSERT INTO workspaces (id, name) VALUES ($1, $1)', [id]);
  await sql(`INSERT INTO agents (workspace_id, id, name) VALUES ($1, 'agent', 'Agent')`, [id]);
  const hash = createHash('sha256').update(key).digest();
  await sql(`INSERT INTO api_keys (id, workspace_id, name, hash) VALUES ($1, $2, 'test', $3)`, [
    randomUUID(),
    id,
    hash,
  ]);
  await sql(
    `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name) VALUES ($1, $2, 'whatsapp', $1, 'agent', 'WhatsApp')`,
    [channel, id],
  );
}

async function decide(messageId: string, status: string, reason: string | null = null): Promise<void> {
  await eventually(async () => {
    const rows = await infra.sql(`UPDATE messages SET status = $2, reason = $3 WHERE id = $1 RETURNING id`, [
      messageId,
      status,
      reason,
    ]);
    return rows.length === 1;
  });
}

beforeAll(async () => {
  infra = await startInfra();
  await seedWorkspace(infra.workspaceId, KEY, 'wa');
  await seedWorkspace(other, OTHER_KEY, 'wa-other');
  api = await start({
    SKEIN_API_PORT: '0',
    NATS_URL: infra.natsUrl,
    DATABASE_URL: infra.databaseUrl,
    SKEIN_LOG_LEVEL: 'fatal',
    SKEIN_SECRET_KEY: SECRET_KEY,
  });
  http = httpClient(api.url.replace('0.0.0.0', '127.0.0.1'), { 'x-api-key': KEY });
});

afterAll(async () => {
  await http?.close();
  await api?.stop();
  await infra?.stop();
});

type Answer = Outcome & Omit<Problem, 'status'>;

const post = <T = Answer>(path: string, body: unknown, headers: Record<string, string> = {}) =>
  http.call<T>('POST', path, { body, headers });

describe('accepting', () => {
  it('B2: a GET right after the 202 finds the message, with no router running', async () => {
    const sent = await post('/v1/messages', ONE);
    expect(sent).toMatchObject({
      status: 202,
      body: { status: 'accepted', delivered: false, queued: false },
    });
    expect(sent.headers['location']).toBe(`/v1/messages/${sent.body.messageId}`);
    const read = await http.call('GET', `/v1/messages/${sent.body.messageId}`);
    expect(read).toMatchObject({
      status: 200,
      body: { id: sent.body.messageId, status: 'accepted', text: 'hi', campaignId: 'api', origin: 'api' },
    });
    const timeline = await http.call('GET', `/v1/messages/${sent.body.messageId}/timeline`);
    expect(timeline.body).toMatchObject({ items: [{ step: 'accepted', text: 'Accepted and stored.' }] });
  });

  it('rings the router with the ids of many concurrent requests', async () => {
    const before = await bellIds();
    const answers = await Promise.all(Array.from({ length: 100 }, () => post('/v1/messages', ONE)));
    const ids = answers.map((answer) => answer.body.messageId);
    expect(new Set(ids).size).toBe(100);
    await eventually(async () =>
      expect((await bellIds()).filter((id) => !before.includes(id))).toEqual(expect.arrayContaining(ids)),
    );
  });

  it('gives the same message for the same key and body, and 409 for another body', async () => {
    const key = { 'idempotency-key': 'order-1' };
    const first = await post('/v1/messages', ONE, key);
    expect(first.body.messageId).toBe(messageIdFor(infra.workspaceId, 'order-1'));
    const again = await post('/v1/messages', ONE, { 'x-idempotency-key': 'order-1' });
    expect(again).toMatchObject({ status: 202, body: { messageId: first.body.messageId } });
    const conflict = await post('/v1/messages', { ...ONE, text: 'other' }, key);
    expect(conflict).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    await decide(first.body.messageId, 'failed', 'window_closed');
    expect(await post('/v1/messages', ONE, key)).toMatchObject({
      status: 202,
      body: { status: 'failed', reason: 'window_closed' },
    });
    const waiting = await post('/v1/messages', ONE, { ...key, prefer: 'wait=1' });
    expect(waiting).toMatchObject({
      status: 409,
      body: { code: 'window_closed', messageId: first.body.messageId },
    });
  });

  it('takes a batch: right items are accepted, wrong ones are told at their place', async () => {
    const messages = [ONE, { ...ONE, to: {} }, { ...ONE, channelId: 'nope', channel: undefined }, ONE];
    const sent = await post<{ results: (Outcome & { error: Problem })[] }>(
      '/v1/messages/batch',
      { messages },
      { 'idempotency-key': 'b' },
    );
    expect(sent.status).toBe(202);
    expect(sent.body.results).toMatchObject([
      { index: 0, messageId: messageIdFor(infra.workspaceId, 'b:0') },
      { index: 1, error: { code: 'invalid_request', errors: [{ field: 'to' }] } },
      { index: 2, error: { code: 'unknown_channel' } },
      { index: 3, messageId: messageIdFor(infra.workspaceId, 'b:3') },
    ]);
    const tooMany = await post('/v1/messages/batch', { messages: Array.from({ length: 1001 }, () => ONE) });
    expect(tooMany).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('waiting', () => {
  it('B2: answers 200 with the outcome as soon as it is decisive', async () => {
    const id = messageIdFor(infra.workspaceId, 'w1');
    const answer = post('/v1/messages', ONE, { 'idempotency-key': 'w1', prefer: 'wait=20' });
    await decide(id, 'held');
    expect(await answer).toMatchObject({
      status: 200,
      body: { status: 'held', queued: true },
      headers: { 'preference-applied': 'wait=20' },
    });
  });

  it('answers the live status without a look at the clock', async () => {
    const id = messageIdFor(infra.workspaceId, 'w2');
    const nats = await openLink();
    const started = Date.now();
    const answer = post('/v1/messages', ONE, { 'idempotency-key': 'w2', prefer: 'wait=30' });
    // The last look before the deadline is at 1 s; what is decided after it is heard live.
    await eventually(() => Date.now() - started > 1300);
    await decide(id, 'sent');
    nats.publishCore(`skein.status.${infra.workspaceId}.${id}`, { status: 'sent' });
    expect(await answer).toMatchObject({ status: 200, body: { status: 'sent', delivered: true } });
    expect(Date.now() - started).toBeLessThan(10_000);
    await nats.close();
  });

  it('form 2 waits without being asked, and a wait that runs out answers 202', async () => {
    const refused = post('/v1/messages', TWO, { 'idempotency-key': 'w3' });
    await decide(messageIdFor(infra.workspaceId, 'w3'), 'failed', 'no_conversation');
    expect(await refused).toMatchObject({
      status: 404,
      body: { code: 'no_conversation', next: expect.any(Array) as unknown },
    });
    expect(await post('/v1/messages', TWO, { prefer: 'wait=0' })).toMatchObject({
      status: 202,
      body: { status: 'accepted' },
    });
    expect(await post('/v1/messages', ONE, { prefer: 'wait=1' })).toMatchObject({
      status: 202,
      body: { status: 'accepted' },
    });
  });
});

describe('bad input', () => {
  const send = '/v1/messages';
  const template = { name: 'a', type: 'image' };
  // prettier-ignore
  it.each<[string, string, unknown, number, string]>([
    ['malformed JSON', send, '{"to":', 400, 'invalid_request'],
    ['no body', send, undefined, 400, 'invalid_request'],
    ['an unknown field', send, { ...ONE, colour: 'red' }, 400, 'invalid_request'],
    ['delay and scheduleTime', send, { ...ONE, delay: 5000, scheduleTime: '2027-01-01T00:00:00Z' }, 400, 'invalid_request'],
    ['two recipients', send, { ...ONE, to: { phoneNumber: PHONE, userId: 'u' } }, 400, 'invalid_request'],
    ['a number that is not E.164', send, { ...ONE, to: { phoneNumber: '5512345678' } }, 400, 'invalid_request'],
    ['1 MB of text', send, { ...ONE, text: 'a'.repeat(1_000_000) }, 413, 'payload_too_large'],
    ['an unknown channel', send, { ...TWO, channelId: 'nope' }, 404, 'unknown_channel'],
    ["another workspace's channel", send, { ...TWO, channelId: 'wa-other' }, 404, 'unknown_channel'],
    ['a string instruction', send, { ...TWO, type: 'instruction' }, 400, 'invalid_request'],
    ['an instruction of an unknown mode', send, { ...TWO, type: 'instruction', content: { text: 'a', mode: 'now' } }, 400, 'invalid_request'],
    ['a template type without file', `${send}/template`, { channelId: 'wa', conversationId: PHONE, template }, 400, 'invalid_request'],
    ['an unknown route', '/v1/nothing', {}, 404, 'not_found'],
  ])('%s', async (_, path, body, status, code) => {
    const [before] = await infra.sql<{ n: number }>('SELECT count(*)::int AS n FROM messages');
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status, body: { code, status, title: expect.any(String) as unknown } });
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    const [after] = await infra.sql<{ n: number }>('SELECT count(*)::int AS n FROM messages');
    expect(after).toEqual(before);
  });

  it('401 without a key, with a wrong one and with a revoked one; both ways to give it work', async () => {
    for (const headers of [
      { 'x-api-key': '', authorization: '' },
      { 'x-api-key': 'wrong', authorization: '' },
      { 'x-api-key': '', authorization: 'Bearer wrong' },
    ]) {
      expect(await post('/v1/messages', ONE, headers)).toMatchObject({
        status: 401,
        body: { code: 'unauthorized' },
      });
    }
    expect(
      await http.call('GET', '/v1/channels', {
        headers: { 'x-api-key': '', authorization: `Bearer ${KEY}` },
      }),
    ).toMatchObject({ status: 200 });
  });

  it('odd and foreign ids are 404, never a format error', async () => {
    const mine = await post('/v1/messages', ONE);
    const foreign = { headers: { 'x-api-key': OTHER_KEY } };
    expect(await http.call('GET', `/v1/messages/${mine.body.messageId}`, foreign)).toMatchObject({
      status: 404,
    });
    const paths = `messages/odd messages/odd/timeline conversations/odd conversations/odd/messages channels/%00 media/odd
      dead-letters/odd conversations/${randomUUID()} conversations/${randomUUID()}/messages`;
    for (const path of paths.split(/\s+/)) {
      expect([path, (await http.call('GET', `/v1/${path}`)).status]).toEqual([path, 404]);
    }
    expect(await http.call('GET', '/unsubscribe/odd')).toMatchObject({ status: 404 });
    expect(await http.call('GET', '/v1/messages?cursor=odd')).toMatchObject({ status: 400 });
    expect(await http.call('GET', '/v1/messages?statu=held')).toMatchObject({ status: 400 });
  });
});

describe('changing', () => {
  it('M8: lists, moves and cancels what is scheduled, and nothing that has left', async () => {
    const sent = await post('/v1/messages', { ...ONE, delay: 3_600_000, campaignId: 'm8' });
    expect(sent.body).toMatchObject({ status: 'scheduled' });
    const path = `/v1/messages/${sent.body.messageId}`;
    const listed = await http.call<{ items: Outcome[] }>(
      'GET',
      '/v1/messages?status=scheduled&campaignId=m8',
    );
    expect(listed.body.items.map((item) => item.messageId)).toEqual([sent.body.messageId]);
    // M7: America/Mexico_City is six hours behind UTC.
    const later = new Date(Math.floor(Date.now() / 1000) * 1000 + 48 * 3_600_000);
    const scheduleTime = new Date(later.getTime() - 6 * 3_600_000).toISOString().slice(0, 19);
    const moved = await http.call('PATCH', path, { body: { scheduleTime } });
    expect(moved).toMatchObject({ status: 200, body: { status: 'scheduled' } });
    expect((await http.call('GET', path)).body).toMatchObject({ scheduledFor: later.toISOString() });
    expect(await http.call('PATCH', path, { body: {} })).toMatchObject({ status: 400 });
    expect(await http.call('DELETE', path)).toMatchObject({ status: 200, body: { status: 'canceled' } });
    expect(await http.call('DELETE', path)).toMatchObject({ status: 200, body: { status: 'canceled' } });
    expect(await http.call('PATCH', path, { body: { delay: 5000 } })).toMatchObject({
      status: 409,
      body: { code: 'already_sent' },
    });
    const left = await post('/v1/messages', ONE);
    expect(await http.call('DELETE', `/v1/messages/${left.body.messageId}`)).toMatchObject({
      status: 409,
      body: { code: 'already_sent' },
    });
  });

  it('P17: pages through what was sent', async () => {
    for (let n = 0; n < 5; n += 1) await post('/v1/messages', { ...ONE, campaignId: 'pages' });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { body: { items: Outcome[]; nextCursor: string | null } } = await http.call(
        'GET',
        `/v1/messages?campaignId=pages&limit=2&cursor=${cursor}`,
      );
      seen.push(...page.body.items.map((item) => item.messageId));
      cursor = page.body.nextCursor;
    }
    expect(new Set(seen).size).toBe(5);
  });
});

describe('contacts and channels', () => {
  it('P3: creates and extends a contact, and never takes an address from another', async () => {
    const identities = [{ kind: 'whatsapp', address: '+5215500000001' }];
    const made = await post<{ id: string }>('/v1/contacts', {
      userId: 'ana',
      name: 'Ana',
      customFields: { a: 1 },
      identities,
    });
    expect(made).toMatchObject({ status: 200, body: { userId: 'ana', identities } });
    const more = await post('/v1/contacts', {
      userId: 'ana',
      customFields: { b: 2 },
      identities: [{ kind: 'email', address: 'Ana@Example.com' }],
    });
    expect(more).toMatchObject({
      status: 200,
      body: { id: made.body.id, name: 'Ana', customFields: { a: 1, b: 2 } },
    });
    expect(await post('/v1/contacts', { userId: 'eva', identities })).toMatchObject({
      status: 409,
      body: { code: 'identity_conflict' },
    });
    expect(await infra.sql(`SELECT 1 FROM contacts WHERE user_id = 'eva'`)).toEqual([]);
    expect(
      await post('/v1/contacts', { userId: 'eva', identities: [{ kind: 'whatsapp', address: '55' }] }),
    ).toMatchObject({ status: 400 });
  });

  it('R8: creates a channel; a taken account is 409, credentials that no service can check 503', async () => {
    const channel = {
      id: 'wa-new',
      kind: 'whatsapp',
      account: '109',
      agentId: 'agent',
      name: 'New',
    };
    expect(await post('/v1/channels', { ...channel, credentials: {} })).toMatchObject({ status: 503 });
    const made = await post('/v1/channels', channel);
    expect(made.status).toBe(201);
    const changed = await http.call('PATCH', '/v1/channels/wa-new', {
      body: { settings: { onClosedWindow: 'fail' } },
    });
    expect(changed).toMatchObject({ status: 200, body: { settings: { onClosedWindow: 'fail' } } });
    expect(
      await post('/v1/channels', { ...channel, id: 'wa-newer' }, { 'x-api-key': OTHER_KEY }),
    ).toMatchObject({ status: 409 });
    expect(
      await http.call('PATCH', '/v1/channels/wa-new', {
        body: { name: 'x' },
        headers: { 'x-api-key': OTHER_KEY },
      }),
    ).toMatchObject({ status: 404 });
    expect(await post('/v1/messages', ONE)).toMatchObject({
      status: 400,
      body: { code: 'ambiguous_channel', choices: ['wa', 'wa-new'] },
    });
    await infra.sql(`UPDATE channels SET status = 'disconnected' WHERE id = 'wa-new'`);
    await eventually(async () => expect(await post('/v1/messages', ONE)).toMatchObject({ status: 202 }));
  });

  it('R1: a webhook that no service takes is 503, an unknown kind 404, a large body 413', async () => {
    expect(await post('/webhooks/whatsapp/wa', {})).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
    });
    expect(await post('/webhooks/pigeon/wa', {})).toMatchObject({ status: 404 });
    for (const path of ['/webhooks/whatsapp/wa', '/v1/messages'])
      expect([413, 'cut']).toContain(await statusOrCut(post(path, Buffer.alloc(10_000_000, 97))));
  });

  it('R1: hands a webhook over with its bytes untouched, and gives the answer back', async () => {
    const link = await openLink();
    const calls: (WebhookCall | undefined)[] = [];
    link.nats.subscribe('skein.webhook.whatsapp', {
      callback: (_, message) => {
        calls.push(decodeWebhook(message.data, message.headers?.get(WEBHOOK_HEADER) ?? ''));
        message.respond(JSON.stringify({ status: 401, contentType: 'text/plain', body: 'no' }));
      },
    });
    await link.nats.flush();
    const body = Buffer.from('{ "a" : "\\u00e9 é" }  ');
    const answer = await post('/webhooks/whatsapp/wa?x=1', body, { 'x-hub-signature-256': 'sha256=00' });
    expect(answer).toMatchObject({ status: 401, body: 'no' });
    expect(calls).toMatchObject([{ channelId: 'wa', raw: { method: 'POST', query: { x: '1' }, body } }]);
    expect(calls[0]?.raw.headers['x-hub-signature-256']).toBe('sha256=00');
    await http.call('GET', '/webhooks/whatsapp/wa?hub.mode=subscribe');
    expect(calls[1]?.raw).toMatchObject({ method: 'GET', query: { 'hub.mode': 'subscribe' } });
    await link.close();
  });

  it('R5: serves a file with the key or a signed address, as a download', async () => {
    const link = await openLink();
    const id = randomUUID();
    const bytes = Buffer.from('<script>alert(1)</script>');
    await new MediaStore(link).putMedia(infra.workspaceId, id, { bytes, mimeType: 'text/html' }, 1000);
    await infra.sql(
      `INSERT INTO media (id, workspace_id, object_name, mime_type, filename, size_bytes, sha256) VALUES ($1, $2, 'x', 'text/html', 'ä".html', 25, '')`,
      [id, infra.workspaceId],
    );
    const path = `/v1/media/${id}/content`;
    const signed = new URL(mediaUrl('http://x', { workspaceId: infra.workspaceId, mediaId: id }, SECRET_KEY));
    for (const [where, headers] of [
      [path, {}],
      [`${path}${signed.search}`, { 'x-api-key': '' }],
    ] as const) {
      const answer = await http.call('GET', where, { headers });
      expect(answer).toMatchObject({
        status: 200,
        body: bytes.toString(),
        headers: { 'x-content-type-options': 'nosniff' },
      });
      expect(answer.headers['content-disposition']).toBe(`attachment; filename*=UTF-8''%C3%A4%22.html`);
    }
    expect(await http.call('GET', path, { headers: { 'x-api-key': OTHER_KEY } })).toMatchObject({
      status: 404,
    });
    expect(await http.call('GET', path, { headers: { 'x-api-key': '' } })).toMatchObject({ status: 401 });
    const forged = `${path}${signed.search.slice(0, -2)}xx`;
    expect(await http.call('GET', forged, { headers: { 'x-api-key': '' } })).toMatchObject({ status: 401 });
    await link.close();
  });

  it('serves its description, health and metrics', async () => {
    expect(await http.call('GET', '/health/ready')).toMatchObject({ status: 200, body: { ready: true } });
    expect(await http.call('GET', '/metrics')).toMatchObject({ status: 200 });
    expect(await http.call('GET', '/docs')).toMatchObject({ status: 200 });
    const { body } = await http.call<{ paths: Record<string, unknown> }>('GET', '/docs-json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/v1/messages', '/v1/messages/{id}/timeline', '/unsubscribe/{token}']),
    );
  });
});

describe('unsubscribe', () => {
  it('P10: GET shows a page and changes nothing, POST opts out once and for all', async () => {
    const [lane] = await infra.sql<{ id: string }>(
      `INSERT INTO lanes (workspace_id, channel_id, address) VALUES ($1, 'wa', 'x') RETURNING id`,
      [infra.workspaceId],
    );
    const { body } = await post('/v1/messages', ONE);
    await infra.sql(`INSERT INTO unsubscribe_tokens VALUES ('token-1', $1, $2, $3)`, [
      infra.workspaceId,
      lane?.id,
      body.messageId,
    ]);
    await infra.sql(`UPDATE messages SET status = 'held', lane_id = $2 WHERE id = $1`, [
      body.messageId,
      lane?.id,
    ]);
    const anonymous = { headers: { 'x-api-key': '', 'content-type': 'application/x-www-form-urlencoded' } };
    expect(await http.call('GET', '/unsubscribe/token-1', anonymous)).toMatchObject({ status: 200 });
    expect(await infra.sql('SELECT 1 FROM consents')).toEqual([]);
    for (let n = 0; n < 2; n += 1) {
      const click = await http.call('POST', '/unsubscribe/token-1', {
        ...anonymous,
        body: 'List-Unsubscribe=One-Click',
      });
      expect(click.status).toBe(200);
    }
    expect(await infra.sql('SELECT value, purpose FROM consents')).toEqual([
      { value: 'stop', purpose: 'all' },
    ]);
    expect((await http.call('GET', `/v1/messages/${body.messageId}`)).body).toMatchObject({
      status: 'blocked',
      reason: 'opted_out',
    });
  });
});

type Ready = { ready: boolean; checks: { nats: string } };

describe('NATS away', () => {
  it('still accepts with 202, and is found when NATS is back', async () => {
    await infra.nats.stop();
    const sent = await post('/v1/messages', ONE);
    expect(sent).toMatchObject({ status: 202, body: { status: 'accepted' } });
    const ready = async () => (await http.call<Ready>('GET', '/health/ready')).body;
    await eventually(async () => expect((await ready()).checks.nats).toContain('away'));
    expect((await ready()).ready).toBe(true);
    expect(await http.call('GET', '/v1/dead-letters')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
    });
    await infra.nats.restart();
    await eventually(async () => expect((await ready()).checks.nats).toBe('ok'));
    expect(await http.call('GET', '/v1/dead-letters')).toMatchObject({ status: 200 });
  });
});

async function openLink(): Promise<NatsLink> {
  const link = connectNats({ url: infra.natsUrl, name: 'test', logger: createLogger('test', 'silent') });
  await link.whenUp(5000);
  return link;
}

async function bellIds(): Promise<string[]> {
  const link = await openLink();
  const manager = await link.manager();
  const { state } = await manager.streams.info('SEND');
  const ids: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const message = await manager.streams.getMessage('SEND', { seq });
    ids.push(...(message?.json<{ ids: string[] }>().ids ?? []));
  }
  await link.close();
  return ids;
}
