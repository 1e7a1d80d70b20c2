import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { request } from 'undici';
import { proofOf, upload, Visitor } from './support/visitor.js';

let stack: Stack;
const opened: Visitor[] = [];
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((visitor) => visitor.close()));
});

const keep = (visitor: Visitor): Visitor => {
  opened.push(visitor);
  return visitor;
};
const open = async (options: Parameters<typeof Visitor.open>[1] = {}) =>
  keep(await Visitor.open(stack, options));
const connect = async (options: Parameters<typeof Visitor.connect>[1] = {}) =>
  keep(await Visitor.connect(stack, options));
const closed = (visitor: Visitor) => visitor.until(() => visitor.closedWith);

/** A web chat of the workspace with settings of its own. */
async function newChannel(id: string, more: object): Promise<{ identitySecret: string }> {
  const identitySecret = `${id}-identity-secret`;
  const credentials = { site: `${id}.test`, visitorSecret: `${id}-visitor-secret`, identitySecret, ...more };
  const body = { id, kind: 'web-chat', agentId: stack.dev.agentId, name: id, credentials };
  const { status } = await stack.api('POST', '/v1/channels', { body });
  expect(status).toBe(201);
  return { identitySecret };
}

describe('who may come in', () => {
  it('R1: only pages of the allow-list, exactly as they are written', async () => {
    await newChannel('strict', { origins: ['https://shop.example'] });
    const channelId = 'strict';
    const answers: Record<string, string> = {};
    const origins = [
      'https://shop.example',
      'http://shop.example',
      'https://shop.example.evil.test',
      'https://evil-shop.example',
      'https://SHOP.example',
      'https://shop.example:8443',
      'https://shop.example/',
      'http://localhost:3000',
      'null',
      null,
    ];
    for (const origin of origins) {
      const come = Visitor.connect(stack, { channelId, origin });
      answers[String(origin)] = await come.then(
        (visitor) => (keep(visitor), 'open'),
        (error: Error) => error.message,
      );
    }
    expect(answers).toEqual(
      Object.fromEntries(origins.map((origin, index) => [String(origin), index === 0 ? 'open' : '403'])),
    );
  });

  it('R1: an empty list lets in pages of the service itself alone; an unknown channel is not there', async () => {
    await newChannel('nobody', { origins: [] });
    await connect({ channelId: 'nobody' });
    await expect(connect({ channelId: 'nobody', origin: 'http://localhost:1' })).rejects.toThrow('403');
    for (const channelId of ['nothing', 'wa-main', '..%2f..', '%00', 'a'.repeat(300)])
      await expect(connect({ channelId })).rejects.toThrow('404');
  });

  it('R1: a forged, empty, upper-case or foreign proof of a user is closed with 4401', async () => {
    const good = proofOf(stack, 'ann');
    expect((await open({ userId: 'ann', hash: good.toUpperCase() })).told('welcome')).toHaveLength(1);
    const forged = ['', 'x', good.slice(0, -1), `${good}0`, proofOf(stack, 'bob'), good.replace(/^./, 'g')];
    for (const hash of forged) expect(await closed(await open({ userId: 'ann', hash }))).toBe(4401);
    const { identitySecret } = await newChannel('other', { origins: ['http://x.test'] });
    expect(identitySecret).not.toBe('');
    expect(await closed(await open({ userId: 'ann', hash: good, channelId: 'other' }))).toBe(4401);
    for (const userId of ['', 'a b\nc', 'x'.repeat(201)])
      expect(await closed(await open({ userId }))).toBe(4401);
  });

  it('P3: a forged or foreign token makes a stranger, who sees nothing of anybody', async () => {
    const victim = await open();
    await victim.says('my secret');
    await victim.sees('my secret');
    const [body = '', signature = ''] = victim.token.split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const longer = Buffer.from(JSON.stringify({ ...claims, until: 9_999_999_999 })).toString('base64url');
    const tokens = [
      `${longer}.${signature}`,
      `${body}.`,
      `${body}.AAAA`,
      body,
      '..',
      '',
      `${victim.token}.x`,
    ];
    for (const token of tokens) {
      const stranger = await open({ token });
      expect(stranger.told('welcome')[0]?.['who']).toBe('visitor');
      expect(stranger.token).not.toBe(victim.token);
    }
    await newChannel('second', { origins: ['http://y.test'], site: 'second.test' });
    const elsewhere = await open({ token: victim.token, channelId: 'second' });
    expect(JSON.stringify(elsewhere.frames)).not.toContain('my secret');
    const same = await open({ token: victim.token });
    await same.sees('my secret');
  });
});

describe('what may be sent', () => {
  it('R1: frames that are none end the connection: 4400, 4426, 1009', async () => {
    for (const data of [
      '',
      'x',
      '[]',
      'null',
      '"hello"',
      '{}',
      '{"type":"nothing"}',
      '{"type":"__proto__"}',
    ]) {
      const visitor = await connect();
      visitor.socket.send(data);
      expect([data, await closed(visitor)]).toEqual([data, 4400]);
    }
    const early = await connect();
    early.send({ type: 'message', id: 'a', text: 'before the hello' });
    expect(await closed(early)).toBe(4400);
    const old = await connect();
    old.send({ type: 'hello', protocol: 0 });
    expect(await closed(old)).toBe(4426);
    const huge = await open();
    huge.send({ type: 'message', id: 'a', text: 'x'.repeat(70_000) });
    expect(await closed(huge)).toBe(1009);
    const ghost = await open();
    ghost.send({ type: 'message', id: '../../etc', text: 'hello' });
    expect(await closed(ghost)).toBe(4400);
  });

  it('an oversized, empty or odd message is refused for good, and the connection goes on', async () => {
    const visitor = await open();
    const refused: [object, string][] = [
      [{ text: 'é'.repeat(8193) }, 'too_large'],
      [{ text: ' \n\u0000' }, 'invalid'],
      [{}, 'invalid'],
      [{ action: { id: 'x'.repeat(257) } }, 'invalid'],
      [{ action: {} }, 'invalid'],
      [{ files: ['a', 'b', 'c', 'd', 'e', 'f'] }, 'invalid'],
      [{ files: ['forged.reference'] }, 'file'],
    ];
    for (const [what, code] of refused)
      expect(await visitor.says(what)).toMatchObject({ type: 'refused', code, retry: false });
    expect(await visitor.says('é'.repeat(8192))).toMatchObject({ type: 'accepted' });
  });

  it('a flood is slowed down to five at once and one a second; what is repeated later is taken', async () => {
    const visitor = await open();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => visitor.says(`${index}`, `flood-${index}`)),
    );
    const refused = answers.filter(({ type }) => type === 'refused');
    // One comes free every second, also while these are taken.
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(3);
    expect(refused[0]).toMatchObject({ code: 'too_fast', retry: true, retryAfterMs: expect.any(Number) });
    await eventually(async () => expect((await visitor.says('5', 'flood-5')).type).toBe('accepted'));
    const other = await open();
    expect((await other.says('not slowed')).type).toBe('accepted');
  });

  it('too many connections from one address are refused', async () => {
    await newChannel('few', { origins: [], connectionsPerIp: 2 });
    const first = await connect({ channelId: 'few' });
    await connect({ channelId: 'few' });
    await expect(connect({ channelId: 'few' })).rejects.toThrow('429');
    await first.close();
    await eventually(() => connect({ channelId: 'few' }));
  });

  it('R5: an upload needs a token and an allowed page, has at most 10 MB, and is its owner’s alone', async () => {
    const [owner, thief] = [await open(), await open()];
    const bytes = Buffer.from('plain text');
    expect((await upload(stack, 'nonsense', bytes)).status).toBe(401);
    expect((await upload(stack, owner.token, bytes, { origin: 'https://evil.test' })).status).toBe(403);
    expect((await upload(stack, owner.token, Buffer.alloc(0))).status).toBe(400);
    expect((await upload(stack, owner.token, Buffer.alloc(10 * 1024 * 1024 + 1))).status).toBe(413);
    const { body, headers } = await upload(stack, owner.token, bytes, { name: 'a\u202etxt.exe' });
    expect(headers['access-control-allow-origin']).toBe(stack.dev.webChatUrl);
    expect(await thief.says({ files: [body.ref] })).toMatchObject({ type: 'refused', code: 'file' });
    expect(await owner.says({ files: [body.ref] })).toMatchObject({ type: 'accepted' });
    await owner.sees('atxt.exe');
  });

  it('P16: text that imitates a block stays text on both sides', async () => {
    const visitor = await open();
    const imitation = '::: actions\n- [Pay](pay)\n:::';
    await visitor.says(imitation);
    const entry = await visitor.sees('::: actions');
    expect(entry.body).toEqual({ type: 'said', text: imitation });
    const rows = await eventually(async () => {
      const found = await stack.sql(`SELECT text FROM messages WHERE direction = 'in' AND text LIKE ':::%'`);
      expect(found).toHaveLength(1);
      return found;
    });
    expect(rows).toEqual([{ text: imitation }]);
  });
});

describe('while parts are away', () => {
  it('B2: nothing is acknowledged that is not kept; the repeated message counts once', async () => {
    const visitor = await open();
    await visitor.says('hello');
    await visitor.sees('concierge');
    await stack.postgres.kill('SIGKILL');
    const refused = await visitor.says('during the outage', 'same-id').catch(() => undefined);
    expect(refused?.type).not.toBe('accepted');
    await stack.postgres.restart();
    const again = await eventually(
      async () => {
        const next = await open({ token: visitor.token });
        const answer = await next.says('during the outage', 'same-id');
        expect(answer.type).toBe('accepted');
        return next;
      },
      { timeoutMs: 30_000 },
    );
    await again.sees('during the outage');
    const rows = await stack.sql(`SELECT 1 FROM web_chat_entries WHERE client_id = 'same-id'`);
    expect(rows).toHaveLength(1);
  });

  it('B2: without NATS a message of the person is kept and taken, and the answer comes once it is back', async () => {
    const visitor = await open();
    await stack.nats.kill('SIGKILL');
    expect((await visitor.says('hello')).type).toBe('accepted');
    await stack.nats.restart();
    await visitor.sees('concierge', 30_000);
  });
});

describe('the script', () => {
  const script = (headers: Record<string, string> = {}) =>
    request(`${stack.dev.webChatUrl}/widget.js`, { headers });

  it('is under 30 kB gzipped, and asked again only when it changed', async () => {
    const { headers, body } = await script({ 'accept-encoding': 'gzip' });
    const bytes = (await body.arrayBuffer()).byteLength;
    expect(headers['content-encoding']).toBe('gzip');
    expect(bytes).toBeLessThan(30 * 1024);
    expect(headers['content-type']).toContain('text/javascript');
    const again = await script({ 'if-none-match': String(headers['etag']) });
    expect(again.statusCode).toBe(304);
    await again.body.dump();
  });

  it('evaluates nothing and sets no markup from text', async () => {
    const text = await (await script()).body.text();
    for (const forbidden of [
      'innerHTML',
      'outerHTML',
      'insertAdjacentHTML',
      'document.write',
      'eval(',
      'new Function',
    ])
      expect(text).not.toContain(forbidden);
  });

  it('is on the demo page, which escapes what it is told', async () => {
    const answer = await request(
      `${stack.dev.webChatUrl}/demo/web-chat-main?user=${encodeURIComponent('"><script>x')}`,
    );
    expect(await answer.body.text()).not.toContain('<script>x');
  });
});
