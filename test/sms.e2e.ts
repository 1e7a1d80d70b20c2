import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, statusOrCut, type Stack } from '@skein/testing';
import { createRequire } from 'node:module';
import { request } from 'undici';
import { entries, send, untilStatus } from './support/messages.js';
import { personOf } from './support/people.js';
import { applied, inboundForm, newSmsNumber, smsCalls, smsFault, twilioWebhook } from './support/sms.js';

interface TwilioClient {
  api: { baseUrl: string };
  messages: {
    create(message: object): Promise<{ sid: string; status: string; numSegments: string }>;
  };
}
interface TwilioLibrary {
  (accountSid: string, authToken: string): TwilioClient;
  validateRequest(token: string, signature: string, url: string, fields: object): boolean;
}

let stack: Stack;
beforeAll(
  async () =>
    void (stack = await startStack({ env: { SKEIN_CALL_LEASE_MS: '3000', SKEIN_SWEEP_MS: '300' } })),
);
afterAll(() => stack.stop());

const wait = { prefer: 'wait=10' };
const phone = (address = newSmsNumber()) => personOf(stack, 'sms', address);
const text = (address: string, content: string, more = {}) => ({
  channel: 'sms',
  to: { phoneNumber: address },
  text: content,
  ...more,
});

describe('text messages by Twilio', () => {
  it('P1, P11, P17: free-form any time, delivered, with its segments in the timeline', async () => {
    const person = phone();
    const { status, body } = await send(stack, text(person.address, 'a'.repeat(200)), wait);
    expect([status, body.delivered]).toEqual([200, true]);
    await untilStatus(stack, body.messageId, ['delivered']);
    expect(await person.texts()).toEqual(['a'.repeat(200)]);
    const timeline = await stack.api('GET', `/v1/messages/${body.messageId}/timeline`);
    expect(JSON.stringify(timeline.body)).toContain('2 segments (GSM-7)');
  });

  it('P16, R6: buttons and lists come as numbered lines, and the number is the press', async () => {
    const person = phone();
    const sent = await send(
      stack,
      text(person.address, 'Shall we?\n::: actions\n- [Yes, please](go)\n- [No](stay)\n:::'),
      wait,
    );
    expect(sent.body.delivered).toBe(true);
    const [seen] = await person.sees((inbox) => inbox.length === 1);
    expect(seen?.text).toMatch(/1.*Yes, please[\s\S]*2.*No/);
    await person.writes('1');
    const { conversationId = '' } = sent.body;
    await eventually(async () => {
      const [row] = await stack.sql(
        `SELECT 1 FROM messages WHERE thread_id = $1 AND direction = 'in' AND content::text LIKE '%"go"%'`,
        [conversationId],
      );
      expect(row).toBeDefined();
    });
  });

  it('P2: a reply wakes the agent in the same thread', async () => {
    const person = phone();
    const sent = await send(stack, text(person.address, 'Is Friday good?'), wait);
    await person.writes('hours');
    const all = await eventually(async () => {
      const thread = await entries(stack, sent.body.conversationId ?? '');
      expect(thread.map(({ author }) => author).slice(0, 3)).toEqual(['agent', 'user', 'agent']);
      return thread;
    });
    expect(all[1]?.text).toBe('hours');
    await person.sees((inbox) => inbox.length >= 2);
  });

  it('R5, R6: files go out as MMS and come in as ordinary messages', async () => {
    const person = phone();
    const url = `${stack.dev.sandboxUrl ?? ''}/files/small.jpg`;
    const sent = await send(
      stack,
      { channel: 'sms', to: { phoneNumber: person.address }, content: { image: { url, caption: 'Look' } } },
      wait,
    );
    expect(sent.body.delivered).toBe(true);
    expect((await person.inbox())[0]).toMatchObject({ type: 'mms', text: 'Look', media: { url } });
    await person.writes({ media: { file: 'small.jpg' }, text: 'and this' });
    await eventually(async () => {
      const thread = (await entries(stack, sent.body.conversationId ?? '')) as {
        author: string;
        media?: unknown;
      }[];
      const media = thread.find(({ author }) => author === 'user')?.media;
      expect(JSON.stringify(media)).toMatch(/"mediaId":.*image\/jpeg|image\/jpeg.*"mediaId":/);
    });
  });

  it('R6: emoji and long texts arrive whole', async () => {
    const person = phone();
    const long = `${'😀'.repeat(300)} ${'x'.repeat(1200)}`;
    const sent = await send(stack, text(person.address, long), wait);
    expect(sent.body.delivered).toBe(true);
    const seen = await person.sees((inbox) => inbox.length === 2);
    expect(seen.map((one) => one.text).join(' ')).toBe(long);
  });

  it('R5: text that imitates a block stays text', async () => {
    const person = phone();
    const sent = await send(stack, text(person.address, 'Hi'), wait);
    await person.writes('::: actions\n- [a](b)\n:::');
    await eventually(async () => {
      const thread = await entries(stack, sent.body.conversationId ?? '');
      expect(thread.find(({ author }) => author === 'user')?.text).toBe('::: actions\n- [a](b)\n:::');
    });
  });
});

describe('what goes wrong at Twilio', () => {
  it.each([
    ['990404', 'failed', 'invalid_address'],
    ['990410', 'blocked', 'opted_out'],
    ['990405', 'failed', 'invalid_address'],
    ['990407', 'failed', 'policy'],
  ])('B2, P17: a number on %s ends %s', async (ending, status) => {
    const { body } = await send(stack, text(newSmsNumber(ending), 'x'));
    const told = await untilStatus(stack, body.messageId, [status]);
    expect(told).toMatchObject({ delivered: false });
  });

  it('B2: throttled and unavailable calls go out once they can', async () => {
    const person = phone();
    await smsFault(stack, { fault: 'throttle', times: 1, retryAfter: 1, address: person.address });
    await smsFault(stack, { fault: 'error', times: 1, address: person.address });
    const { body } = await send(stack, text(person.address, 'at last'));
    await untilStatus(stack, body.messageId, ['delivered']);
    expect((await smsCalls(stack, person.address)).map(({ answer }) => answer?.status)).toEqual([
      429, 503, 201,
    ]);
    expect(await person.texts()).toEqual(['at last']);
  });

  it('B2: a call that was taken without an answer is settled by its receipt, through our own reference', async () => {
    const person = phone();
    await smsFault(stack, { fault: 'reset_after_accept', times: 1, address: person.address });
    const { body } = await send(stack, text(person.address, 'taken'));
    await untilStatus(stack, body.messageId, ['delivered']);
    expect(await person.texts()).toEqual(['taken']);
  });

  it('B2: without an answer and a receipt the outcome is unknown, and nothing is sent again', async () => {
    const person = phone();
    await smsFault(stack, { fault: 'hang', times: 1, address: person.address });
    const { body } = await send(stack, text(person.address, 'lost'));
    await untilStatus(stack, body.messageId, ['unknown'], 30_000);
    expect(await person.texts()).toEqual([]);
    expect(await smsCalls(stack, person.address)).toHaveLength(1);
  });

  it.each(['duplicate_webhook', 'out_of_order'])('P17: %s leaves it delivered', async (fault) => {
    const person = phone();
    await smsFault(stack, { fault, times: 1, address: person.address });
    const { body } = await send(stack, text(person.address, fault));
    await untilStatus(stack, body.messageId, ['delivered']);
  });

  it('P17: a lost receipt leaves it sent', async () => {
    const [person, other] = [phone(), phone()];
    await smsFault(stack, { fault: 'lost_receipt', times: 1, address: person.address });
    const { body } = await send(stack, text(person.address, 'sent'), wait);
    const next = await send(stack, text(other.address, 'delivered'));
    await untilStatus(stack, next.body.messageId, ['delivered']);
    expect(await untilStatus(stack, body.messageId, ['sent'])).toMatchObject({ delivered: true });
  });
});

describe('webhooks of Twilio', () => {
  it('R1: takes what is signed, answers with empty instructions, and reads a repetition once', async () => {
    const form = inboundForm(stack, 'SMsigned1', newSmsNumber(), 'hello');
    for (let times = 0; times < 2; times += 1) {
      const answer = await twilioWebhook(stack, form);
      expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('<Response/>') });
      expect(answer.contentType).toMatch(/^text\/xml/);
    }
    expect(await applied(stack, 'SMsigned1')).toBe('message');
    expect(await stack.sql(`SELECT 1 FROM inbound_events WHERE event_id = 'SMsigned1'`)).toHaveLength(1);
  });

  it('R1: refuses wrong, missing, empty and borrowed signatures, and changed bodies', async () => {
    const form = inboundForm(stack, 'SMforged', newSmsNumber(), 'forged');
    const refused = await Promise.all([
      twilioWebhook(stack, form, { signature: 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' }),
      twilioWebhook(stack, form, { signature: '' }),
      twilioWebhook(stack, form, { signature: '=' }),
      twilioWebhook(stack, form, { body: new URLSearchParams({ ...form, Body: 'changed' }).toString() }),
      twilioWebhook(stack, form, { body: 'MessageSid=SMforged' }),
      twilioWebhook(stack, form, { contentType: 'application/json', body: '{"MessageSid":"SMforged"}' }),
      twilioWebhook(stack, {}, { contentType: 'text/plain', body: 'x' }),
    ]);
    for (const { status } of refused) expect([401, 403]).toContain(status);
    expect(await stack.sql(`SELECT 1 FROM inbound_events WHERE event_id LIKE 'SMforged%'`)).toEqual([]);
  });

  it('R1: ids that look like paths, odd counts, unknown events and a huge body do no harm', async () => {
    const from = newSmsNumber();
    const odd: Record<string, string>[] = [
      { ...inboundForm(stack, '../../etc/passwd', from, 'path'), NumMedia: '-1' },
      {
        ...inboundForm(stack, 'SMmany', from, 'many'),
        NumMedia: '1e9',
        MediaUrl0: 'http://169.254.169.254/',
      },
      { MessageSid: 'SMdream', MessageStatus: 'dreaming', To: from },
      { Nothing: 'here' },
    ];
    for (const form of odd) expect((await twilioWebhook(stack, form)).status).toBe(200);
    expect(await applied(stack, '../../etc/passwd')).toBe('message');
    expect(await applied(stack, 'SMdream:dreaming')).toBe('unsupported');
    const media = await eventually(async () => {
      const [row] = await stack.sql<{ fact: unknown }>(
        `SELECT fact FROM inbound_events WHERE event_id = 'SMmany' AND applied_at IS NOT NULL`,
      );
      expect(row).toBeDefined();
      return JSON.stringify(row?.fact);
    });
    expect(media).toContain('none of the platform');
    const huge = twilioWebhook(stack, { ...inboundForm(stack, 'SMhuge', from, 'x'.repeat(6_000_000)) });
    expect([413, 'cut']).toContain(await statusOrCut(huge));
  });

  it('B2: a callback cannot settle the call of another channel with a made-up reference', async () => {
    const form = { MessageSid: 'SMnobody', MessageStatus: 'delivered', To: newSmsNumber() };
    expect((await twilioWebhook(stack, form, { search: '?call=1%3A1' })).status).toBe(200);
    expect((await request(`${stack.dev.apiUrl}/health/ready`)).statusCode).toBe(200);
  });
});

describe("Twilio's own client", () => {
  const library = createRequire(import.meta.url)('twilio') as TwilioLibrary;

  it('B10: sends through the sandbox, and agrees about signatures', async () => {
    const { accountSid = '', authToken = '', from = '' } = stack.dev.secrets['sms'] ?? {};
    const client = library(accountSid, authToken);
    client.api.baseUrl = `${stack.dev.sandboxUrl ?? ''}/sms`;
    const to = newSmsNumber();
    const made = await client.messages.create({ to, from, body: 'From the official client' });
    expect(made).toMatchObject({ status: 'queued', numSegments: '1' });
    expect(await phone(to).texts()).toEqual(['From the official client']);
    await expect(client.messages.create({ to: '+1', from, body: 'x' })).rejects.toMatchObject({
      code: 21211,
    });
    const form = inboundForm(stack, 'SMx', to, 'x');
    const url = 'https://skein.test/webhooks/sms/c?call=7%3A1';
    expect(library.validateRequest(authToken, 'no', url, form)).toBe(false);
  });
});
