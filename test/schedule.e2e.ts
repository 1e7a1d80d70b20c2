import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, type Stack } from '@skein/testing';
import { send, untilStatus, type Told } from './support/messages.js';
import { newNumber, openWindow } from './support/people.js';

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

describe('scheduled messages', () => {
  it('M1: leaves at its time and not before', async () => {
    const person = await openWindow(stack, newNumber());
    const before = Date.now();
    const answer = await send(stack, {
      channel: 'whatsapp',
      to: { phoneNumber: person.address },
      text: 'later',
      delay: 3000,
    });
    expect(answer.status).toBe(202);
    expect((await untilStatus(stack, answer.body.messageId, ['scheduled'])).status).toBe('scheduled');
    const inbox = await person.sees((seen) => seen.some((one) => one.text === 'later'));
    const arrived = inbox.find((one) => one.text === 'later');
    expect(Date.parse(arrived?.at ?? '')).toBeGreaterThanOrEqual(before + 3000 - 1000);
    await untilStatus(stack, answer.body.messageId, ['sent', 'delivered']);
  });

  it('M7: reads a time without a zone in the zone of the workspace', async () => {
    const at = new Date(Date.now() + 48 * 3_600_000);
    // Mexico City is six hours behind all year since 2022; the clock on its walls then:
    const wall = new Date(at.getTime() - 6 * 3_600_000).toISOString().slice(0, 19);
    const body = { channel: 'sms', to: { phoneNumber: newNumber() }, text: 'on time', scheduleTime: wall };
    const { messageId } = (await send(stack, body)).body;
    const told = await stack.api<{ scheduledFor: string }>('GET', `/v1/messages/${messageId}`);
    expect(told.body.scheduledFor).toBe(`${at.toISOString().slice(0, 19)}.000Z`);
    expect((await stack.api('DELETE', `/v1/messages/${messageId}`)).status).toBe(200);
  });

  it('M8: lists, moves and cancels; what is canceled never leaves', async () => {
    const person = await openWindow(stack, newNumber());
    const body = {
      channel: 'whatsapp',
      to: { phoneNumber: person.address },
      text: 'called off',
      delay: 3000,
    };
    const { messageId } = (await send(stack, body)).body;
    const listed = await stack.api<{ items: Told[] }>('GET', '/v1/messages?status=scheduled');
    expect(listed.body.items.map((item) => item.messageId)).toContain(messageId);
    const moved = await stack.api<Told>('PATCH', `/v1/messages/${messageId}`, { body: { delay: 4000 } });
    expect([moved.status, moved.body.status]).toEqual([200, 'scheduled']);
    const canceled = await stack.api<Told>('DELETE', `/v1/messages/${messageId}`);
    expect([canceled.status, canceled.body.status]).toEqual([200, 'canceled']);
    const later = await send(stack, { ...body, text: 'the later one', delay: 5000 });
    await person.sees((seen) => seen.some((one) => one.text === 'the later one'));
    expect(await person.texts()).not.toContain('called off');
    expect((await stack.api<Told>('DELETE', `/v1/messages/${later.body.messageId}`)).body.code).toBe(
      'already_sent',
    );
  });

  it('M8: a cancel that races the fire time ends in exactly one of sent or canceled', async () => {
    const person = await openWindow(stack, newNumber());
    const ids: string[] = [];
    for (let index = 0; index < 8; index += 1) {
      const body = {
        channel: 'whatsapp',
        to: { phoneNumber: person.address },
        text: `race ${index}`,
        delay: 3000,
      };
      ids.push((await send(stack, body)).body.messageId);
    }
    await person.sees((seen) => seen.some((one) => one.text?.startsWith('race')));
    await Promise.all(ids.map((id) => stack.api('DELETE', `/v1/messages/${id}`)));
    const ended = await Promise.all(
      ids.map((id) => untilStatus(stack, id, ['sent', 'delivered', 'canceled'])),
    );
    const seen = new Set((await person.texts()).filter((text) => text.startsWith('race')));
    ended.forEach((told, index) => expect(seen.has(`race ${index}`)).toBe(told.status !== 'canceled'));
  });
});
