import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '@skein/stack';
import { eventually, startStack, type Stack } from '@skein/testing';
import { readEvents, type EventReader } from './support/event-reader.js';
import { newNumber } from './support/people.js';

let stack: Stack;
let secondUrl: string;
const opened: EventReader[] = [];

beforeAll(async () => {
  stack = await startStack({ split: true });
  const [port = 0] = await freePorts(1);
  await stack.replica('api', 'api-2', { SKEIN_API_PORT: String(port) });
  secondUrl = `http://127.0.0.1:${port}`;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((reader) => reader.close()));
});
afterAll(() => stack.stop());

async function open(options: { url?: string; query?: string; last?: string } = {}): Promise<EventReader> {
  const { url = stack.dev.apiUrl, query = '', last } = options;
  const headers = {
    'x-api-key': stack.dev.apiKey,
    ...(last === undefined ? {} : { 'last-event-id': last }),
  };
  const reader = await readEvents(`${url}/v1/events${query}`, headers);
  opened.push(reader);
  return reader;
}

/** Texts to numbers that nobody else writes to; each becomes at least one event. */
async function send(count: number): Promise<string[]> {
  const phoneNumber = newNumber();
  const messages = Array.from({ length: count }, (_, at) => ({
    channel: 'sms',
    to: { phoneNumber },
    text: `number ${at}`,
  }));
  const answer = await stack.api<{ results: { messageId: string }[] }>('POST', '/v1/messages/batch', {
    body: { messages },
  });
  return answer.body.results.map(({ messageId }) => messageId);
}

const sentIds = (...readers: EventReader[]): string[] =>
  readers
    .flatMap(({ heard }) => heard)
    .filter(({ event }) => event === 'message-sent')
    .map(({ data }) => data.messageId ?? '');

/** What EVENTS holds for the reader, as one that was never cut off has it. */
const ids = (...readers: EventReader[]): string[] =>
  readers.flatMap(({ heard }) => heard.map(({ id }) => id));

describe('events over HTTP', () => {
  it('B2 are told with type, id and JSON, and filtered by type, message and conversation', async () => {
    const all = await open();
    const [messageId = ''] = await send(1);
    const delivered = await eventually(
      () =>
        all.heard.find(({ event, data }) => event === 'message-delivered' && data.messageId === messageId) ??
        false,
    );
    expect(delivered).toMatchObject({ data: { type: 'message-delivered', data: { status: 'delivered' } } });
    const one = await open({ query: `?type=message-delivered&messageId=${messageId}`, last: all.from });
    await eventually(() => one.heard.length === 1);
    expect(one.heard).toEqual([delivered]);
    const none = await open({ query: '?conversationId=another', last: all.from });
    const [next = ''] = await send(1);
    await eventually(() => sentIds(all).includes(next));
    expect(none.heard).toEqual([]);
  });

  it('B2 go on at another replica after a kill, without loss or repetition', async () => {
    const witness = await open({ url: secondUrl });
    const first = await open();
    const early = await send(150);
    await eventually(() => first.heard.length > 20);
    await stack.service('api').kill('SIGKILL');
    await eventually(() => first.over());
    const last = first.heard.at(-1)?.id ?? '';
    await stack.service('api').restart();
    await eventually(async () => (await stack.api('GET', '/health/ready')).status === 200, {
      timeoutMs: 30_000,
    });
    const late = await send(100);
    const second = await open({ url: secondUrl, last });
    await eventually(() => expect(new Set(sentIds(first, second)).size).toBe(250), { timeoutMs: 30_000 });
    await eventually(() => expect(ids(first, second)).toEqual(ids(witness)), { timeoutMs: 10_000 });
    expect(sentIds(first, second).sort()).toEqual([...early, ...late].sort());
  });

  it('B2 starts again from any id it ever gave, also from the middle of an array', async () => {
    const whole = await open();
    await send(40);
    await eventually(() => new Set(sentIds(whole)).size === 40);
    const { length } = whole.heard;
    // What came of the same sends goes on arriving at all of them.
    for (const at of [0, Math.floor(length / 2), length - 2]) {
      const part = await open({ url: secondUrl, last: ids(whole)[at] ?? '' });
      await eventually(() => expect(ids(part)).toEqual(ids(whole).slice(at + 1)));
    }
    const fromStart = await open({ last: whole.from });
    await eventually(() => expect(ids(fromStart)).toEqual(ids(whole)));
  });

  it('B2 survives NATS going away and tells of a gap when its stream was lost', async () => {
    const reader = await open();
    await stack.nats.kill('SIGKILL');
    const refused = await eventually(async () => {
      const answer = await stack.api<{ code: string }>('GET', '/v1/events');
      return answer.status === 503 ? answer : (false as never);
    });
    expect(refused.body).toMatchObject({ code: 'unavailable' });
    await stack.nats.restart();
    const [messageId = ''] = await send(1);
    await eventually(() => sentIds(reader).includes(messageId), { timeoutMs: 30_000 });
    await stack.wipeJetStream();
    const [after = ''] = await send(1);
    await eventually(() => sentIds(reader).includes(after), { timeoutMs: 30_000 });
    expect(reader.heard.filter(({ event }) => event === 'gap')).toMatchObject([
      { data: { reason: 'reset' } },
    ]);
  });

  it('B2 refuses what it cannot follow, naming it', async () => {
    const ask = (query: string, headers: Record<string, string> = {}) =>
      stack.api<{ errors: { field: string }[] }>('GET', `/v1/events${query}`, { headers });
    for (const [query, field] of [
      ['?type=message-cooked', 'type'],
      ['?tpye=message-sent', 'tpye'],
    ] as const)
      expect(await ask(query)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect(await ask('', { 'last-event-id': 'x' })).toMatchObject({ status: 400 });
    expect((await ask('', { 'x-api-key': 'nobody' })).status).toBe(401);
  });
});
