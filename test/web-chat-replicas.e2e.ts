import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '@skein/stack';
import { eventually, startStack, type Stack } from '@skein/testing';
import { send } from './support/messages.js';
import { showTyping, Visitor } from './support/visitor.js';

const LEASE = { SKEIN_CALL_LEASE_MS: '2000', SKEIN_SWEEP_MS: '200' };

let stack: Stack;
let secondUrl: string;
const opened: Visitor[] = [];
let people = 0;

beforeAll(async () => {
  stack = await startStack({ split: true, env: LEASE });
  const [port = 0] = await freePorts(1);
  await stack.replica('web-chat', 'web-chat-twin', { SKEIN_WEB_CHAT_PORT: String(port) });
  secondUrl = `http://127.0.0.1:${port}`;
});
afterAll(() => stack.stop());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((visitor) => visitor.close()));
});

const open = async (options: Parameters<typeof Visitor.open>[1]): Promise<Visitor> => {
  const visitor = await Visitor.open(stack, options);
  opened.push(visitor);
  return visitor;
};
const newUser = async (): Promise<string> => {
  const userId = `twice-${(people += 1)}`;
  await stack.api('POST', '/v1/contacts', { body: { userId } });
  return userId;
};
const sendAll = (userId: string, texts: string[]) =>
  stack.api('POST', '/v1/messages/batch', {
    body: { messages: texts.map((text) => ({ channel: 'web-chat', to: { userId }, text })) },
  });
const numbered = (count: number, word: string) => Array.from({ length: count }, (_, at) => `${word} ${at}.`);

describe('two replicas of web chat', () => {
  it('P12: whichever replica sends, the person sees it on the one they are connected to', async () => {
    const userId = await newUser();
    const [here, there] = [await open({ userId }), await open({ userId, url: secondUrl })];
    const texts = numbered(40, 'message');
    await sendAll(userId, texts);
    await Promise.all([here, there].map((visitor) => visitor.sees('message 39.', 30_000)));
    for (const visitor of [here, there]) expect(visitor.texts).toEqual(texts);
    await there.says('hello from the other one');
    await here.sees('hello from the other one');
    const last = here.entries.findLast(({ direction }) => direction === 'out');
    there.send({ type: 'read', upTo: last?.id });
    await here.until(() => here.told('read')[0]);
    await showTyping(stack, `u:${userId}`);
    for (const visitor of [here, there]) await visitor.until(() => visitor.told('typing')[0]);
  });

  it('P12: without NATS the person still sees everything, on both', async () => {
    const userId = await newUser();
    const [here, there] = [await open({ userId }), await open({ userId, url: secondUrl })];
    await stack.nats.kill('SIGKILL');
    try {
      await sendAll(userId, numbered(3, 'bell-less'));
      // Accepted rows wait for the router, which needs no bell: its sweeper finds them.
      await Promise.all([here, there].map((visitor) => visitor.sees('bell-less 2.', 60_000)));
    } finally {
      await stack.nats.restart();
    }
  });

  it('B2: a replica that dies in the middle loses nothing and sends nothing twice', async () => {
    const userId = await newUser();
    const first = await open({ userId });
    const texts = numbered(100, 'through the crash');
    await sendAll(userId, texts);
    await first.sees('through the crash 3.');
    await stack.service('web-chat').kill('SIGKILL');
    await first.until(() => first.closedWith !== undefined);
    const next = await open({ userId, url: secondUrl, cursor: first.lastId });
    await next.sees('through the crash 99.', 60_000);
    expect([...first.texts, ...next.texts]).toEqual(texts);
    await eventually(async () => {
      const left = await stack.sql(
        `SELECT status, count(*)::int FROM messages WHERE text LIKE 'through the crash%' GROUP BY 1`,
      );
      expect(left).toEqual([{ status: 'sent', count: 100 }]);
    });
    await stack.service('web-chat').restart();
    const back = await open({ userId });
    const told = await send(stack, { channel: 'web-chat', to: { userId }, text: 'all is well' });
    expect(told.status).toBe(202);
    await back.sees('all is well');
  });
});
