import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import type * as classic from 'nats';
import type { AskedTurn } from './support/http-agent.js';
import { newNumber, personOf, type Person } from './support/people.js';

// The classic package is CommonJS and lives in the test workspace.
const { connect, JSONCodec } = createRequire(import.meta.url)('nats') as typeof classic;
const json = JSONCodec<unknown>();

let stack: Stack;
let nats: classic.NatsConnection;
let asked: AskedTurn[] = [];

const newPerson = (): Person => personOf(stack, 'whatsapp', newNumber());
const subject = () => `skein.agent.${stack.dev.workspaceId}.desk`;

async function newConnection(): Promise<classic.NatsConnection> {
  const url = new URL(stack.dev.natsUrl);
  const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return connect({ servers: url.host, user, pass });
}

type Answer = (turn: AskedTurn) => Uint8Array | undefined;

/** An existing service of the classic client, one of a queue group. */
function serve(connection: classic.NatsConnection, answer: Answer): { stop: () => void; taken: AskedTurn[] } {
  const taken: AskedTurn[] = [];
  const subscription = connection.subscribe(subject(), {
    queue: 'desk',
    callback: (_, message) => {
      const turn = json.decode(message.data) as AskedTurn;
      taken.push(turn);
      asked.push(turn);
      const said = answer(turn);
      if (said !== undefined) message.respond(said);
    },
  });
  return { stop: () => subscription.unsubscribe(), taken };
}

const say = (body: object): Uint8Array => json.encode(body);

beforeAll(async () => {
  stack = await startStack({ env: { SKEIN_SWEEP_MS: '200' } });
  nats = await newConnection();
  const backend = { type: 'nats', timeoutSeconds: 2, apology: 'Nobody is here.' };
  const made = await stack.api('POST', '/v1/agents', { body: { id: 'desk', name: 'Desk', backend } });
  expect(made).toMatchObject({ status: 201, body: { backend: { type: 'nats', timeoutSeconds: 2 } } });
  const moved = { body: { agentId: 'desk' } };
  await stack.api('PATCH', `/v1/channels/${stack.dev.channels['whatsapp']}`, moved);
});
afterEach(() => void (asked = []));
afterAll(async () => {
  await nats.close();
  await stack.stop();
});

describe('an agent behind NATS', () => {
  it('R7: two replicas of a queue group share the turns; each is answered once, in order', async () => {
    const other = await newConnection();
    const answer: Answer = ({ message }) =>
      say({ messages: [`re: ${message.text}`, { text: 'Anything else?' }] });
    const replicas = [serve(nats, answer), serve(other, answer)];
    await Promise.all([nats.flush(), other.flush()]);
    const people = Array.from({ length: 8 }, newPerson);
    await Promise.all(people.map((person, index) => person.writes(`question ${index}`)));
    for (const [index, person] of people.entries()) {
      await person.sees((inbox) => inbox.length === 2);
      expect(await person.texts()).toEqual([`re: question ${index}`, 'Anything else?']);
    }
    expect(replicas.reduce((sum, { taken }) => sum + taken.length, 0)).toBe(8);
    const [turn] = asked;
    expect(turn).toMatchObject({ type: 'turn', attempt: 1, channel: { kind: 'whatsapp' } });
    expect(turn?.actions.map(({ name }) => name)).toContain('send_buttons');
    expect(turn?.turnToken).toMatch(/./);
    expect(JSON.stringify(asked)).not.toContain(stack.dev.apiKey);
    replicas.forEach(({ stop }) => stop());
    await other.close();
  });

  it('T7: sends with the token while it is asked, and answers later over HTTP', async () => {
    const service = serve(nats, () => say({ later: true, withinSeconds: 30 }));
    await nats.flush();
    const person = newPerson();
    await person.writes('A long one');
    await eventually(() => expect(asked).toHaveLength(1));
    const headers = { 'skein-turn': asked[0]?.turnToken ?? '', 'x-api-key': '' };
    await eventually(async () => {
      const turns = await stack.sql(
        `SELECT 1 FROM turns WHERE id = $1 AND lease_until > now() + interval '20 s'`,
        [asked[0]?.turnId],
      );
      expect(turns).toHaveLength(1);
    });
    const sent = await stack.api('POST', '/v1/turns/actions/send_text', {
      body: { text: 'One moment.' },
      headers,
    });
    expect(sent).toMatchObject({ status: 200, body: { delivered: true } });
    const ended = await stack.api('POST', '/v1/turns/answer', { body: { text: 'Here it is.' }, headers });
    expect(ended.status).toBe(200);
    await person.sees((inbox) => inbox.length === 2);
    expect(await person.texts()).toEqual(['One moment.', 'Here it is.']);
    service.stop();
  });

  it('R2: nobody listening, silence and nonsense are tried three times and end in the apology, seen in the timeline', async () => {
    const nobody = newPerson();
    await nobody.writes('Anybody?');
    await nobody.sees((inbox) => inbox.length === 1, 20_000);
    const nonsense: Record<string, Uint8Array | undefined> = {
      'no JSON': new TextEncoder().encode('<html>'),
      'an unknown field': say({ words: 'Hi' }),
      '7 MB': say({ text: 'x'.repeat(7_000_000) }),
      never: undefined,
    };
    const service = serve(nats, ({ message }) =>
      Object.hasOwn(nonsense, message.text) ? nonsense[message.text] : say({ text: 'Right here.' }),
    );
    await nats.flush();
    const people = Object.keys(nonsense).map((text) => ({ text, person: newPerson() }));
    await Promise.all(people.map(({ text, person }) => person.writes(text)));
    for (const { text, person } of people) {
      await person.sees((inbox) => inbox.length === 1, 20_000);
      expect([text, await person.texts()]).toEqual([text, ['Nobody is here.']]);
      expect(asked.filter(({ message }) => message.text === text).map(({ attempt }) => attempt)).toEqual([
        1, 2, 3,
      ]);
    }
    await nobody.writes('And now?');
    await nobody.sees((inbox) => inbox.at(-1)?.text === 'Right here.');
    const [failed] = asked.at(-1)?.history ?? [];
    const timeline = await stack.api<{ items: { step: string; detail: { error?: string } }[] }>(
      'GET',
      `/v1/messages/${failed?.id}/timeline`,
    );
    const step = timeline.body.items.find((item) => item.step === 'turn_failed');
    expect(step?.detail.error).toBe(`Nobody answers turns on ${subject()}.`);
    service.stop();
  });

  it('R7: a conversation that is larger than NATS takes loses its oldest entries and not its turn', async () => {
    const person = newPerson();
    const service = serve(nats, () => say({}));
    await nats.flush();
    // Forty long messages, as a platform without a small limit may bring them: 64,000 characters of four bytes each.
    await person.writes('First');
    await eventually(() => expect(asked).toHaveLength(1));
    await stack.sql(
      `INSERT INTO messages (id, workspace_id, direction, author, status, thread_id, channel_id, lane_id, text, content)
       SELECT gen_random_uuid(), workspace_id, 'in', 'user', 'delivered', thread_id, channel_id, lane_id, repeat('👋', 64000),
         jsonb_build_object('text', repeat('👋', 64000))
       FROM messages, generate_series(1, 40) WHERE id = $1`,
      [asked[0]?.message.id],
    );
    await person.writes('Last');
    await eventually(() => expect(asked).toHaveLength(2), { timeoutMs: 15_000 });
    const { history = [] } = asked[1] ?? {};
    expect(history.at(-1)?.text).toBe('Last');
    expect(history.length).toBeGreaterThan(5);
    expect(history.length).toBeLessThan(42);
    service.stop();
  });
});
