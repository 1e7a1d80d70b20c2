import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { entries, send, untilStatus, type Told } from './support/messages.js';
import { newNumber, openWindow, personOf } from './support/people.js';

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

const wait = { prefer: 'wait=10' };

describe('WhatsApp, window open', () => {
  it('P4, P17: delivers now, tells sent and delivered, and read when the person reads', async () => {
    const person = await openWindow(stack, newNumber());
    const answer = await send(
      stack,
      { channel: 'whatsapp', to: { phoneNumber: person.address }, text: 'Your table is ready.' },
      wait,
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ delivered: true, queued: false });
    const { messageId } = answer.body;
    await untilStatus(stack, messageId, ['delivered']);
    expect((await person.texts()).filter((text) => text === 'Your table is ready.')).toHaveLength(1);
    await stack.sandbox('POST', `/people/whatsapp/${encodeURIComponent(person.address)}/read`, { body: {} });
    await untilStatus(stack, messageId, ['read']);
    const { body } = await stack.api<{ items: { step: string; text: string }[] }>(
      'GET',
      `/v1/messages/${messageId}/timeline`,
    );
    expect(body.items.map((item) => item.step)).toEqual(
      expect.arrayContaining(['accepted', 'routed', 'sent', 'delivered', 'read']),
    );
  });

  it('P2: is an entry of the thread before it is delivered, and the reply starts a turn that sees it', async () => {
    const person = await openWindow(stack, newNumber());
    const answer = await send(
      stack,
      {
        channel: 'whatsapp',
        to: { phoneNumber: person.address },
        text: 'Shall we keep Friday?',
        origin: 'job',
      },
      wait,
    );
    const conversationId = answer.body.conversationId as string;
    await person.writes('yes please');
    const thread = await eventually(async () => {
      const all = await entries(stack, conversationId);
      const asked = all.findIndex((entry) => entry.text === 'Shall we keep Friday?');
      const after = all.slice(asked + 1);
      expect([after[0]?.author, after[1]?.author]).toEqual(['user', 'agent']);
      return all;
    });
    expect(thread.at(-1)?.text ?? '').not.toBe('');
    const proactive = thread.find((entry) => entry.text === 'Shall we keep Friday?');
    expect(proactive).toMatchObject({ author: 'agent', origin: 'job' });
    expect(thread.filter((entry) => entry.text === 'yes please')).toHaveLength(1);
  });

  it('M2: form 2 reaches the conversation by phone number, and 404 where there is none', async () => {
    const person = await openWindow(stack, newNumber());
    const channelId = stack.dev.channels['whatsapp'];
    const found = await send(stack, { channelId, conversationId: person.address, content: 'Form two' });
    expect([found.status, found.body.delivered]).toEqual([200, true]);
    const stranger = await send(stack, { channelId, conversationId: newNumber(), content: 'Nobody there' });
    expect([stranger.status, stranger.body.code]).toEqual([404, 'no_conversation']);
  });

  it('keeps the order of many messages to one person', async () => {
    const person = await openWindow(stack, newNumber());
    const texts = Array.from({ length: 30 }, (_, index) => `number ${index}`);
    const items = texts.map((text) => ({ channel: 'whatsapp', to: { phoneNumber: person.address }, text }));
    const answer = await stack.api('POST', '/v1/messages/batch', { body: { messages: items } });
    expect(answer.status).toBe(202);
    await person.sees(
      (inbox) => inbox.filter((seen) => seen.text?.startsWith('number')).length === texts.length,
      30_000,
    );
    expect((await person.texts()).filter((text) => text.startsWith('number'))).toEqual(texts);
  });
});

describe('WhatsApp, window closed', () => {
  it('P5: holds three messages behind one prompt, releases them in order, then the agent answers', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const to = { phoneNumber: person.address };
    const texts = ['first', 'second', 'third'];
    const told: Told[] = [];
    for (const text of texts) told.push((await send(stack, { channel: 'whatsapp', to, text }, wait)).body);
    expect(told.map(({ status, queued, delivered }) => ({ status, queued, delivered }))).toEqual(
      texts.map(() => ({ status: 'held', queued: true, delivered: false })),
    );
    const prompt = await person.sees((inbox) => inbox.length === 1);
    expect(prompt[0]?.template?.name).toBe('message_waiting');
    await person.writes('go ahead');
    const inbox = await person.sees((seen) => seen.length >= 5);
    expect(inbox.slice(1, 4).map((seen) => seen.text)).toEqual(texts);
    const thread = await entries(stack, told[0]?.conversationId as string);
    expect(thread.filter((entry) => entry.author === 'system')).toHaveLength(1);
    expect(thread.at(-1)?.author).toBe('agent');
  });

  it('P5: expires what is held too long, and never sends it', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const { body } = await send(
      stack,
      { channel: 'whatsapp', to: { phoneNumber: person.address }, text: 'stale news' },
      wait,
    );
    await stack.sandbox('POST', '/clock', { body: { advanceSeconds: 8 * 24 * 3600 } });
    await untilStatus(stack, body.messageId, ['expired']);
    await person.writes('what was it?');
    await person.sees((inbox) => inbox.length >= 2);
    expect(await person.texts()).not.toContain('stale news');
  });

  it('P5: STOP is no re-engagement: what is held becomes blocked and nothing more goes out', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const to = { phoneNumber: person.address };
    const { body } = await send(stack, { channel: 'whatsapp', to, text: 'never to be seen' }, wait);
    await person.writes('STOP');
    const blocked = await untilStatus(stack, body.messageId, ['blocked']);
    expect(blocked.reason).toBe('opted_out');
    const next = await send(stack, { channel: 'whatsapp', to, text: 'nor this' }, wait);
    expect([next.status, next.body.code]).toEqual([409, 'opted_out']);
    expect(await person.texts()).not.toContain('never to be seen');
  });

  it('P6: fails when asked to, and nothing goes out later', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const to = { phoneNumber: person.address };
    const options = { whatsapp: { onClosedWindow: 'fail' } };
    const answer = await send(stack, { channel: 'whatsapp', to, text: 'only now', options }, wait);
    expect([answer.status, answer.body.code]).toEqual([409, 'window_closed']);
    expect(answer.body.next?.length).toBeGreaterThan(0);
    await person.writes('hello');
    await person.sees((inbox) => inbox.length >= 1);
    expect(await person.texts()).not.toContain('only now');
  });

  it('P14: a US number is prompted with the utility template', async () => {
    const person = personOf(stack, 'whatsapp', '+12025550171');
    const { body } = await send(
      stack,
      { channel: 'whatsapp', to: { phoneNumber: person.address }, text: 'hi' },
      wait,
    );
    expect(body.status).toBe('held');
    const inbox = await person.sees((seen) => seen.length === 1);
    expect(inbox[0]?.template?.name).toBe('message_waiting');
  });
});

describe('WhatsApp templates', () => {
  const template = (more: object = {}) => ({
    name: 'appointment_reminder',
    language: 'en_US',
    type: 'image',
    file: `${stack.dev.sandboxUrl}/files/small.jpg`,
    params: ['Ana', 'Friday'],
    ...more,
  });
  const sendTemplate = (conversationId: string, body: object) =>
    stack.api<Told>('POST', '/v1/messages/template', {
      body: {
        channelId: stack.dev.channels['whatsapp'],
        conversationId,
        messageContext: 'Reminded of the appointment',
        ...body,
      },
    });

  it('M6, P7: reaches a cold number with header, values and buttons; the thread shows the context', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const answer = await sendTemplate(person.address, { template: template(), client: { name: 'Ana' } });
    expect([answer.status, answer.body.delivered]).toEqual([200, true]);
    const inbox = await person.sees((seen) => seen.length === 1);
    expect(JSON.stringify(inbox[0])).toContain('Friday');
    const thread = await entries(stack, answer.body.conversationId as string);
    expect(thread.map((entry) => entry.text)).toEqual(['Reminded of the appointment']);
    await person.writes({ press: 'Confirm' });
    await eventually(async () =>
      expect((await entries(stack, answer.body.conversationId as string)).length).toBeGreaterThan(2),
    );
  });

  it('P7: refuses an unknown, wrong-language or wrongly filled template before anything is sent', async () => {
    const number = newNumber();
    const wrong: [object, string][] = [
      [{ name: 'no_such' }, 'template_not_found'],
      [{ language: 'de' }, 'template_not_found'],
      [{ params: ['Ana'] }, 'template_parameters'],
    ];
    for (const [more, code] of wrong) {
      const answer = await sendTemplate(number, { template: template(more) });
      expect([answer.status, answer.body.code]).toEqual([422, code]);
    }
    expect(await personOf(stack, 'whatsapp', number).inbox()).toEqual([]);
  });
});
