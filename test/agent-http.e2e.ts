import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { newNumber, personOf } from './support/people.js';

interface Turn {
  turnId: string;
  attempt: number;
  message: { text: string };
  history: { author: string; text: string }[];
  actions: { name: string }[];
  outputRule: string;
}

/** What the agent answers to a turn: a status and a body, or nothing at all. */
type Answer = (turn: Turn) => { status?: number; body?: string } | undefined;

let stack: Stack;
let server: Server;
let answer: Answer;
let secret = '';
const turns: { turn: Turn; signed: boolean; id: string }[] = [];

const say = (text: string) => ({ body: JSON.stringify({ text }) });

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The check of any Standard Webhooks library, written out. */
function isSigned({ headers }: IncomingMessage, body: string): boolean {
  const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return (
    headers['webhook-signature'] === `v1,${digest}` && Math.abs(Number(timestamp) - Date.now() / 1000) < 60
  );
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void read(request).then((body) => {
      const turn = JSON.parse(body) as Turn;
      turns.push({ turn, signed: isSigned(request, body), id: String(request.headers['webhook-id']) });
      const said = answer(turn);
      if (said)
        response.writeHead(said.status ?? 200, { 'content-type': 'application/json' }).end(said.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: `127.0.0.1:${port}` } });
  const made = await stack.api<{ id: string; signingSecret: string }>('POST', '/v1/agents', {
    body: {
      id: 'shop',
      name: 'Shop',
      backend: {
        type: 'http',
        url: `http://127.0.0.1:${port}/turns`,
        timeoutSeconds: 2,
        apology: 'Sorry, not now.',
      },
    },
  });
  expect(made.status).toBe(201);
  secret = made.body.signingSecret;
  const moved = { body: { agentId: 'shop' } };
  await stack.api('PATCH', `/v1/channels/${stack.dev.channels['whatsapp']}`, moved);
});

afterEach(() => void turns.splice(0));
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await stack.stop();
});

describe('an agent behind HTTP', () => {
  it('R7: gets the signed turn with history, tools and the output rule, never a credential; its answer goes out in order', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    answer = ({ message }) => ({
      body: JSON.stringify({
        messages: [
          `You said "${message.text}".`,
          { text: 'Which?\n::: actions\n- [This](a)\n- [That](b)\n:::' },
        ],
      }),
    });
    await person.writes('Do you have shoes?');
    const inbox = await person.sees((seen) => seen.length === 2);
    expect(inbox.map(({ text }) => text)).toEqual(['You said "Do you have shoes?".', 'Which?']);
    await person.writes({ press: 'b' });
    await person.sees((seen) => seen.length === 4);
    expect(turns.map(({ signed }) => signed)).toEqual([true, true]);
    const second = turns[1]?.turn;
    expect(second?.history.map(({ author }) => author)).toEqual(['user', 'agent', 'agent', 'user']);
    expect(second?.message).toMatchObject({ content: { action: { id: 'b' } } });
    expect(second?.actions.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['send_text', 'send_buttons']),
    );
    expect(second?.outputRule).not.toBe('');
    expect(JSON.stringify(turns)).not.toContain(secret);
  });

  it('stays silent when the agent does', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    answer = () => ({ status: 204 });
    await person.writes('Just so you know');
    await eventually(() => expect(turns).toHaveLength(1));
    await eventually(async () => {
      const rows = await stack.sql(`SELECT 1 FROM turns WHERE id = $1 AND state = 'done'`, [
        turns[0]?.turn.turnId,
      ]);
      expect(rows).toHaveLength(1);
    });
    expect(await person.inbox()).toEqual([]);
  });

  it.each<[string, Answer]>([
    ['HTTP 500', () => ({ status: 500 })],
    ['no JSON', () => ({ body: '<html>' })],
    ['an unknown field', () => ({ body: '{"message":"Hi"}' })],
    ['50 MB', () => ({ body: 'x'.repeat(50_000_000) })],
    ['never', () => undefined],
  ])('apologizes after three tries: %s', async (_name, bad) => {
    const person = personOf(stack, 'whatsapp', newNumber());
    answer = bad;
    await person.writes('Hello?');
    const [seen] = await person.sees((inbox) => inbox.length > 0, 40_000);
    expect(seen?.text).toBe('Sorry, not now.');
    expect(turns.map(({ turn }) => turn.attempt)).toEqual([1, 2, 3]);
    expect(new Set(turns.map(({ id }) => id)).size).toBe(1);
    answer = () => say('Back again');
    await person.writes('And now?');
    await person.sees((inbox) => inbox.at(-1)?.text === 'Back again');
    const entry = await stack.sql<{ steps: string }>(
      `SELECT m.timeline::text AS steps FROM messages m JOIN turns t ON t.message_id = m.id WHERE t.id = $1`,
      [turns[0]?.turn.turnId],
    );
    expect(entry[0]?.steps).toContain('turn_failed');
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
    const person = personOf(stack, 'whatsapp', newNumber());
    await person.writes('Anybody?');
    await person.sees((inbox) => inbox.at(-1)?.text === 'Not reached.', 40_000);
    expect(turns).toEqual([]);
  });
});
