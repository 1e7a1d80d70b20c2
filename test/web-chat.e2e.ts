import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { createHash, randomUUID } from 'node:crypto';
import { request } from 'undici';
import { entries, send, untilStatus } from './support/messages.js';
import { upload, Visitor } from './support/visitor.js';

let stack: Stack;
const opened: Visitor[] = [];
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((visitor) => visitor.close()));
});

const wait = { prefer: 'wait=10' };
let people = 0;
const newUser = (): string => `user-${(people += 1)}`;
const open = async (options: Parameters<typeof Visitor.open>[1] = {}): Promise<Visitor> => {
  const visitor = await Visitor.open(stack, options);
  opened.push(visitor);
  return visitor;
};
const known = async (name = newUser()): Promise<string> => {
  await stack.api('POST', '/v1/contacts', { body: { userId: name, name } });
  return name;
};
const sendTo = (userId: string, text: string) =>
  send(stack, { channel: 'web-chat', to: { userId }, text }, wait);
const threadsOf = (userId: string) =>
  stack.sql<{ id: string }>(
    `SELECT t.id FROM threads t JOIN contacts c ON c.id = t.contact_id WHERE c.user_id = $1`,
    [userId],
  );

describe('web chat, outbound', () => {
  it('P12, P17: is kept for a known user who never opened it, and told as sent, delivered and read', async () => {
    const userId = await known();
    const told = await sendTo(userId, 'Your parcel is here.');
    expect([told.status, told.body.status, told.body.delivered]).toEqual([200, 'sent', true]);
    const visitor = await open({ userId });
    const entry = await visitor.sees('Your parcel is here.');
    expect(entry.direction).toBe('out');
    visitor.send({ type: 'delivered', upTo: entry.id });
    await untilStatus(stack, told.body.messageId, ['delivered']);
    visitor.send({ type: 'read', upTo: entry.id });
    await untilStatus(stack, told.body.messageId, ['read']);
  });

  it('P12: somebody whom the workspace does not know is not_found', async () => {
    const told = await sendTo('nobody-knows', 'x');
    expect([told.status, told.body.code]).toEqual([404, 'not_found']);
  });

  it('P17: read alone tells both, twice changes nothing, and nobody reads what was not handed over', async () => {
    const userId = await known();
    const visitor = await open({ userId });
    visitor.send({ type: 'read', upTo: 999_999_999 });
    const told = await sendTo(userId, 'Seen at once');
    const entry = await visitor.sees('Seen at once');
    expect(
      (await stack.api<{ status: string }>('GET', `/v1/messages/${told.body.messageId}`)).body.status,
    ).toBe('sent');
    for (let times = 0; times < 3; times += 1) visitor.send({ type: 'read', upTo: entry.id });
    await untilStatus(stack, told.body.messageId, ['read']);
    const rows = await stack.sql(
      `SELECT fact->>'status' AS status FROM inbound_events WHERE provider_message_id = $1 ORDER BY id`,
      [`wc:${entry.id}`],
    );
    expect(rows).toEqual([{ status: 'delivered' }, { status: 'read' }]);
  });

  it('P16: shows every component itself, without a loss', async () => {
    const userId = await known();
    const blocks = {
      'list-item': '# Red\n## 10 €',
      'horizontal-list-item': '# Blue\n![b](https://example.com/b.png)',
      actions: '- [Yes](yes)\n- No',
      links: '[Docs](https://example.com/docs)',
      images: `![A picture](${stack.dev.sandboxUrl ?? ''}/files/small.jpg)`,
      documents: `[Terms.pdf](${stack.dev.sandboxUrl ?? ''}/files/small.pdf)`,
      payment: '[Pay 20 €](https://pay.example.com/1)',
      flow: 'flow_id=f1\nflow_cta=Book\nbody=Choose a day',
      navigate: '[Prices](/prices)',
      table: 'a,b\n1,2',
    };
    const text = Object.entries(blocks).map(([name, body]) => `::: ${name}\n${body}\n:::`);
    const told = await sendTo(userId, ['All of it', ...text].join('\n'));
    expect(told.body).toMatchObject({ status: 'sent' });
    expect((told.body as { losses?: unknown[] }).losses ?? []).toEqual([]);
    const visitor = await open({ userId });
    const { body } = await visitor.sees('All of it');
    expect(body.components?.map(({ type }) => type)).toEqual([
      'text',
      'list',
      'list',
      'actions',
      'links',
      'media',
      'media',
      'payment',
      'flow',
      'navigate',
      'table',
    ]);
  });

  it('P9: keeps the order of many messages, also over a cut connection, and replays exactly what was missed', async () => {
    const userId = await known();
    const texts = Array.from({ length: 120 }, (_, index) => `number ${index}.`);
    const first = await open({ userId });
    const items = texts.map((text) => ({ channel: 'web-chat', to: { userId }, text }));
    await stack.api('POST', '/v1/messages/batch', { body: { messages: items } });
    await first.sees('number 5.');
    await first.close();
    const cursor = first.lastId;
    const second = await open({ userId, cursor });
    await second.sees('number 119.', 30_000);
    expect([...first.texts, ...second.texts]).toEqual(texts);
    expect(second.entries.every(({ id }) => id > cursor)).toBe(true);
    const third = await open({ userId });
    await third.sees('number 119.');
    expect(third.texts).toEqual(texts.slice(-50));
    expect(third.told('welcome')[0]).toMatchObject({ more: true });
    third.send({ type: 'history', before: third.entries[0]?.id });
    const page = await third.until(() => third.told('history')[0]);
    expect((page['entries'] as { body: { text: string } }[]).map(({ body }) => body.text)).toEqual(
      texts.slice(20, 70),
    );
  });

  it('P2: a changed message is changed for who has it open and for who comes later', async () => {
    const userId = await known();
    const visitor = await open({ userId });
    const first = await sendTo(userId, 'At **nine**');
    const shown = await visitor.sees('At **nine**');
    const edit = { messageId: first.body.messageId, text: 'At **ten**' };
    const told = await send(stack, { channel: 'web-chat', to: { userId }, content: { edit } }, wait);
    expect(told.body.status).toBe('sent');
    const change = await visitor.sees('At **ten**');
    expect(change.body).toEqual({ type: 'edit', target: shown.id, text: 'At **ten**' });
    const later = await open({ userId });
    await later.sees('At **ten**');
  });

  it('two windows of one person see the same, and what one has read the other knows', async () => {
    const userId = await known();
    const [one, other] = [await open({ userId }), await open({ userId })];
    await one.says('hours');
    await Promise.all([one, other].map((visitor) => visitor.sees('hours')));
    await sendTo(userId, 'To both of you');
    const [entry] = await Promise.all([one, other].map((visitor) => visitor.sees('To both of you')));
    one.send({ type: 'read', upTo: entry?.id });
    expect(await other.until(() => other.told('read')[0])).toMatchObject({ upTo: entry?.id });
    await eventually(() => expect(other.entries.length).toBe(one.entries.length));
    expect(other.entries.map(({ id }) => id)).toEqual(one.entries.map(({ id }) => id));
    expect(one.told('read')).toEqual([]);
  });
});

describe('web chat, inbound', () => {
  it('P3: a proved user writes in the thread of the contact with that userId', async () => {
    const userId = await known();
    const visitor = await open({ userId });
    expect(visitor.told('welcome')[0]).toMatchObject({ who: 'user' });
    expect((await visitor.says('hello')).type).toBe('accepted');
    await visitor.sees('concierge');
    const threads = await threadsOf(userId);
    expect(threads).toHaveLength(1);
    const thread = await entries(stack, threads[0]?.id ?? '');
    expect(thread.map(({ author }) => author)).toEqual(['user', 'agent']);
    const { body } = await sendTo(userId, 'The same thread');
    expect(body.conversationId).toBe(threads[0]?.id);
  });

  it('P3: a proved user the workspace does not know becomes a contact with that userId', async () => {
    const userId = newUser();
    const visitor = await open({ userId });
    await visitor.says('hello');
    await visitor.sees('concierge');
    expect(await threadsOf(userId)).toHaveLength(1);
  });

  it('P3: a visitor who logs in goes on in their thread; the old token opens nothing any more', async () => {
    const anonymous = await open();
    await anonymous.says('before the login');
    await anonymous.sees('concierge');
    const { token } = anonymous;
    await anonymous.close();
    const userId = newUser();
    const user = await open({ userId, token });
    await user.sees('before the login');
    await user.says('after the login');
    const threads = await eventually(async () => {
      const found = await threadsOf(userId);
      const said = found[0] && (await entries(stack, found[0].id)).filter(({ author }) => author === 'user');
      expect(said?.map(({ text }) => text)).toEqual(['before the login', 'after the login']);
      return found;
    });
    expect((await sendTo(userId, 'Welcome back')).body.conversationId).toBe(threads[0]?.id);
    await user.sees('Welcome back');
    const again = await open({ token });
    await again.says('who am I?');
    await again.sees('who am I?');
    expect(JSON.stringify(again.frames)).not.toContain('before the login');
  });

  it('P3: two people that are known stay two: the anonymous thread is not merged into a known contact', async () => {
    const userId = await known();
    await sendTo(userId, 'For the known one');
    const anonymous = await open();
    await anonymous.says('a stranger');
    await anonymous.sees('concierge');
    const user = await open({ userId, token: anonymous.token });
    await user.sees('For the known one');
    expect(user.texts).not.toContain('a stranger');
    await user.says('myself');
    await eventually(async () => expect(await threadsOf(userId)).toHaveLength(1));
  });

  it('P2: the same message sent again counts once, and is answered the same', async () => {
    const visitor = await open();
    const id = randomUUID();
    const first = await visitor.says('only once', id);
    const second = await visitor.says('only once', id);
    expect(second).toEqual(first);
    await visitor.sees('concierge');
    expect(visitor.texts.filter((text) => text === 'only once')).toHaveLength(1);
    const rows = await stack.sql(`SELECT 1 FROM inbound_events WHERE event_id LIKE '%:' || $1`, [id]);
    expect(rows).toHaveLength(1);
  });

  it('P16: a press comes back as the id that was offered; an id that was not offered is told apart', async () => {
    const visitor = await open();
    await visitor.says('hello');
    const offer = await visitor.sees('concierge');
    await visitor.says({ action: { id: 'hours', label: 'forged label', entry: offer.id } });
    await visitor.sees('Opening hours');
    await visitor.says({ action: { id: 'never-offered', entry: offer.id } });
    const rows = await eventually(async () => {
      const found = await stack.sql<{ content: object }>(
        `SELECT fact->'content' AS content FROM inbound_events WHERE type = 'message' ORDER BY id DESC LIMIT 2`,
      );
      expect(found[0]?.content).toMatchObject({ action: { id: 'never-offered' } });
      return found;
    });
    expect(rows.map(({ content }) => content)).toEqual([
      { action: { id: 'never-offered' }, data: { unoffered: true } },
      { text: 'Opening hours', action: { id: 'hours', label: 'Opening hours' } },
    ]);
  });

  it('R5: files both ways with the same bytes; the type is looked at, not believed', async () => {
    const visitor = await open();
    const jpeg = await bytesAt(`${stack.dev.sandboxUrl ?? ''}/files/small.jpg`);
    const stored = await upload(stack, visitor.token, jpeg, { name: '../../my photo.txt' });
    expect([stored.status, stored.body]).toMatchObject([201, { mimeType: 'image/jpeg', media: 'image' }]);
    await visitor.says({ text: 'my photo', files: [stored.body.ref] });
    const shown = await visitor.sees('my photo');
    expect(shown.body.files?.[0]?.filename).toBe('my photo.txt');
    expect(sha(await bytesAt(shown.body.files?.[0]?.url ?? ''))).toBe(sha(jpeg));
    await visitor.says('photo');
    const answer = await visitor.until(() =>
      visitor.entries.find(
        ({ direction, body }) => direction === 'out' && JSON.stringify(body).includes('"media"'),
      ),
    );
    const url = answer.body.components?.find(({ type }) => type === 'media')?.['url'];
    expect(sha(await bytesAt(String(url)))).toBe(sha(jpeg));
  });
});

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
async function bytesAt(url: string): Promise<Buffer> {
  const { statusCode, body } = await request(url);
  expect(statusCode).toBe(200);
  return Buffer.from(await body.arrayBuffer());
}

describe('the person of the sandbox', () => {
  const person = (address: string) => ({
    says: (body: object) =>
      stack.sandbox<{ id: string }>('POST', `/people/web-chat/${address}/messages`, { body }),
    inbox: async () =>
      (
        await stack.sandbox<{ id: string; text: string; type: string }[]>(
          'GET',
          `/people/web-chat/${address}/inbox`,
        )
      ).body,
  });

  it('B10: writes, presses, sends a file and reads; P17 as told by the widget', async () => {
    const userId = await known();
    const { says, inbox } = person(`u:${userId}`);
    expect((await says({ text: 'hello' })).status).toBe(201);
    await eventually(async () => expect((await inbox())[0]?.text).toContain('concierge'));
    expect((await says({ press: 'Photo' })).status).toBe(201);
    await eventually(async () => expect((await inbox()).map(({ type }) => type)).toContain('image'));
    expect((await says({ media: { file: 'small.pdf', caption: 'the terms' } })).status).toBe(201);
    const { body } = await sendTo(userId, 'Did you read this?');
    await untilStatus(stack, body.messageId, ['delivered']);
    await stack.sandbox('POST', `/people/web-chat/u:${userId}/read`, { body: {} });
    await untilStatus(stack, body.messageId, ['read']);
  });

  it.each(['duplicate_webhook', 'reset_after_accept'])(
    'B2: a message under %s counts once',
    async (fault) => {
      const { says } = person(`v:${fault}`);
      await says({ text: 'first' });
      await stack.sandbox('POST', '/faults', { body: { kind: 'web-chat', fault, times: 1 } });
      const text = `under ${fault}`;
      expect((await says({ text })).status).toBe(201);
      await says({ text: 'last' });
      const rows = await eventually(async () => {
        const found = await stack.sql(`SELECT 1 FROM messages WHERE direction = 'in' AND text = $1`, [text]);
        expect(found.length).toBeGreaterThan(0);
        return found;
      });
      expect(rows).toHaveLength(1);
    },
  );

  it('P17: a lost acknowledgement is made good by the next one', async () => {
    const userId = await known();
    const { says, inbox } = person(`u:${userId}`);
    await says({ text: 'hello' });
    await eventually(async () => expect(await inbox()).toHaveLength(1));
    await stack.sandbox('POST', '/faults', {
      body: { kind: 'web-chat', fault: 'lost_receipt', address: `u:${userId}` },
    });
    const lost = await sendTo(userId, 'Not acknowledged');
    await eventually(async () =>
      expect((await inbox()).map(({ text }) => text)).toContain('Not acknowledged'),
    );
    expect((await untilStatus(stack, lost.body.messageId, ['sent'])).status).toBe('sent');
    await sendTo(userId, 'The next one');
    await untilStatus(stack, lost.body.messageId, ['delivered']);
  });
});
