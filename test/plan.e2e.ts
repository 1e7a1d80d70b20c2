import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, type Stack } from '@skein/testing';
import { send } from './support/messages.js';
import { newNumber, personOf } from './support/people.js';

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

const plan = (body: object) => stack.api('POST', '/v1/messages/plan', { body });
const written = async () => {
  const [row] = await stack.sql<{ messages: number; contacts: number }>(
    'SELECT (SELECT count(*) FROM messages)::int AS messages, (SELECT count(*) FROM contacts)::int AS contacts',
  );
  return row;
};

describe('B1: plans', () => {
  it('tells a hold with its prompt before anybody is written to', async () => {
    const before = await written();
    const to = { phoneNumber: newNumber() };
    const answer = await plan({ channel: 'whatsapp', to, text: 'Your table is ready' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        status: 'held',
        channel: { kind: 'whatsapp' },
        address: to.phoneNumber,
        conversationId: null,
        window: { open: false },
        optedOut: null,
        prompt: { template: { name: 'message_waiting' } },
      },
    });
    expect(await written()).toEqual(before);
    expect((await stack.sandbox('GET', '/journal?kind=whatsapp&since=0')).body).toEqual([]);
  });

  it('shows the exact calls and losses that then happen', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    await person.writes('hello');
    await person.sees((inbox) => inbox.length > 0);
    const text = 'Pick **one**\n::: actions\n- [A rather long label for a button](long)\n- [No](no)\n:::';
    const body = { channel: 'whatsapp', to: { phoneNumber: person.address }, text };
    const { body: planned } = await plan(body);
    expect(planned).toMatchObject({ status: 'queued', window: { open: true } });
    const sent = await send(stack, body, { prefer: 'wait=10' });
    const made = await stack.api<object>('GET', `/v1/messages/${sent.body.messageId}`);
    const { parts, losses } = planned as { parts: unknown; losses: unknown };
    expect(made.body).toMatchObject({ parts, losses, conversationId: expect.any(String) });
  });

  it('tells refusals with what to do, and a time that lies ahead', async () => {
    const to = { phoneNumber: newNumber() };
    const options = { whatsapp: { onClosedWindow: 'fail' } };
    expect((await plan({ channel: 'whatsapp', to, text: 'x', options })).body).toMatchObject({
      status: 'blocked',
      reason: 'window_closed',
      next: [expect.any(String), expect.any(String)],
    });
    expect((await plan({ channel: 'whatsapp', to: { userId: 'stranger' }, text: 'x' })).body).toMatchObject({
      status: 'failed',
      reason: 'not_found',
    });
    const later = { channel: 'email', to: { email: 'ann@people.test' }, text: 'x', delay: 60_000 };
    expect((await plan(later)).body).toMatchObject({ status: 'scheduled', scheduledFor: expect.any(String) });
    expect(await plan({ channel: 'whatsapp', to: {}, text: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ field: 'to' }] },
    });
  });
});
