import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { eventually, startStack, type Stack } from '@skein/testing';
import { HttpAgent, type AskedTurn } from './support/http-agent.js';
import { newNumber, personOf, type Person } from './support/people.js';
import { Visitor } from './support/visitor.js';

let stack: Stack;
let agent: HttpAgent;

beforeAll(async () => {
  agent = await HttpAgent.start();
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: agent.host, SKEIN_SWEEP_MS: '200' } });
  await agent.serve(stack, 'whatsapp', { id: 'shop' });
  await agent.serve(stack, 'web-chat', { id: 'desk' });
});
const usual: HttpAgent['answer'] = ({ message }) => ({ body: { text: `re: ${message.text}` } });
beforeEach(() => {
  agent.answer = usual;
  agent.asked.splice(0);
});
afterAll(async () => {
  await agent.stop();
  await stack.stop();
});

/** Name and password of an address. */
function userOf(address: string): { user: string; pass: string } {
  const { username, password } = new URL(address);
  return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
}

interface Told {
  messageId: string;
  conversationId: string;
  status: string;
}

const instruct = (conversationId: string, content: object, more: object = {}, path = '/v1/messages') => {
  const channelId = stack.dev.channels['whatsapp'];
  return stack.api<Told>('POST', path, {
    body: { channelId, conversationId, type: 'instruction', content, ...more },
  });
};

/** A person who wrote and was answered. */
async function someone(): Promise<Person> {
  const person = personOf(stack, 'whatsapp', newNumber());
  await person.writes('hello');
  await person.sees((inbox) => inbox.length === 1);
  agent.asked.splice(0);
  return person;
}

async function untilStatus(id: string, status: string): Promise<void> {
  await eventually(
    async () => expect((await stack.api('GET', `/v1/messages/${id}`)).body).toMatchObject({ status }),
    { timeoutMs: 15_000 },
  );
}

/** What the agent was given of instructions, turn by turn. */
const given = (turns: AskedTurn[]) => turns.map(({ instructions }) => instructions.map(({ text }) => text));

describe('instructions to the agent', () => {
  it('M5: wait is told with the next turn, once; the person never sees it, the conversation shows it as the operator’s', async () => {
    const ann = await someone();
    const told = await instruct(ann.address, { text: 'Offer 10 % off' });
    expect(told).toMatchObject({ status: 200, body: { status: 'delivered', queued: false } });
    expect(agent.asked).toEqual([]);
    await ann.writes('Shoes?');
    await ann.sees((inbox) => inbox.length === 2);
    const [turn] = agent.asked;
    expect(turn?.message).toMatchObject({ text: 'Shoes?', purpose: 'message', author: 'user' });
    expect(turn?.history.map(({ author, purpose }) => [author, purpose])).toEqual([
      ['user', 'message'],
      ['agent', 'reply'],
      ['operator', 'instruction'],
      ['user', 'message'],
    ]);
    await untilStatus(told.body.messageId, 'read');
    await ann.writes('And socks?');
    await ann.sees((inbox) => inbox.length === 3);
    expect(given(agent.asked)).toEqual([['Offer 10 % off'], []]);
    expect(await ann.texts()).toEqual(['re: hello', 're: Shoes?', 're: And socks?']);
    const shown = await stack.api('GET', `/v1/conversations/${told.body.conversationId}/messages`);
    expect(shown.body).toMatchObject({
      items: [
        {},
        {},
        { author: 'operator', text: 'Offer 10 % off', status: 'read', parts: [] },
        {},
        {},
        {},
        {},
      ],
    });
    const timeline = await stack.api('GET', `/v1/messages/${told.body.messageId}/timeline`);
    expect(timeline.body).toMatchObject({
      items: [{ step: 'accepted' }, { step: 'instructed' }, { step: 'heeded' }],
    });
  });

  it('M5: resume starts a turn now, although the person said nothing; its answer goes out', async () => {
    const ben = await someone();
    agent.answer = ({ message, instructions }) => ({
      body: { text: `${message.purpose}: ${instructions[0]?.text}` },
    });
    const told = await instruct(ben.address, { text: 'Ask how it went', mode: 'resume' });
    expect(told).toMatchObject({ status: 200, body: { status: 'delivered' } });
    const inbox = await ben.sees((seen) => seen.length === 2);
    expect(inbox.at(-1)?.text).toBe('instruction: Ask how it went');
    await untilStatus(told.body.messageId, 'read');
    expect(agent.asked).toHaveLength(1);
  });

  it('M5: several wait in order; a turn that fails for good leaves them to the next', async () => {
    const eve = await someone();
    await instruct(eve.address, { text: 'first' });
    const second = await instruct(eve.address, { text: 'second' });
    agent.answer = () => ({ status: 500 });
    await eve.writes('fail');
    await eventually(() => expect(agent.asked).toHaveLength(3), { timeoutMs: 20_000 });
    agent.answer = usual;
    await eve.writes('again');
    await eve.sees((inbox) => inbox.length === 2);
    expect(given(agent.asked)).toEqual(Array(4).fill(['first', 'second']));
    await untilStatus(second.body.messageId, 'read');
  });

  it('M5 M8: delay and scheduleTime are kept; before its time the agent does not know of it, and it can be canceled', async () => {
    const kim = await someone();
    const later = new Date(Date.now() + 10_000).toISOString();
    const [soon, never] = await Promise.all([
      instruct(kim.address, { text: 'soon', mode: 'resume' }, { scheduleTime: later }),
      instruct(kim.address, { text: 'never', mode: 'resume' }, { delay: 60_000 }),
    ]);
    expect([soon, never].map(({ body }) => body.status)).toEqual(['scheduled', 'scheduled']);
    await stack.api('DELETE', `/v1/messages/${never.body.messageId}`);
    await kim.writes('now');
    await kim.sees((inbox) => inbox.length === 2);
    expect(given(agent.asked)).toEqual([[]]);
    expect(JSON.stringify(agent.asked)).not.toContain('soon');
    await kim.sees((inbox) => inbox.length === 3, 30_000);
    expect(given(agent.asked)).toEqual([[], ['soon']]);
    // Its turn is of the time when it came, and knows what was said until then.
    expect(agent.asked[1]?.history.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['hello', 'now', 're: now', 'soon']),
    );
    expect(JSON.stringify(agent.asked)).not.toContain('never');
  });

  it('M5 B1: the plan says that the agent would be told and nobody else', async () => {
    const lou = await someone();
    const plan = await instruct(lou.address, { text: 'Be kind' }, {}, '/v1/messages/plan');
    expect(plan).toMatchObject({ status: 200, body: { status: 'delivered', parts: [], text: 'Be kind' } });
    expect((await instruct(lou.address, { text: 'Be kind' })).body.status).toBe('delivered');
  });

  it('M5: a stranger has no conversation; a wrong one is refused for its field; opt-out does not stop it', async () => {
    expect(await instruct(newNumber(), { text: 'Hi' })).toMatchObject({
      status: 404,
      body: { code: 'no_conversation' },
    });
    const max = await someone();
    expect(await instruct(max.address, { text: 'Hi', mode: 'now' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'content.mode' }] },
    });
    await stack.sql(
      `UPDATE lanes SET opted_out_at = now(), opted_out_purpose = 'all', window_until = NULL WHERE address = $1`,
      [max.address],
    );
    expect(await instruct(max.address, { text: 'They left us' })).toMatchObject({
      status: 200,
      body: { status: 'delivered' },
    });
    expect(await max.texts()).toEqual(['re: hello']);
  });

  it('M5: over NATS too, where it starts a turn at once', async () => {
    const zoe = await someone();
    const nats = await connect({
      servers: stack.dev.natsUrl.replace(/\/\/.*@/, '//'),
      ...userOf(stack.dev.natsUrl),
    });
    const body = {
      channelId: stack.dev.channels['whatsapp'],
      conversationId: zoe.address,
      type: 'instruction',
      content: { text: 'Say thanks', mode: 'resume' },
    };
    nats.publish(`skein.send.${stack.dev.workspaceId}.thanks-1`, JSON.stringify(body));
    await zoe.sees((inbox) => inbox.at(-1)?.text === 're: Say thanks');
    await nats.close();
  });

  it('M5: nor does a visitor of our own web chat see it, not even one who comes back', async () => {
    await stack.api('POST', '/v1/contacts', { body: { userId: 'visitor-1' } });
    const first = await Visitor.open(stack, { userId: 'visitor-1' });
    await first.says('hello');
    await first.sees('re: hello');
    const channelId = stack.dev.channels['web-chat'];
    const told = await instruct('u:visitor-1', { text: 'A secret', mode: 'resume' }, { channelId });
    expect(told).toMatchObject({ status: 200, body: { status: 'delivered' } });
    await first.sees('re: A secret');
    const again = await Visitor.open(stack, { userId: 'visitor-1' });
    await again.sees('re: A secret');
    for (const visitor of [first, again]) {
      expect(visitor.texts).not.toContain('A secret');
      await visitor.close();
    }
  });
});
