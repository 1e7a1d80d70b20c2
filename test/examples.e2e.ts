import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePorts } from '@skein/stack';
import { eventually, startStack, type Stack } from '@skein/testing';
import { atNoon } from './support/noon.js';
import { newNumber, personOf } from './support/people.js';

const examples = join(resolve(dirname(fileURLToPath(import.meta.url)), '..'), 'examples');
let stack: Stack;
let port = 0;
beforeAll(async () => {
  [port = 0] = await freePorts(1);
  stack = await startStack({ env: { SKEIN_ALLOW_HOSTS: `127.0.0.1:${port}` } });
  await atNoon(stack);
});
const running: Example[] = [];
afterEach(async () => void (await Promise.all(running.splice(0).map(({ end }) => end()))));
afterAll(() => stack.stop());

interface Example {
  output: () => string;
  /** Resolves to the exit code. */
  exit: Promise<number | null>;
  end: () => Promise<number | null>;
}

/** Starts a script as its reader would: beside a development stack, with nothing else set. */
function start(args: string[], env: Record<string, string> = {}): Example {
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: join(examples, '..'),
    env: { PATH: process.env['PATH'], SKEIN_DATA_DIR: stack.dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const exit = new Promise<number | null>((done) => child.once('exit', done));
  const end = (): Promise<number | null> => {
    if (child.exitCode === null) child.kill('SIGINT');
    return exit;
  };
  const example = { output: () => output, exit, end };
  running.push(example);
  return example;
}

const fileOf = (name: string): string => join(examples, `${name}.mjs`);

const SHORT: [rows: string, name: string, output: RegExp][] = [
  ['P1, P4, P17', 'send', /^delivered\naccepted: .*\n[^]*sent: The platform took it/],
  [
    'P5, P6, P7',
    'hold-or-template',
    /^held until the person writes\ntemplate (sent|delivered)\n[^]*Hello Ana.*Friday/,
  ],
  ['P9', 'user-send', /^sent\n[^]*on its way[^]*Packed[^]*What next\?/],
  ['P10', 'email', /^sent [0-9a-f-]{36}\n.*Friday at eight/],
  ['P8', 'bulk-template', /51 of 51 taken\n{[^]*error: 1[^]*}\n50 not a number invalid_request\n$/],
  ['B1', 'plan', /^queued sms\n[^]*1\. Yes\\n2\. No[^]*numbered text/],
  ['M1, M4, M5, M6', 'rest', /^(200 (sent|delivered) \n){4}$/],
  ['M9', 'mcp', /send_message [^]*delivered: true[^]*delivered: true/],
  ['S1', 'synchronous-api', /^Concierge: Hello/],
  ['T1, B2', 'nats-service', /^message-sent sent\n(.*\n)*message-delivered delivered\n$/],
];

describe('the examples', () => {
  it.each(SHORT)('%s: %s.mjs does what it says', async (_rows, name, output) => {
    const example = start([fileOf(name)]);
    expect([await example.exit, example.output()]).toEqual([0, expect.stringMatching(output)]);
  });

  it('P1, P6: the first block of the package runs as it is', async () => {
    const text = readFileSync(join(examples, '../libs/sdk/README.md'), 'utf8');
    const [, block = ''] = /^```js\n([^]*?)^```$/m.exec(text) ?? [];
    const example = start(['--input-type=module', '-e', block]);
    expect([await example.exit, example.output()]).toEqual([
      0,
      expect.stringMatching(/^true (sent|delivered)\n\[\n  'Send an approved template/),
    ]);
  });

  it('P15, P2: reminders-job.mjs runs its job when it is asked to', async () => {
    const example = start([fileOf('reminders-job'), '--now']);
    await eventually(() =>
      expect(example.output()).toMatch(/next at 20\d\d-.*\n.*reminder (sent|delivered)/),
    );
    const person = personOf(stack, 'sms', '+447700900104');
    expect(await person.texts()).toEqual(['Reminder: your appointment is tomorrow at 15:00.']);
    const sent = await stack.api<{ items: { origin: string }[] }>('GET', '/v1/messages?channel=sms&limit=1');
    expect(sent.body.items[0]?.origin).toBe('job');
    expect(await example.end()).toBe(0);
  });

  it('R7: agent-http.mjs answers turns over HTTP', async () => {
    const secret = await agent('shop', { type: 'http', url: `http://127.0.0.1:${port}/turns` }, 'whatsapp');
    const example = start([fileOf('agent-http')], { PORT: String(port), SKEIN_AGENT_SECRET: secret });
    await eventually(() => expect(example.output()).toContain('listening'));
    const person = personOf(stack, 'whatsapp', newNumber());
    await person.writes('Do you have shoes?');
    const inbox = await person.sees((seen) => seen.length === 2);
    expect(inbox[0]?.text).toContain('You said "Do you have shoes?"');
    await person.writes({ press: 'hats' });
    await person.sees((seen) => seen.at(-1)?.text === 'You chose hats.');
    expect(await example.end()).toBe(0);
  });

  it('R7: agent-nats.mjs answers turns over NATS', async () => {
    await agent('desk', { type: 'nats' }, 'telegram');
    const example = start([fileOf('agent-nats')]);
    await eventually(() => expect(example.output()).toContain('listening'));
    const person = personOf(stack, 'telegram', '8890');
    await person.writes('Hello');
    await person.sees((seen) => seen.map(({ text }) => text).join() === 'You said "Hello".,Anything else?');
    expect(await example.end()).toBe(0);
  });

  it('T1, T3, T4, T7: send-message-tool.mjs tells people while it works', async () => {
    await agent('reporter', { type: 'nats' }, 'discord');
    const body = { name: 'ops', target: 'slack:C0PROJECT', label: 'Ops' };
    expect((await stack.api('POST', '/v1/targets', { body })).status).toBeLessThan(300);
    const example = start([fileOf('send-message-tool')]);
    await eventually(() => expect(example.output()).toContain('listening'));
    const person = personOf(stack, 'discord', '800000000000000890');
    await person.writes('The weekly report, please');
    const inbox = await person.sees((seen) => seen.at(-1)?.text === 'Done.');
    expect(inbox[0]?.text).toContain('Working on the weekly report');
    expect(JSON.stringify(inbox)).toContain('report.csv');
    expect(await personOf(stack, 'slack', 'C0PROJECT').texts()).toContain('The report is out.');
    expect(example.output()).toMatch(/^listening\n(Delivered to origin\n){2}Delivered to ops\n/);
    expect(await example.end()).toBe(0);
  });
});

/** Makes an agent and gives it the channel of a kind. Returns its signing secret. */
async function agent(id: string, backend: object, kind: string): Promise<string> {
  const made = await stack.api<{ signingSecret: string }>('POST', '/v1/agents', {
    body: { id, name: id, backend },
  });
  expect(made.status).toBe(201);
  await stack.api('PATCH', `/v1/channels/${stack.dev.channels[kind]}`, { body: { agentId: id } });
  return made.body.signingSecret;
}
