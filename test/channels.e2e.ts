import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, type Stack } from '@skein/testing';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.stop());

const numbers = (accessToken: string) => ({
  phoneNumberId: '200000000000001',
  wabaId: '300000000000001',
  accessToken,
  appSecret: 'an-app-secret',
  verifyToken: 'a-verify-token',
});

const create = (more: object) =>
  stack.api('POST', '/v1/channels', {
    body: { kind: 'whatsapp', agentId: stack.dev.agentId, name: 'Second number', ...more },
  });

describe('channels over REST', () => {
  it('R8: credentials are checked by the service of their kind, which names the account; nobody sees them again', async () => {
    const made = await create({ id: 'wa-second', credentials: numbers('a-very-secret-token') });
    expect(made).toMatchObject({ status: 201, body: { id: 'wa-second', account: '200000000000001' } });
    const changed = await stack.api('PATCH', '/v1/channels/wa-second', {
      body: { credentials: numbers('another-secret-token'), settings: { ratePerSecond: null } },
    });
    expect(changed).toMatchObject({ status: 200, body: { settings: { ratePerSecond: null } } });
    const listed = await stack.api('GET', '/v1/channels');
    expect(JSON.stringify([made.body, changed.body, listed.body])).not.toMatch(/secret|credentials/);
    expect(await create({ id: 'wa-third', credentials: numbers('token') })).toMatchObject({
      status: 409,
      body: { code: 'identity_conflict' },
    });
  });

  it('R8: an account answers for one agent; the one before is disconnected, and the world is told', async () => {
    await stack.sql(`INSERT INTO agents (workspace_id, id, name) VALUES ($1, 'sales', 'Sales')`, [
      stack.dev.workspaceId,
    ]);
    const move = (agentId: string) => stack.api('PATCH', '/v1/channels/wa-second', { body: { agentId } });
    expect(await move('sales')).toMatchObject({
      status: 200,
      body: { agentId: 'sales', previousAgentId: stack.dev.agentId },
    });
    expect((await move('sales')).body).not.toHaveProperty('previousAgentId');
    expect(await move('nobody')).toMatchObject({ status: 400, body: { errors: [{ field: 'agentId' }] } });
    const ofConcierge = {
      channelId: 'wa-second',
      agentId: stack.dev.agentId,
      to: { phoneNumber: '+447700900555' },
    };
    expect(await stack.api('POST', '/v1/messages', { body: { ...ofConcierge, text: 'x' } })).toMatchObject({
      status: 400,
    });
  });

  it('R8: new credentials end the pause of those that did not work', async () => {
    await stack.sql(
      `UPDATE channel_rates SET paused_until = now() + interval '1 hour', pause_reason = 'refused' WHERE channel_id = 'wa-second'`,
    );
    const pause = () =>
      stack.sql(`SELECT paused_until, pause_reason FROM channel_rates WHERE channel_id = 'wa-second'`);
    await stack.api('PATCH', '/v1/channels/wa-second', { body: { name: 'Renamed' } });
    expect(await pause()).toMatchObject([{ pause_reason: 'refused' }]);
    await stack.api('PATCH', '/v1/channels/wa-second', { body: { credentials: numbers('the-right-token') } });
    expect(await pause()).toEqual([{ paused_until: null, pause_reason: null }]);
  });

  it('R8: wrong credentials are told by field, never by value', async () => {
    const missing = { ...numbers('xyzzy-token'), appSecret: undefined };
    const wrong = await create({ credentials: { ...missing, colour: 'plugh' } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
    const fields = (wrong.body as { errors: { field: string }[] }).errors.map(({ field }) => field);
    expect(fields).toEqual(expect.arrayContaining(['credentials.appSecret', 'credentials.colour']));
    expect(JSON.stringify(wrong.body)).not.toMatch(/xyzzy|plugh/);
    expect(await create({ account: '7', credentials: numbers('t') })).toMatchObject({ status: 400 });
    const other = { ...numbers('t'), phoneNumberId: '200000000000009' };
    expect(
      await stack.api('PATCH', `/v1/channels/${stack.dev.channels['whatsapp']}`, {
        body: { credentials: other },
      }),
    ).toMatchObject({ status: 400 });
  });
});

describe('uploads', () => {
  const JPEG = Buffer.concat([
    Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
    randomBytes(2000),
  ]);

  async function upload(
    body: Uint8Array<ArrayBuffer> | FormData,
    headers: Record<string, string> = {},
    query = '',
  ) {
    const answer = await fetch(`${stack.dev.apiUrl}/v1/media${query}`, {
      method: 'POST',
      headers: { 'x-api-key': stack.dev.apiKey, ...headers },
      body,
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  it('R5: stores what is uploaded under the type it really has, and serves the same bytes', async () => {
    const made = await upload(
      new Uint8Array(JPEG),
      { 'content-type': 'text/html' },
      '?filename=../a/photo.jpg',
    );
    const sha256 = createHash('sha256').update(JPEG).digest('hex');
    expect(made).toMatchObject({
      status: 201,
      body: { mimeType: 'image/jpeg', filename: 'photo.jpg', sizeBytes: JPEG.length, sha256 },
    });
    const bytes = await fetch(`${stack.dev.apiUrl}${String(made.body['url'])}`, {
      headers: { 'x-api-key': stack.dev.apiKey },
    });
    expect(Buffer.from(await bytes.arrayBuffer()).equals(JPEG)).toBe(true);
  });

  it('takes the field "file" of a form, and never serves text as a page', async () => {
    const form = new FormData();
    form.set('file', new File(['<script>alert(1)</script>'], 'page.html', { type: 'text/html' }));
    expect(await upload(form)).toMatchObject({
      status: 201,
      body: { mimeType: 'application/octet-stream', filename: 'page.html' },
    });
  });

  it.each([
    ['nothing', Buffer.alloc(0), {}, 400, 'invalid_request'],
    [
      'a broken form',
      Buffer.from('--x\r\n'),
      { 'content-type': 'multipart/form-data; boundary=x' },
      400,
      'invalid_request',
    ],
    ['11 MB', Buffer.alloc(11 * 1024 * 1024), { 'content-type': 'video/mp4' }, 413, 'media_too_large'],
    ['no key', Buffer.from('x'), { 'x-api-key': '' }, 401, 'unauthorized'],
  ])('S2: refuses %s', async (_name, body, headers, status, code) => {
    const answer = await upload(new Uint8Array(body), headers);
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('R5: an uploaded file goes out, and the person receives the very bytes', async () => {
    const { body } = await upload(new Uint8Array(JPEG), { 'content-type': 'image/jpeg' });
    const email = 'uploads@people.test';
    const sent = await stack.api('POST', '/v1/messages', {
      body: { channel: 'email', to: { email }, content: { text: 'See', image: { mediaId: body['id'] } } },
      headers: { prefer: 'wait=10' },
    });
    expect(sent.body).toMatchObject({ delivered: true });
    const inbox = await stack.sandbox('GET', `/people/email/${email}/inbox`);
    const [mail] = inbox.body as { attachments: { sha256: string }[] }[];
    expect(mail?.attachments[0]?.sha256).toBe(createHash('sha256').update(JPEG).digest('hex'));
  });
});
