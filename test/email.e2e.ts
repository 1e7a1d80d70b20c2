import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { entries, send, untilStatus } from './support/messages.js';
import { personOf } from './support/people.js';

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

const wait = { prefer: 'wait=10' };

describe('email', () => {
  it('P10: delivers subject, both bodies and an attachment; the reply joins the same thread and wakes the agent', async () => {
    const person = personOf(stack, 'email', 'ana@example.test');
    const file = { url: `${stack.dev.sandboxUrl}/files/small.pdf`, filename: 'report.pdf' };
    const content = { email: { subject: 'Your report', text: 'Please see **below**.', attachments: [file] } };
    const answer = await send(stack, { channel: 'email', to: { email: person.address }, content }, wait);
    expect([answer.status, answer.body.status]).toEqual([200, 'sent']);
    const [mail] = await person.sees((inbox) => inbox.length === 1);
    expect(JSON.stringify(mail)).toContain('Your report');
    expect(JSON.stringify(mail)).toContain('report.pdf');
    await person.writes('Thank you, received.');
    const inbox = await person.sees((seen) => seen.length >= 2);
    const headers = JSON.stringify(inbox[1]?.raw).toLowerCase();
    expect(headers).toContain('in-reply-to');
    const thread = await entries(stack, answer.body.conversationId as string);
    expect(thread.slice(0, 3).map((entry) => entry.author)).toEqual(['agent', 'user', 'agent']);
    expect(thread[1]?.text).toContain('Thank you, received.');
  });

  it('P10: bulk mail has one-click unsubscribe; GET changes nothing, POST does', async () => {
    const person = personOf(stack, 'email', 'bulk@example.test');
    const body = {
      channel: 'email',
      to: { email: person.address },
      text: 'News of the month',
      campaignId: 'november',
    };
    await send(stack, body, wait);
    const [mail] = await person.sees((inbox) => inbox.length === 1);
    const link =
      /https?:\/\/[^\s"<>\\]+\/unsubscribe\/[A-Za-z0-9_-]+/.exec(JSON.stringify(mail?.raw))?.[0] ?? '';
    const path = new URL(link).pathname;
    const page = await stack.api<string>('GET', path);
    expect(page.status).toBe(200);
    expect((await send(stack, { ...body, text: 'Still welcome' }, wait)).body.status).toBe('sent');
    const left = await stack.api('POST', path, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    expect(left.status).toBeLessThan(300);
    expect((await send(stack, { ...body, text: 'No more' }, wait)).body.code).toBe('opted_out');
  });

  it('P17: tells a bounce that comes after the mail was taken', async () => {
    const answer = await send(
      stack,
      { channel: 'email', to: { email: 'bounce@example.test' }, text: 'hello?' },
      wait,
    );
    const told = await untilStatus(stack, answer.body.messageId, ['failed']);
    expect(told.reason).toBe('provider_rejected');
  });

  it('tells a mailbox that does not exist at once', async () => {
    const answer = await send(
      stack,
      { channel: 'email', to: { email: 'nobody@example.test' }, text: 'hello?' },
      wait,
    );
    expect([answer.status, answer.body.code]).toEqual([502, 'provider_rejected']);
  });

  it('does not answer an automatic reply', async () => {
    const person = personOf(stack, 'email', 'autoreply@example.test');
    await send(stack, { channel: 'email', to: { email: person.address }, text: 'are you there?' }, wait);
    await eventually(async () => {
      const rows = await stack.sql(
        `SELECT 1 FROM inbound_events WHERE type = 'unsupported' AND fact->>'what' = 'auto-reply'`,
      );
      expect(rows.length).toBeGreaterThan(0);
    });
    expect(await person.inbox()).toHaveLength(1);
    expect(
      await stack.sql('SELECT 1 FROM turns t JOIN lanes l ON l.id = t.lane_id WHERE l.address = $1', [
        person.address,
      ]),
    ).toEqual([]);
  });
});
