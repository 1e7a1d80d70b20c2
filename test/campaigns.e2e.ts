import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type HttpAnswer, type Stack } from '@skein/testing';
import { readEvents } from './support/event-reader.js';
import { send, untilStatus } from './support/messages.js';
import { newNumber, openWindow, personOf, type Person } from './support/people.js';

/** Messages per second of the number; the sandbox takes 80. */
const RATE = 70;

interface Batch {
  id: string;
  batchId: string;
  total: number;
  counts: Record<string, number>;
  state: string;
}
interface Campaign extends Batch {
  onItsWay: number;
  canceled: number;
  retried: number;
  batches: string[];
  detail: string;
}
interface Template {
  id: string;
  name: string;
  channelId: string;
}
interface Result {
  index: number;
  phoneNumber: string | null;
  status?: string;
  reason?: string;
  messageId?: string;
  error?: { code: string; firstIndex?: number };
}

let stack: Stack;
let channelId: string;
let templates: Template[];

beforeAll(async () => {
  stack = await startStack();
  channelId = stack.dev.channels['whatsapp'] ?? '';
  await stack.api('PATCH', `/v1/channels/${channelId}`, { body: { settings: { ratePerSecond: RATE } } });
  const path = `/v1/templates?channelId=${channelId}`;
  templates = (await stack.api<{ items: Template[] }>('GET', path)).body.items;
});
afterAll(() => stack.stop());

const idOf = (name: string): string => templates.find((template) => template.name === name)?.id ?? '';

function bulk(
  body: object,
  { template = idOf('message_waiting'), key }: { template?: string; key?: string } = {},
): Promise<HttpAnswer<Batch & { code: string }>> {
  const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
  return stack.api('POST', `/v1/templates/${template}/sends`, { body: { channelId, ...body }, headers });
}

const batch = async (id: string): Promise<Batch> => (await stack.api<Batch>('GET', `/v1/batches/${id}`)).body;
const campaign = async (id: string): Promise<Campaign> =>
  (await stack.api<Campaign>('GET', `/v1/campaigns/${encodeURIComponent(id)}`)).body;
const act = async (id: string, action: string, body?: object): Promise<Campaign> => {
  const answer = await stack.api<Campaign>('POST', `/v1/campaigns/${id}/${action}`, body ? { body } : {});
  expect(answer.status).toBeLessThan(300);
  return answer.body;
};

/** Follows the progress of a bulk send to its end. */
async function follow(id: string): Promise<{ event: string; data: Batch }[]> {
  const headers = { 'x-api-key': stack.dev.apiKey, 'last-event-id': 'long ago' };
  const reader = await readEvents(`${stack.dev.apiUrl}/v1/batches/${id}/events`, headers);
  await eventually(() => expect(reader.over()).toBe(true), { timeoutMs: 60_000 });
  await reader.close();
  return reader.heard.map(({ event, data }) => ({ event, data: data as unknown as Batch }));
}

interface Call {
  at: string;
  address: string;
  operation: string;
  request: { type?: string; text?: { body?: string } };
  answer: { status: number } | null;
}

/** What the platform took, in order. */
async function taken(): Promise<Call[]> {
  const { body } = await stack.sandbox<Call[]>('GET', '/journal?kind=whatsapp&since=0');
  return body.filter((call) => call.operation === 'send' && call.answer?.status === 200);
}

const takenBy = async (numbers: readonly string[]): Promise<number[]> => {
  const calls = (await taken()).filter((call) => call.request.type === 'template');
  const times = new Map<string, number>();
  for (const { address } of calls) {
    const number = `+${address.replace('+', '')}`;
    times.set(number, (times.get(number) ?? 0) + 1);
  }
  return numbers.map((number) => times.get(number) ?? 0);
};

function fail(why: string): never {
  throw new Error(why);
}

/** Milliseconds from a send of one message until the platform has it. */
async function delayOf(person: Person, text: string): Promise<number> {
  const began = Date.now();
  await send(stack, { channel: 'whatsapp', to: { phoneNumber: person.address }, text });
  const find = async () => (await taken()).find(({ request }) => request.text?.body === text);
  const call = await eventually(async () => (await find()) ?? fail(`"${text}" has not arrived`), {
    everyMs: 200,
  });
  return Date.parse(call.at) - began;
}

describe('P8 bulk sends of a template', () => {
  it('P8: lists and gets templates; refuses before anything is stored', async () => {
    const id = idOf('bienvenida_v1');
    const one = await stack.api<Template>('GET', `/v1/templates/${id}`);
    expect(one.body).toMatchObject({ id, name: 'bienvenida_v1', channelId });
    const phoneNumbers = [newNumber()];
    const many = Array.from({ length: 10_001 }, (_, index) => `+44770${1_000_000 + index}`);
    const [email = ''] = [stack.dev.channels['email']];
    const refusals = await Promise.all([
      bulk({ phoneNumbers: many }),
      bulk({ phoneNumbers }, { template: 'nothing' }),
      bulk({ phoneNumbers }, { template: id }),
      bulk({ phoneNumbers, channelId: 'nothing' }),
      bulk({ phoneNumbers, channelId: email }),
      bulk({ phoneNumbers: [] }),
      bulk({ phoneNumbers, colour: 'red' }),
    ]);
    expect(refusals.map(({ status, body }) => `${status} ${body.code}`)).toEqual([
      '413 payload_too_large',
      '422 template_not_found',
      '422 template_parameters',
      '404 unknown_channel',
      '409 not_supported',
      '400 invalid_request',
      '400 invalid_request',
    ]);
    for (const path of [
      '/v1/templates/odd',
      '/v1/batches/odd',
      '/v1/campaigns/odd',
      '/v1/batches/odd/events',
    ])
      expect((await stack.api('GET', path)).status).toBe(404);
    expect(await takenBy(phoneNumbers)).toEqual([0]);
    expect(await stack.sql('SELECT 1 FROM batches')).toEqual([]);
  });

  it('P8: blanks, malformed, repeated and opted-out numbers stand at their places; everybody else gets it once', async () => {
    const [ann, ben, cat, dan] = [newNumber(), newNumber(), newNumber(), newNumber()] as const;
    const opted = await openWindow(stack, cat);
    await opted.writes('STOP');
    await eventually(async () =>
      expect(
        await stack.sql(`SELECT 1 FROM lanes WHERE address = $1 AND opted_out_at IS NOT NULL`, [cat]),
      ).toHaveLength(1),
    );
    const recipients = [ann, '', '12345', ben, ann, cat, null, dan].map((phoneNumber, index) => ({
      phoneNumber,
      ...(phoneNumber === dan ? { values: ['Dan', '20 %'] } : {}),
      ...(index === 4 ? { values: ['twice'] } : {}),
    }));
    const body = { recipients, values: ['amigo', '10 %'], campaignId: 'welcome' };
    const options = { template: idOf('bienvenida_v1'), key: 'welcome-1' };
    const answer = await bulk(body, options);
    expect(answer).toMatchObject({ status: 202, body: { total: 8 } });
    const { batchId } = answer.body;
    expect((await bulk(body, options)).body.batchId).toBe(batchId);
    expect(await bulk({ ...body, values: ['x', 'y'] }, options)).toMatchObject({ status: 409 });

    const heard = await follow(batchId);
    expect(heard.at(-1)).toMatchObject({ event: 'done', data: { state: 'done', total: 8 } });
    const first = await stack.api<{ items: Result[]; nextCursor: string }>(
      'GET',
      `/v1/batches/${batchId}/results?limit=5`,
    );
    const rest = await stack.api<{ items: Result[] }>(
      'GET',
      `/v1/batches/${batchId}/results?limit=5&cursor=${first.body.nextCursor}`,
    );
    const results = [...first.body.items, ...rest.body.items];
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const wordOf = ({ error, reason, status }: Result) => error?.code ?? reason ?? status;
    const went = expect.stringMatching(/^(sent|delivered)$/);
    const [invalid, again] = ['invalid_request', 'already_sent'];
    expect(results.map(wordOf)).toEqual([went, invalid, invalid, went, again, 'opted_out', invalid, went]);
    expect(results[4]?.error?.firstIndex).toBe(0);
    expect(results[5]?.status).toBe('blocked');
    expect(await takenBy([ann, ben, cat, dan])).toEqual([1, 1, 0, 1]);
    expect((await personOf(stack, 'whatsapp', dan).texts())[0]).toContain('20 %');
    const listed = await stack.api<{ items: Campaign[] }>('GET', '/v1/campaigns');
    expect(listed.body.items.map(({ id }) => id)).toEqual(expect.arrayContaining(['welcome']));
    expect((await campaign('welcome')).counts).toMatchObject({ error: 4, blocked: 1 });
  });
});

describe('M10 campaigns', () => {
  it('M10 P8: 10,000 numbers in one call; singles go between, others take turns; pause, resume and cancel hold', async () => {
    const ann = await openWindow(stack, newNumber());
    const alone = Math.max(await delayOf(ann, 'alone 1'), await delayOf(ann, 'alone 2'));
    const numbers = Array.from({ length: 10_000 }, (_, index) => `+44770${1_000_000 + index}`);
    const began = Date.now();
    const answer = await bulk({ phoneNumbers: numbers, campaignId: 'large' });
    expect(answer).toMatchObject({ status: 202, body: { total: 10_000, state: 'running' } });
    // About 0.5 s on an idle machine with two cores.
    expect(Date.now() - began).toBeLessThan(4000);
    const { batchId } = answer.body;
    const progress = follow(batchId);
    const gone = await readEvents(`${stack.dev.apiUrl}/v1/batches/${batchId}/events`, {
      'x-api-key': stack.dev.apiKey,
    });
    await gone.close();
    await eventually(async () => expect((await batch(batchId)).counts['pending']).toBeLessThan(9900));

    const between: number[] = [];
    for (const text of ['between 1', 'between 2', 'between 3']) between.push(await delayOf(ann, text));
    // The one in the middle: a machine that stands still for a moment is not what this is about.
    expect(between.sort((a, b) => a - b)[1]).toBeLessThan(alone + 1000);
    const few = Array.from({ length: 20 }, () => newNumber());
    const small = await bulk({ phoneNumbers: few, campaignId: 'small' });
    expect((await follow(small.body.batchId)).at(-1)?.event).toBe('done');
    expect((await batch(batchId)).counts['pending']).toBeGreaterThan(8000);
    expect(await takenBy(few)).toEqual(few.map(() => 1));

    const paused = await act('large', 'pause');
    expect(paused).toMatchObject({ state: 'paused', detail: 'What the channel has taken already goes on.' });
    await eventually(async () => expect((await campaign('large')).onItsWay).toBe(0));
    const { counts } = await batch(batchId);
    expect(counts['pending']).toBe(paused.counts['pending']);
    await delayOf(ann, 'while it is paused');
    expect((await batch(batchId)).counts['pending']).toBe(counts['pending']);
    await act('large', 'resume');
    await eventually(async () =>
      expect((await batch(batchId)).counts['pending']).toBeLessThan((counts['pending'] ?? 0) - 100),
    );

    const { canceled } = await act('large', 'cancel');
    expect((await act('large', 'cancel')).canceled).toBe(0);
    const heard = await progress;
    expect(heard[0]?.event).toBe('progress');
    expect(heard.map(({ data }) => data.state)).toEqual(expect.arrayContaining(['running', 'paused']));
    const last = heard.at(-1)?.data;
    expect(last).toMatchObject({ state: 'canceled' });
    expect(last?.counts['pending']).toBeUndefined();
    expect(last?.counts['canceled']).toBeGreaterThanOrEqual(canceled);
    expect(Math.max(...(await takenBy(numbers)))).toBe(1);
    await delayOf(ann, 'after it was canceled');
    const total = (await takenBy(numbers)).reduce((sum, count) => sum + count, 0);
    expect(total).toBe(10_000 - (last?.counts['canceled'] ?? 0));
  }, 90_000);

  it('M10: groups what was sent with a campaignId; what comes due while it is paused waits, and is canceled for good', async () => {
    const ann = await openWindow(stack, newNumber());
    const to = { phoneNumber: ann.address };
    const later = { channel: 'whatsapp', to, delay: 3000, campaignId: 'promo' };
    const first = await send(stack, { ...later, text: 'promo one' });
    expect((await act('promo', 'pause')).counts).toEqual({ scheduled: 1 });
    const more = { channel: 'whatsapp', to, text: 'promo now', campaignId: 'promo' };
    const plan = await stack.api('POST', '/v1/messages/plan', { body: more });
    expect(plan.body).toMatchObject({ status: 'queued', campaignPaused: true });
    const now = await send(stack, more);
    const other = await send(stack, { channel: 'whatsapp', to, text: 'of nobody', delay: 4000 });
    await ann.sees((seen) => seen.some((one) => one.text === 'of nobody'));
    expect(await ann.texts()).not.toContain('promo one');
    await untilStatus(stack, other.body.messageId, ['sent', 'delivered']);
    await untilStatus(stack, first.body.messageId, ['scheduled']);
    expect(await act('promo', 'resume')).toMatchObject({ state: 'running', canceledAt: null });
    await untilStatus(stack, first.body.messageId, ['sent', 'delivered']);
    await untilStatus(stack, now.body.messageId, ['sent', 'delivered']);

    const stranger = newNumber();
    const held = await send(stack, {
      ...{ channel: 'whatsapp', to: { phoneNumber: stranger }, text: 'promo held', campaignId: 'promo' },
    });
    await untilStatus(stack, held.body.messageId, ['held']);
    const second = await send(stack, { ...later, text: 'promo two' });
    await untilStatus(stack, second.body.messageId, ['scheduled']);
    expect(await act('promo', 'cancel')).toMatchObject({ state: 'canceled', canceled: 2 });
    await untilStatus(stack, held.body.messageId, ['canceled']);
    const person = await openWindow(stack, stranger);
    await send(stack, { channel: 'whatsapp', to, text: 'the end', delay: 4000 });
    await ann.sees((seen) => seen.some((one) => one.text === 'the end'));
    expect(await ann.texts()).not.toContain('promo two');
    expect(await person.texts()).not.toContain('promo held');
    const { body } = await stack.api<{ items: { step: string }[] }>(
      'GET',
      `/v1/messages/${second.body.messageId}/timeline`,
    );
    expect(body.items.at(-1)?.step).toBe('canceled');
  }, 60_000);

  it('M10: tries again what failed, once each, and nothing else', async () => {
    const [ann, gone] = [newNumber(), '+447700990404'];
    const welcome = { template: { name: 'bienvenida_v1', params: ['Ana', '5 %'] } };
    const base = { channel: 'whatsapp', content: welcome, campaignId: 'again' };
    const ids: string[] = [];
    for (const to of [{ userId: 'late-user' }, { phoneNumber: gone }, { phoneNumber: newNumber() }])
      ids.push((await send(stack, { ...base, to })).body.messageId);
    await untilStatus(stack, ids[0] ?? '', ['failed']);
    await untilStatus(stack, ids[1] ?? '', ['failed']);
    await untilStatus(stack, ids[2] ?? '', ['sent', 'delivered']);
    const identities = [{ kind: 'whatsapp', address: ann }];
    await stack.api('POST', '/v1/contacts', { body: { userId: 'late-user', identities } });
    const both = await Promise.all([act('again', 'retry'), act('again', 'retry')]);
    expect(both.map(({ retried }) => retried).sort()).toEqual([0, 2]);
    const batchId = both.flatMap(({ batches }) => batches)[0] ?? '';
    expect((await follow(batchId)).at(-1)?.event).toBe('done');
    expect(await takenBy([ann])).toEqual([1]);
    const results = await stack.api<{ items: (Result & { retryOf: string })[] }>(
      'GET',
      `/v1/batches/${batchId}/results`,
    );
    expect(results.body.items.map(({ retryOf }) => retryOf)).toEqual(ids.slice(0, 2));
    expect((await campaign('again')).counts).toMatchObject({ failed: 3 });
    // Only the one that failed again is left to be tried.
    expect((await act('again', 'retry', { includeUnknown: true })).retried).toBe(1);
    const wrong = await stack.api('POST', '/v1/campaigns/again/retry', { body: { colour: 'red' } });
    expect(wrong.status).toBe(400);
  }, 60_000);
});
