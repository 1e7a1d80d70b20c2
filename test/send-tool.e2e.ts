import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { request } from 'undici';
import { HttpAgent, type AskedTurn } from './support/http-agent.js';
import { mcpCaller, type ToolResult } from './support/mcp.js';
import { newNumber, personOf, type Person, type Seen } from './support/people.js';

const NO_GATEWAY =
  'No active gateway: send_message is only available inside a running bot/gateway (e.g. Telegram, Slack, Discord). It is unavailable for CLI/one-shot runs.';

let stack: Stack;
let agent: HttpAgent;
let outbox: string;

beforeAll(async () => {
  agent = await HttpAgent.start();
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: agent.host } });
  await agent.serve(stack, 'whatsapp', { id: 'shop' });
  outbox = join(stack.dataDir, 'outbox');
  await stack.api('PUT', '/v1/targets/slack', { body: { target: 'slack:C0GENERAL' } });
  await stack.api('PUT', '/v1/targets/my-ops-alert', { body: { target: 'telegram:4711', label: 'Ops' } });
});
beforeEach(() => void agent.asked.splice(0));
afterAll(async () => {
  await agent.stop();
  await stack.stop();
});

type Arguments = Record<string, unknown>;

/** Calls the tool in the name of a turn, with a client of its own. */
async function sendTo(turnToken: string | undefined, args: Arguments): Promise<ToolResult> {
  const mcp = await mcpCaller(stack, turnToken === undefined ? {} : { turnToken });
  try {
    return await mcp.call('send_to_target', args);
  } finally {
    await mcp.close();
  }
}

/** A person writes; in the turn of it the agent makes these calls one after the other, and then says "done". */
async function inTurn(calls: Arguments[], person = personOf(stack, 'whatsapp', newNumber())) {
  const results: ToolResult[] = [];
  agent.answer = async (turn) => {
    for (const args of calls) results.push(await sendTo(turn.turnToken, args));
    return { body: { text: 'done' } };
  };
  await person.writes('Please do it');
  const inbox = await person.sees((seen) => seen.at(-1)?.text === 'done', 30_000);
  return { person, inbox, results, said: results.map(({ text }) => text) };
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The hash of what a person received. */
async function receivedHash({ media }: Seen): Promise<string> {
  const { body } = await request(media?.url ?? '');
  return hashOf(Buffer.from(await body.arrayBuffer()));
}

const textsOf = (kind: string, address: string) => personOf(stack, kind, address).texts();

describe('the send tool in a running turn', () => {
  it('T1, T2, T5, T7: reaches the chat of the turn, a home, a chat and an alias before the turn ends', async () => {
    await personOf(stack, 'telegram', '4711').writes('hello');
    await eventually(async () => expect(await textsOf('telegram', '4711')).toHaveLength(1));
    const { inbox, said } = await inTurn([
      { message: 'Half way' },
      { target: 'origin', message: 'Nearly there' },
      { target: 'slack', message: 'Deploy finished ✅' },
      { target: 'slack:home', message: 'Still finished' },
      { target: 'slack:C0GENERAL', message: 'By its id' },
      { target: 'my-ops-alert', message: 'All tests passed' },
    ]);
    expect(said).toEqual([
      'Delivered to origin',
      'Delivered to origin',
      'Delivered to slack',
      'Delivered to slack:home',
      'Delivered to slack:C0GENERAL',
      'Delivered to my-ops-alert',
    ]);
    expect(inbox.map(({ text }) => text)).toEqual(['Half way', 'Nearly there', 'done']);
    expect(await textsOf('slack', 'C0GENERAL')).toEqual(
      expect.arrayContaining(['Deploy finished ✅', 'Still finished', 'By its id']),
    );
    expect(await textsOf('telegram', '4711')).toContain('All tests passed');
    const rows = await stack.sql<{ origin: string }>(`SELECT origin FROM messages WHERE text = 'Half way'`);
    expect(rows).toEqual([{ origin: 'tool' }]);
  });

  it('T3: lists origin, homes and aliases; an unknown target is denied with what there is', async () => {
    const { results, said } = await inTurn([
      { action: 'list' },
      { target: 'nobody', message: 'Hi' },
      { target: 'discord', message: 'Hi' },
    ]);
    const listed = [
      { target: 'origin', platform: 'whatsapp', kind: 'origin', label: 'Current chat' },
      { target: 'slack', platform: 'slack', kind: 'home', label: 'Slack' },
      { target: 'my-ops-alert', platform: 'telegram', kind: 'alias', label: 'Ops' },
    ];
    expect(JSON.parse(said[0] ?? '')).toEqual(listed);
    expect(results[0]?.structured['targets']).toEqual(listed);
    expect(said[1]).toMatch(
      /^Not delivered to nobody: "nobody" is no target\. There are slack, my-ops-alert;/,
    );
    expect(said[2]).toMatch(/^Not delivered to discord: "discord" has no home chat\. There are slack/);
  });

  it('T4: attaches files, and the person receives the very bytes', async () => {
    mkdirSync(join(outbox, 'charts'), { recursive: true });
    const report = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(50_000)]);
    const notes = Buffer.from('name,amount\nAna,10\n');
    writeFileSync(join(outbox, 'report.pdf'), report);
    writeFileSync(join(outbox, 'charts', 'notes.csv'), notes);
    const { inbox, said } = await inTurn([
      { message: `Weekly report ready MEDIA:${outbox}/report.pdf` },
      { message: `MEDIA:${outbox}/charts/notes.csv MEDIA:${outbox}/report.pdf` },
      { target: 'my-ops-alert', message: `For the file MEDIA:${outbox}/report.pdf` },
    ]);
    expect(said).toEqual(['Delivered to origin', 'Delivered to origin', 'Delivered to my-ops-alert']);
    const [elsewhere] = (await personOf(stack, 'telegram', '4711').inbox()).slice(-1);
    expect(elsewhere && (await receivedHash(elsewhere))).toBe(hashOf(report));
    expect(JSON.stringify(inbox)).not.toContain('MEDIA:');
    expect(inbox.some(({ text }) => text?.includes('Weekly report ready'))).toBe(true);
    const files = inbox.filter(({ media }) => media !== undefined);
    expect(files.map(({ media }) => media?.filename)).toEqual(['report.pdf', 'notes.csv', 'report.pdf']);
    expect(await Promise.all(files.map(receivedHash))).toEqual([
      hashOf(report),
      hashOf(notes),
      hashOf(report),
    ]);
  });

  it('T4: sends nothing when a path is not allowed or not there, and names it', async () => {
    mkdirSync(outbox, { recursive: true });
    writeFileSync(join(stack.dataDir, 'secret.txt'), 'secret');
    writeFileSync(join(outbox, 'fine.txt'), 'fine');
    symlinkSync(join(stack.dataDir, 'secret.txt'), join(outbox, 'link.txt'));
    symlinkSync(stack.dataDir, join(outbox, 'up'));
    execFileSync('mkfifo', [join(outbox, 'pipe')]);
    const bad = [
      join(stack.dataDir, 'secret.txt'),
      `${outbox}/../secret.txt`,
      `${outbox}/link.txt`,
      `${outbox}/up/secret.txt`,
      `${outbox}/up/dev.json`,
      `${outbox}/pipe`,
      `${outbox}/none.pdf`,
      outbox,
      '/dev/zero',
      '/etc/passwd',
    ];
    const { inbox, said } = await inTurn(
      bad.map((path) => ({ message: `Not to be seen MEDIA:${outbox}/fine.txt MEDIA:${path}` })),
    );
    expect(said.map((sentence) => sentence.split(' ').slice(0, 5).join(' '))).toEqual(
      bad.map((path) => `Not delivered to origin: ${path}`),
    );
    expect(inbox.map(({ text, media }) => [text, media])).toEqual([['done', undefined]]);
  });

  it('T5: tells what is held and what is refused; what is refused never goes out', async () => {
    const cold = personOf(stack, 'whatsapp', newNumber());
    const gone = personOf(stack, 'sms', newNumber());
    await gone.writes('STOP');
    await gone.sees((inbox) => inbox.length === 1);
    const { said } = await inTurn([
      { target: `whatsapp:${cold.address}`, message: 'Are you there?' },
      { target: `sms:${gone.address}`, message: 'Not to be seen' },
      { message: '   ' },
    ]);
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(`^Held for whatsapp:\\${cold.address}: it goes out when the person writes`),
      ),
      expect.stringMatching(new RegExp(`^Not delivered to sms:\\${gone.address}: opted_out`)),
      'Not delivered to origin: the message is empty',
    ]);
    expect(await gone.texts()).not.toContain('Not to be seen');
  });

  it('T5, T6: outside a turn, with a made-up token and after the turn, every call is answered with the same sentence', async () => {
    const { person } = await inTurn([]);
    const over = agent.asked.at(-1)?.turnToken;
    const calls = [
      { message: 'Late' },
      { target: 'slack', message: 'Late' },
      { action: 'list' },
      { message: 'MEDIA:/etc/passwd' },
    ];
    for (const token of [undefined, 'made-up', `${over}x`, over])
      for (const args of calls) expect((await sendTo(token, args)).text).toBe(NO_GATEWAY);
    expect(await person.texts()).toEqual(['done']);
  });

  it('T5: a second try sends nothing twice, in another order too, and sends to whom the first try did not send to', async () => {
    const person = personOf(stack, 'whatsapp', newNumber());
    const said: string[] = [];
    const again = async (token: string, args: Arguments) => said.push((await sendTo(token, args)).text);
    agent.answer = async ({ attempt, turnToken }) => {
      if (attempt === 2) await again(turnToken, { message: 'For you' });
      await again(turnToken, { target: 'slack', message: 'Once only' });
      if (attempt === 1) {
        await again(turnToken, { target: 'slack', message: 'Once, too' });
        return { status: 500 };
      }
      return { body: { text: 'done' } };
    };
    await person.writes('Please do it');
    const inbox = await person.sees((seen) => seen.at(-1)?.text === 'done', 30_000);
    expect(said).toEqual([
      'Delivered to slack',
      'Delivered to slack',
      'Delivered to origin',
      'Delivered to slack',
    ]);
    expect(inbox.map(({ text }) => text)).toEqual(['For you', 'done']);
    const once = (await textsOf('slack', 'C0GENERAL')).filter((text) => text.startsWith('Once'));
    expect(once).toEqual(['Once only', 'Once, too']);
  });

  it('T6: turns side by side reach their own people alone', async () => {
    const people: Person[] = Array.from({ length: 5 }, () => personOf(stack, 'whatsapp', newNumber()));
    let arrived = 0;
    agent.answer = async (turn: AskedTurn) => {
      arrived += 1;
      await eventually(() => expect(arrived).toBe(people.length));
      const { text } = await sendTo(turn.turnToken, { message: `for ${turn.message.text}` });
      return { body: { text } };
    };
    await Promise.all(people.map((person) => person.writes(person.address)));
    for (const person of people) {
      const inbox = await person.sees((seen) => seen.length === 2, 30_000);
      expect(inbox.map(({ text }) => text)).toEqual([`for ${person.address}`, 'Delivered to origin']);
    }
  });
});
