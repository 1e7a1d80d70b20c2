import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack, type StackPart } from '@skein/testing';
import { HttpAgent } from './support/http-agent.js';
import { atNoon } from './support/noon.js';
import { newNumber, personOf, type Person } from './support/people.js';

const LEASE_MS = 1500;
const [PEOPLE, MESSAGES] = [20, 5];

let stack: Stack;
let agent: HttpAgent;
let twin: StackPart;
let zone: string;

beforeAll(async () => {
  agent = await HttpAgent.start();
  stack = await startStack({
    split: true,
    env: {
      SKEIN_ALLOW_HOSTS: agent.host,
      SKEIN_TURN_LEASE_MS: String(LEASE_MS),
      SKEIN_SWEEP_MS: '200',
    },
  });
  zone = await atNoon(stack);
  twin = await stack.replica('agents', 'agents-twin');
  await agent.serve(stack, 'whatsapp', { id: 'shop' });
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

const newPerson = (): Person => personOf(stack, 'whatsapp', newNumber());
const rules = (body: object) => stack.api('PATCH', '/v1/agents/shop', { body });

async function writesAll(person: Person, texts: string[]): Promise<void> {
  for (const text of texts) await person.writes(text);
}

async function pause(part: StackPart, ms: number): Promise<void> {
  const pid = await part.pid();
  await part.kill('SIGSTOP');
  await delay(ms);
  process.kill(pid ?? 0, 'SIGCONT');
}

describe('turns over two replicas', () => {
  it(`R2 R3: ${PEOPLE} people × ${MESSAGES} quick messages, one replica killed and the other paused: each is answered once, in order`, async () => {
    agent.answer = async (turn) => {
      await delay(Math.random() * 100);
      return usual(turn);
    };
    const people = Array.from({ length: PEOPLE }, newPerson);
    const texts = Array.from({ length: MESSAGES }, (_, index) => `number ${index}`);
    const writing = Promise.all(people.map((person) => writesAll(person, texts)));
    await eventually(() => expect(agent.asked.length).toBeGreaterThan(PEOPLE / 2));
    await twin.kill();
    await eventually(() => expect(agent.asked.length).toBeGreaterThan(PEOPLE));
    await pause(stack.service('agents'), LEASE_MS * 2);
    await twin.restart();
    await writing;
    const wanted = texts.map((text) => `re: ${text}`);
    for (const person of people) {
      await person.sees((inbox) => inbox.length >= MESSAGES, 30_000);
      expect(await person.texts()).toEqual(wanted);
    }
  });

  it('R3: what a paused process says after its turn was taken over never reaches the person', async () => {
    const person = newPerson();
    let finish = (): void => undefined;
    const first = new Promise<void>((resolve) => (finish = resolve));
    agent.answer = async ({ attempt }) => {
      if (attempt === 1) await first;
      return { body: { text: attempt === 1 ? 'from the first' : 'from the second' } };
    };
    await twin.kill();
    await person.writes('who is there?');
    await eventually(() => expect(agent.asked).toHaveLength(1));
    const paused = stack.service('agents');
    const pid = await paused.pid();
    await paused.kill('SIGSTOP');
    await twin.restart();
    await person.sees((inbox) => inbox.length === 1, 20_000);
    finish();
    process.kill(pid ?? 0, 'SIGCONT');
    // The one that woke up answers the next message of somebody else again, so it has heard what its first turn was told.
    agent.answer = usual;
    await twin.kill();
    const other = newPerson();
    await other.writes('and now?');
    await other.sees((inbox) => inbox.length === 1, 20_000);
    expect(await person.texts()).toEqual(['from the second']);
    await twin.restart();
  });
});

describe('bursts', () => {
  const texts = ['I want', 'two shirts', 'blue ones'];

  it('R4: quick messages become one turn with all of them in order; the others are told as answered with it', async () => {
    expect(await rules({ turns: { debounceMs: 1500 } })).toMatchObject({
      status: 200,
      body: { turns: { debounceMs: 1500, maxBatch: 20 } },
    });
    const person = newPerson();
    await writesAll(person, texts);
    expect((await person.sees((inbox) => inbox.length > 0)).map(({ text }) => text)).toEqual([
      're: blue ones',
    ]);
    expect(agent.asked).toHaveLength(1);
    const [turn] = agent.asked;
    expect(turn?.messages.map(({ text }) => text)).toEqual(texts);
    expect(turn?.message.text).toBe('blue ones');
    const timeline = await stack.api('GET', `/v1/messages/${turn?.messages[0]?.id}/timeline`);
    expect(JSON.stringify(timeline.body)).toContain('turn_merged');
  });

  it('R4: takes at most maxBatch at once, and the rest in the next turn', async () => {
    await rules({ turns: { maxBatch: 2 } });
    const person = newPerson();
    await writesAll(person, texts);
    await person.sees((inbox) => inbox.length === 2);
    expect(agent.asked.map(({ messages }) => messages.map(({ text }) => text))).toEqual([
      ['I want', 'two shirts'],
      ['blue ones'],
    ]);
    await rules({ turns: { maxBatch: 20 } });
  });

  it('R4: a turn that is tried again has the same messages, and what was written since comes next', async () => {
    const person = newPerson();
    agent.answer = async (turn) => {
      if (turn.attempt > 1 || turn.message.text === 'and socks') return usual(turn);
      await person.writes('and socks');
      return { status: 500 };
    };
    await writesAll(person, texts);
    const inbox = await person.sees((seen) => seen.length === 2, 20_000);
    expect(inbox.map(({ text }) => text)).toEqual(['re: blue ones', 're: and socks']);
    expect(agent.asked.map(({ messages }) => messages.map(({ text }) => text))).toEqual([
      texts,
      texts,
      ['and socks'],
    ]);
  });

  it('R4: nothing is lost when every process dies before the burst is over, or in the middle of its turn', async () => {
    const person = newPerson();
    // Long enough for the processes to be gone by then.
    await rules({ turns: { debounceMs: 5000 } });
    await writesAll(person, texts);
    const both = [stack.service('agents'), twin];
    await Promise.all(both.map((part) => part.kill()));
    await Promise.all(both.map((part) => part.restart()));
    await person.sees((inbox) => inbox.length === 1, 30_000);
    expect(agent.asked.map(({ messages }) => messages.length)).toEqual([3]);
    await rules({ turns: { debounceMs: 1500 } });
    let died = (): void => undefined;
    const death = new Promise<void>((resolve) => (died = resolve));
    agent.answer = async (turn) => {
      if (turn.attempt === 1) await death;
      return usual(turn);
    };
    await writesAll(person, ['one', 'two']);
    await eventually(() => expect(agent.turnsOf('two')).toHaveLength(1));
    await Promise.all(both.map((part) => part.kill()));
    died();
    await Promise.all(both.map((part) => part.restart()));
    const inbox = await person.sees((seen) => seen.length === 2, 30_000);
    expect(inbox.at(-1)?.text).toBe('re: two');
    expect(agent.turnsOf('two').map(({ messages }) => messages.map(({ text }) => text))).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });
});

describe('credits', () => {
  it('R9: a turn costs what its agent says, once although it was tried twice; by agent and day', async () => {
    await agent.serve(stack, 'telegram', {
      id: 'dear',
      credits: { perTurn: 0.1, perThousandTokens: 0.2 },
    });
    agent.answer = (turn) =>
      turn.attempt === 1
        ? { status: 500 }
        : { body: { text: 'Hi', usage: { inputTokens: 900, outputTokens: 600 } } };
    const person = personOf(stack, 'telegram', '7001');
    await person.writes('hello');
    await person.sees((inbox) => inbox.length === 1, 20_000);
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date());
    const asked = `/v1/usage?agentId=dear&from=${day}&to=${day}`;
    const used = await stack.api('GET', asked);
    expect(used).toMatchObject({
      status: 200,
      body: { items: [{ agentId: 'dear', day, turns: 1, tokens: 1500, credits: 0.4 }], nextCursor: null },
    });
    await rules({ credits: { perTurn: 2 } });
    agent.answer = () => ({ body: { text: 'Hi', usage: { tokens: 0 } } });
    await person.writes('again');
    await person.sees((inbox) => inbox.length === 2, 20_000);
    expect((await stack.api('GET', asked)).body).toMatchObject({ items: [{ turns: 2, credits: 0.5 }] });
  });

  it('R9: days and agents are listed by page; wrong questions and rules are refused for their field', async () => {
    type UsagePage = { items: { agentId: string; turns: number }[]; nextCursor: string | null };
    const all = await stack.api<UsagePage>('GET', '/v1/usage');
    expect(all.body.items.map(({ agentId }) => agentId)).toEqual(['shop', 'dear']);
    const first = await stack.api<UsagePage>('GET', '/v1/usage?limit=1');
    const next = await stack.api<UsagePage>('GET', `/v1/usage?limit=1&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...next.body.items]).toEqual(all.body.items);
    expect((await stack.api<UsagePage>('GET', '/v1/usage?to=2020-01-01')).body.items).toEqual([]);
    await stack.sql(`UPDATE turns SET ended_at = ended_at - interval '40 days' WHERE agent_id = 'shop'`);
    const agentsOf = async (query: string) =>
      (await stack.api<UsagePage>('GET', `/v1/usage${query}`)).body.items.map(({ agentId }) => agentId);
    expect(await agentsOf('')).toEqual(['dear']);
    expect(await agentsOf('?from=2020-01-01')).toEqual(['dear', 'shop']);
    const fieldOf = async (query: string) =>
      (await stack.api<{ errors: { field: string }[] }>('GET', `/v1/usage?${query}`)).body.errors[0]?.field;
    expect(await fieldOf('from=2026-02-30')).toBe('from');
    expect(await fieldOf('from=2026-02-02&to=2026-01-01')).toBe('to');
    expect(await fieldOf('agent=shop')).toBe('agent');
    const wrong: [object, string][] = [
      [{ turns: { debounceMs: 30_001 } }, 'turns.debounceMs'],
      [{ turns: { maxBatch: 0 } }, 'turns.maxBatch'],
      [{ turns: { wait: 1 } }, 'turns.wait'],
      [{ credits: { perTurn: -1 } }, 'credits.perTurn'],
      [{ credits: { perThousandTokens: 0.0000001 } }, 'credits.perThousandTokens'],
    ];
    for (const [body, field] of wrong)
      expect(await rules(body)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});
