import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { HttpAgent, type AskedTurn, type Said } from './support/http-agent.js';
import { newNumber, personOf, type Person } from './support/people.js';

interface Timeline {
  items: { step: string; detail: { error?: string } }[];
}

let stack: Stack;
let agent: HttpAgent;
let secret = '';

const newPerson = (): Person => personOf(stack, 'whatsapp', newNumber());
const say = (text: string): Said => ({ body: { text } });
const streams = (write: (response: ServerResponse) => unknown): Said => ({
  write: (response) => write(response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })),
});
const event = (data: unknown, name?: string): string =>
  `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

/** The check of any Standard Webhooks library, written out. */
function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return (
    headers['webhook-signature'] === `v1,${digest}` && Math.abs(Number(timestamp) - Date.now() / 1000) < 60
  );
}

const answerLater = (turnToken: string, body: object) =>
  stack.api<{ messageIds?: string[]; code?: string }>('POST', '/v1/turns/answer', {
    body,
    headers: { 'skein-turn': turnToken, 'x-api-key': '' },
  });

async function stepsOf({ message }: AskedTurn): Promise<Timeline['items']> {
  return (await stack.api<Timeline>('GET', `/v1/messages/${message.id}/timeline`)).body.items;
}

beforeAll(async () => {
  agent = await HttpAgent.start();
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: agent.host, SKEIN_SWEEP_MS: '200' } });
  const backend = {
    type: 'http',
    url: `http://${agent.host}/turns`,
    timeoutSeconds: 4,
    apology: 'Sorry, not now.',
  };
  ({ signingSecret: secret } = await agent.serve(stack, 'whatsapp', { id: 'shop', backend }));
});
beforeEach(() => {
  agent.asked.splice(0);
  agent.calls.splice(0);
});
afterAll(async () => {
  await agent.stop();
  await stack.stop();
});

describe('an agent behind HTTP', () => {
  it('R7: gets the signed turn with history, tools, output rule and a token, never a credential; its answer goes out in order', async () => {
    const person = newPerson();
    agent.answer = ({ message }) => ({
      body: {
        messages: [
          `You said "${message.text}".`,
          { text: 'Which?\n::: actions\n- [This](a)\n- [That](b)\n:::' },
        ],
      },
    });
    await person.writes('Do you have shoes?');
    const inbox = await person.sees((seen) => seen.length === 2);
    expect(inbox.map(({ text }) => text)).toEqual(['You said "Do you have shoes?".', 'Which?']);
    await person.writes({ press: 'b' });
    await person.sees((seen) => seen.length === 4);
    expect(agent.calls.map(({ headers, body }) => isSigned(headers, body))).toEqual([true, true]);
    const second = agent.asked[1];
    expect(second?.history.map(({ author }) => author)).toEqual(['user', 'agent', 'agent', 'user']);
    expect(second).toMatchObject({ message: { content: { action: { id: 'b' } } }, apiUrl: stack.dev.apiUrl });
    expect(second?.actions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['send_text', 'send_buttons']),
    );
    expect(second?.outputRule).not.toBe('');
    expect(second?.turnToken).not.toBe(agent.asked[0]?.turnToken);
    const { apiKey, secrets } = stack.dev;
    for (const word of [secret, apiKey, ...Object.values(secrets.whatsapp ?? {})])
      expect(JSON.stringify(agent.calls)).not.toContain(word);
  });

  it('R7: streams its answer: each message goes out as it arrives, and a stream that was cut repeats nothing', async () => {
    const person = newPerson();
    agent.answer = ({ attempt }) =>
      streams(async (response) => {
        response.write(`: ping\n\n${event('one')}`);
        await person.sees((seen) => seen.length >= 1);
        response.write(event({ text: 'two' }));
        await person.sees((seen) => seen.length >= 2);
        if (attempt === 1) return response.destroy();
        response.write('data: three, in plain words\n\n');
        response.end(event({ usage: { tokens: 7 } }, 'done'));
      });
    await person.writes('Count!');
    await person.sees((seen) => seen.length === 3);
    expect(await person.texts()).toEqual(['one', 'two', 'three, in plain words']);
    expect(agent.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
    await eventually(async () => {
      const usage = await stack.api<{ items: { tokens: number }[] }>('GET', '/v1/usage?agentId=shop');
      expect(usage.body.items[0]).toMatchObject({ tokens: 7 });
    });
    expect(await person.texts()).toHaveLength(3);
  });

  it('R3: answers later with the turn token alone, once; what the person wrote meanwhile waits', async () => {
    const person = newPerson();
    agent.answer = ({ message }) =>
      message.text === 'Think!'
        ? { status: 202, body: { later: true, withinSeconds: 60 } }
        : say('And now this.');
    await person.writes('Think!');
    await eventually(() => expect(agent.asked).toHaveLength(1));
    const [turn] = agent.asked as [AskedTurn];
    await eventually(async () =>
      expect((await stepsOf(turn)).map(({ step }) => step)).toContain('turn_later'),
    );
    await person.writes('Still there?');
    expect(await answerLater(turn.turnToken, { words: 'Hi' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'words' }] },
    });
    expect(await answerLater('', {})).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect(await answerLater(`${turn.turnToken.slice(0, -2)}xx`, {})).toMatchObject({ status: 403 });
    expect(agent.asked).toHaveLength(1);
    const [first, second] = await Promise.all([
      answerLater(turn.turnToken, { messages: ['I thought.', 'It is blue.'] }),
      answerLater(turn.turnToken, { text: 'It is red.' }),
    ]);
    const [won, lost] = first.status === 200 ? [first, second] : [second, first];
    expect(won.status).toBe(200);
    expect(lost).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const said = first.status === 200 ? ['I thought.', 'It is blue.'] : ['It is red.'];
    await person.sees((seen) => seen.length === said.length + 1);
    expect(await person.texts()).toEqual([...said, 'And now this.']);
    expect(won.body.messageIds).toHaveLength(said.length);
  });

  it('M5: what it was told with a turn that it answers later is done with when it answers', async () => {
    const person = newPerson();
    agent.answer = () => say('Hello.');
    await person.writes('Hi');
    await person.sees((seen) => seen.length === 1);
    const told = await stack.api<{ messageId: string }>('POST', '/v1/messages', {
      body: {
        channelId: stack.dev.channels['whatsapp'],
        conversationId: person.address,
        type: 'instruction',
        content: { text: 'Be brief.' },
      },
    });
    agent.answer = () => ({ status: 202, body: { later: true } });
    await person.writes('Think!');
    await eventually(() => expect(agent.turnsOf('Think!')).toHaveLength(1));
    const [turn] = agent.turnsOf('Think!') as [AskedTurn];
    expect(turn.instructions.map(({ text }) => text)).toEqual(['Be brief.']);
    const status = async () =>
      (await stack.api<{ status: string }>('GET', `/v1/messages/${told.body.messageId}`)).body.status;
    expect(await status()).toBe('delivered');
    expect(await answerLater(turn.turnToken, { text: 'OK.' })).toMatchObject({ status: 200 });
    await eventually(async () => expect(await status()).toBe('read'));
  });

  it('R3: is asked again when it does not keep its promise, and the late answer is refused', async () => {
    const person = newPerson();
    agent.answer = ({ attempt }) =>
      attempt === 1 ? { status: 202, body: { later: true, withinSeconds: 1 } } : say('At once this time.');
    await person.writes('Think fast!');
    await person.sees((seen) => seen.length === 1);
    expect(agent.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
    const late = await answerLater(agent.asked[0]?.turnToken ?? '', { text: 'Here I am.' });
    expect(late).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await person.texts()).toEqual(['At once this time.']);
  });

  it('stays silent when the agent does', async () => {
    const person = newPerson();
    agent.answer = () => ({ status: 204 });
    await person.writes('Just so you know');
    await eventually(async () => {
      const turns = await stack.sql(`SELECT 1 FROM turns WHERE id = $1 AND state = 'done'`, [
        agent.asked[0]?.turnId,
      ]);
      expect(turns).toHaveLength(1);
    });
    expect(await person.inbox()).toEqual([]);
  });

  const raw = (body: string): Said => ({ write: (response) => response.end(body) });
  const nonsense: Record<string, (turn: AskedTurn) => Said> = {
    'HTTP 500': () => ({ status: 500 }),
    'no JSON': () => raw('<html>'),
    'an unknown field': () => ({ body: { message: 'Hi' } }),
    '50 MB': () => raw('x'.repeat(50_000_000)),
    'a stream of 50 MB': () => streams((response) => response.end(event('x'.repeat(50_000_000)))),
    never: () => ({ write: () => undefined }),
    '21 messages': () => ({ body: { messages: Array.from({ length: 21 }, () => 'Hi') } }),
    'nested too deep': () => raw(`{"messages":[${'{"text":'.repeat(5000)}1${'}'.repeat(5000)}]}`),
    'a stream of nonsense': () => streams((response) => response.end('data: {"text": \n\n')),
    'an unknown event': () => streams((response) => response.end(event('Hi', 'greeting'))),
    'later, some time': () => ({ status: 202, body: { later: true, withinSeconds: 0 } }),
  };

  it(`R2: nonsense is tried three times and ends in the apology, and disturbs nobody: ${Object.keys(nonsense).join(', ')}`, async () => {
    const people = Object.keys(nonsense).map((name) => ({ name, person: newPerson() }));
    const good = newPerson();
    agent.answer = (turn) => (nonsense[turn.message.text] ?? (() => say('Right here.')))(turn);
    await Promise.all(people.map(({ name, person }) => person.writes(name)));
    await good.writes('Hello?');
    await good.sees((inbox) => inbox.length === 1);
    for (const { name, person } of people) {
      await person.sees((inbox) => inbox.length > 0, 40_000);
      expect([name, await person.texts()]).toEqual([name, ['Sorry, not now.']]);
      const turns = agent.turnsOf(name);
      expect([name, turns.map(({ attempt }) => attempt)]).toEqual([name, [1, 2, 3]]);
      expect(new Set(turns.map(({ turnId }) => turnId)).size).toBe(1);
      const steps = await stepsOf(turns[0] as AskedTurn);
      expect(steps.find(({ step }) => step === 'turn_failed')?.detail.error).toMatch(/\w/);
      await person.writes('And now?');
    }
    for (const { person } of people)
      await person.sees((inbox) => inbox.length === 2 && inbox.at(-1)?.text === 'Right here.');
  });

  it('R6: a bomb of 6,500 components is refused with a code, and disturbs nobody', async () => {
    const person = newPerson();
    agent.answer = ({ message }) => say(message.text === 'Bomb' ? '::: a\n:::\n'.repeat(6500) : 'Here I am.');
    await person.writes('Bomb');
    await eventually(async () => {
      const { conversationId } = agent.turnsOf('Bomb')[0] as AskedTurn;
      const entries = await stack.api<{ items: { id: string; author: string }[] }>(
        'GET',
        `/v1/conversations/${conversationId}/messages`,
      );
      const bomb = entries.body.items.find(({ author }) => author === 'agent');
      const told = await stack.api('GET', `/v1/messages/${bomb?.id}`);
      expect(told.body).toMatchObject({ status: 'failed', reason: 'payload_too_large' });
    });
    await person.writes('Alive?');
    await person.sees((inbox) => inbox.at(-1)?.text === 'Here I am.');
  });

  it('refuses an address inside the network, a missing address and a taken id', async () => {
    const create = (more: object) => stack.api('POST', '/v1/agents', { body: { name: 'X', ...more } });
    expect(await create({ backend: { type: 'http' } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'backend.url' }] },
    });
    expect(await create({ id: 'shop' })).toMatchObject({ status: 400, body: { errors: [{ field: 'id' }] } });
    const listed = await stack.api('GET', '/v1/agents');
    expect(JSON.stringify(listed.body)).not.toMatch(/whsec_|sealed/);
    expect(await stack.api('GET', '/v1/agents/nobody')).toMatchObject({ status: 404 });
    // The cloud's metadata service is the classic address to ask for from inside.
    const backend = { type: 'http', url: 'http://169.254.169.254/latest', apology: 'Not reached.' };
    expect((await stack.api('PATCH', '/v1/agents/shop', { body: { backend } })).status).toBe(200);
    const person = newPerson();
    await person.writes('Anybody?');
    await person.sees((inbox) => inbox.at(-1)?.text === 'Not reached.', 40_000);
    expect(agent.asked).toEqual([]);
  });
});
