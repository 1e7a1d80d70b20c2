import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '@skein/stack';
import { eventually, startStack, type Stack } from '@skein/testing';
import { ApiCaller, textOf, wordsOf, type Answered } from './support/api-caller.js';
import { HttpAgent, type AskedTurn, type Said } from './support/http-agent.js';
import { entries } from './support/messages.js';

let stack: Stack;
let agent: HttpAgent;
let caller: ApiCaller;
let twin: ApiCaller;
/** What the agent was asked and has not answered, by text. */
const held = new Map<string, (said: Said) => void>();
const usual: HttpAgent['answer'] = ({ message }) => ({ body: { text: `re: ${message.text}` } });
/** Lets the test say when the agent answers. */
const holding: HttpAgent['answer'] = ({ message }) =>
  new Promise((resolve) => void held.set(message.text, resolve));

beforeAll(async () => {
  agent = await HttpAgent.start();
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: agent.host } });
  const [port = 0] = await freePorts(1);
  await stack.replica('api', 'api-twin', { SKEIN_API_PORT: String(port) });
  caller = new ApiCaller(stack);
  twin = new ApiCaller(stack, `http://127.0.0.1:${port}`);
  await agent.serve(stack, 'api', { id: 'shop', name: 'Shop' });
});
afterEach(() => {
  agent.answer = usual;
  agent.asked.splice(0);
  for (const answer of held.values()) answer({ status: 204 });
  held.clear();
});
afterAll(async () => {
  await Promise.all([caller.close(), twin.close()]);
  await agent.stop();
  await stack.stop();
});

const waitFor = (agentTimeoutSeconds: number) =>
  stack.api('PATCH', '/v1/channels/api-main', { body: { settings: { agentTimeoutSeconds } } });
const backend = (more: object) =>
  stack.api('PATCH', '/v1/agents/shop', {
    body: { backend: { type: 'http', url: `http://${agent.host}/turns`, timeoutSeconds: 20, ...more } },
  });
const release = (text: string, said: Said): Promise<void> =>
  eventually(() => {
    const answer = held.get(text);
    if (answer === undefined) throw new Error(`the agent was not asked "${text}"`);
    answer(said);
  });
/** What people said, as the agent was asked it, each turn once. */
const turns = (): number => new Set(agent.asked.map(({ turnId }) => turnId)).size;

describe('waiting for the agent', () => {
  it('S3: one key is one message, one turn and one answer, byte for byte, while it runs and after, over two processes', async () => {
    agent.answer = holding;
    const body = textOf('keys@example.com', 'Book it');
    const key = { 'x-idempotency-key': 'order-1' };
    const running = [
      caller.post(body, key),
      twin.post(body, key),
      caller.post(body, key),
      twin.post(body, key),
    ];
    await release('Book it', { body: { messages: ['Booked.', 'See you!'] } });
    const answers = await Promise.all(running);
    const later = await twin.post(body, { 'idempotency-key': 'order-1' });
    expect(answers[0]).toMatchObject({ status: 200, body: { success: true } });
    expect(wordsOf(later)).toEqual(['Booked.', 'See you!']);
    expect(new Set([...answers, later].map(({ text }) => text)).size).toBe(1);
    expect(turns()).toBe(1);
    const thread = await entries(stack, later.body.conversationId);
    expect(thread.map(({ text }) => text)).toEqual(['Book it', 'Booked.', 'See you!']);
    const conflict = { status: 409, body: { code: 'idempotency_conflict', success: false } };
    expect(await twin.post(textOf('keys@example.com', 'Book two'), key)).toMatchObject(conflict);
    expect(await caller.post(textOf('other@example.com', 'Book it'), key)).toMatchObject(conflict);
    agent.answer = usual;
    const other = await caller.post(body, { 'x-idempotency-key': 'order-2' });
    expect(other.body.messageId).not.toBe(later.body.messageId);
    const image = { image: { url: `${stack.dev.sandboxUrl}/files/small.jpg` } };
    const picture = { type: 'IMAGE', contactIdentifier: 'keys@example.com', content: image };
    const twice = await Promise.all(
      [caller, twin, caller].map((one) => one.post(picture, { 'x-idempotency-key': 'p' })),
    );
    expect(new Set(twice.map(({ text }) => text)).size).toBe(1);
    expect(await stack.sql(`SELECT 1 FROM messages WHERE text = '[small.jpg]'`)).toHaveLength(1);
  });

  it('R2 S1: messages of one contact are answered one after the other, each with its own answer; contacts side by side', async () => {
    let [now, most] = [0, 0];
    agent.answer = async (turn: AskedTurn): Promise<Said> => {
      most = Math.max(most, (now += 1));
      await delay(20);
      now -= 1;
      return usual(turn);
    };
    const texts = ['one', 'two', 'three'];
    const ofOne = await Promise.all(
      texts.map((text, index) => (index === 1 ? twin : caller).says('o@example.com', text)),
    );
    expect(ofOne.map(wordsOf)).toEqual(texts.map((text) => [`re: ${text}`]));
    expect(most).toBe(1);
    const thread = (await entries(stack, ofOne[0]?.body.conversationId ?? '')).map(({ text }) => text ?? '');
    const said = thread.filter((text) => !text.startsWith('re: '));
    expect(thread.filter((text) => text.startsWith('re: '))).toEqual(said.map((text) => `re: ${text}`));
    const many = Array.from({ length: 20 }, (_, index) => `many-${index}@example.com`);
    const answers = await Promise.all(many.map((who, index) => (index % 2 ? twin : caller).says(who, who)));
    expect(answers.map(wordsOf)).toEqual(many.map((who) => [`re: ${who}`]));
    expect(new Set(answers.map(({ body }) => body.contactId)).size).toBe(20);
  });

  it('S4: an agent that is too slow is a 504 with the id of the message; its answer is read later, also with the same key', async () => {
    // Longer than a process remembers a channel as it was.
    await waitFor(3);
    agent.answer = holding;
    const key = { 'x-idempotency-key': 'slow-1' };
    const body = textOf('slow@example.com', 'Think');
    const late = await caller.post(body, key);
    expect(late).toMatchObject({
      status: 504,
      body: { success: false, code: 'agent_timeout', messageId: expect.any(String) },
    });
    expect(await twin.post(body, key)).toMatchObject({
      status: 504,
      body: { messageId: late.body.messageId },
    });
    // It waits behind the first one, and that counts.
    expect(await twin.says('slow@example.com', 'And this?')).toMatchObject({ status: 504 });
    agent.answer = usual;
    await release('Think', { body: { text: 'Thought.' } });
    const answer = await eventually(async () => {
      const again = await caller.post(body, key);
      expect(again.status).toBe(200);
      return again;
    });
    expect(wordsOf(answer)).toEqual(['Thought.']);
    expect(answer.body.messageId).toBe(late.body.messageId);
    await eventually(async () => {
      const thread = await entries(stack, answer.body.conversationId);
      expect(thread.map(({ text }) => text)).toEqual(['Think', 'And this?', 'Thought.', 're: And this?']);
    });
    expect(turns()).toBe(2);
  });

  it('S4: a caller who hangs up disturbs nothing', async () => {
    await waitFor(20);
    agent.answer = holding;
    const gone = new AbortController();
    const waiting = caller.post(textOf('gone@example.com', 'Hello?'), {}, undefined, gone.signal);
    await eventually(() => expect(held.has('Hello?')).toBe(true));
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    agent.answer = usual;
    await release('Hello?', { body: { text: 'Hello!' } });
    const next = await caller.says('gone@example.com', 'Back');
    expect(wordsOf(next)).toEqual(['re: Back']);
    const thread = await entries(stack, next.body.conversationId);
    expect(thread.map(({ text }) => text)).toEqual(['Hello?', 'Hello!', 'Back', 're: Back']);
  });

  it('S4: an agent that answers 50 MB, nonsense or never is a coded error; the next request and a repetition work', async () => {
    await backend({ timeoutSeconds: 1 });
    const bad: [string, Said | Promise<Said>][] = [
      ['50 MB', { body: { text: 'x'.repeat(50_000_000) } }],
      ['nonsense', { body: { message: 'Hi' } }],
      ['never', new Promise(() => undefined)],
    ];
    const saying = new Map(bad);
    agent.answer = (turn) => saying.get(turn.message.text) ?? usual(turn);
    const ask = ([text]: [string, unknown]) =>
      caller.says(`${text}@example.com`, text, { 'x-idempotency-key': text });
    const answers = await Promise.all(bad.map(ask));
    for (const answer of answers)
      expect(answer).toMatchObject({
        status: 503,
        body: { success: false, code: 'unavailable', messageId: expect.any(String) },
      });
    saying.clear();
    const again = await Promise.all(bad.map(ask));
    expect(again.map(wordsOf)).toEqual(bad.map(([text]) => [`re: ${text}`]));
    expect((await Promise.all(bad.map(ask))).map(({ text }) => text)).toEqual(again.map(({ text }) => text));
  }, 40_000);

  it('S4: an agent that answers later, and twice, is heard once', async () => {
    await backend({});
    let token = '';
    agent.answer = (turn) => {
      token = (turn as AskedTurn & { turnToken: string }).turnToken;
      return { body: { later: true, withinSeconds: 30 } };
    };
    const answer = (text: string) =>
      stack.api('POST', '/v1/turns/answer', { body: { text }, headers: { 'skein-turn': token } });
    const waiting = caller.says('twice@example.com', 'Take your time');
    await eventually(async () => expect((await answer('First.')).status).toBe(200));
    expect((await answer('Second.')).status).toBe(403);
    expect(wordsOf(await waiting)).toEqual(['First.']);
  });

  it('S4: what the agent wants to be said when it fails is the answer', async () => {
    await backend({ apology: 'Sorry, not now.' });
    agent.answer = () => ({ status: 500 });
    const answer: Answered = await caller.says('sorry@example.com', 'Help');
    expect(answer).toMatchObject({ status: 200, body: { success: true, usage: { credits: 0 } } });
    expect(wordsOf(answer)).toEqual(['Sorry, not now.']);
  }, 30_000);

  it('S1: a burst is one turn: everybody gets its answer, and it is paid for once', async () => {
    await stack.api('PATCH', '/v1/agents/shop', { body: { turns: { debounceMs: 1500 } } });
    const texts = ['a', 'b', 'c'];
    const answers = await Promise.all(texts.map((text) => caller.says('burst@example.com', text)));
    expect(turns()).toBe(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body.aiMessages))).size).toBe(1);
    expect(answers.reduce((sum, { body }) => sum + body.usage.credits, 0)).toBe(1);
    await stack.api('PATCH', '/v1/agents/shop', { body: { turns: { debounceMs: 0 } } });
  });

  it('S3 S4: a process that stops lets its callers go, and another one has their answer', async () => {
    agent.answer = holding;
    const key = { 'x-idempotency-key': 'stopping' };
    const body = textOf('stop@example.com', 'Wait for me');
    const waiting = twin.post(body, key).catch(() => undefined);
    await eventually(() => expect(held.has('Wait for me')).toBe(true));
    await stack.service('api-twin').stop();
    expect([undefined, 503]).toContain((await waiting)?.status);
    const asked = caller.post(body, key);
    await release('Wait for me', { body: { text: 'Here.' } });
    expect(wordsOf(await asked)).toEqual(['Here.']);
    expect(turns()).toBe(1);
  });
});
