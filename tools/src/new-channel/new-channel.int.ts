import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newDataDir } from '@skein/testing';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** With and without a hyphen. */
const KINDS = ['pigeon', 'carrier-pigeon'];
/** Of the tree only what is built, checked and run here. */
const NEEDED = /^(?:libs|apps|tools)\/|^[^/]+$/;

const exec = promisify(execFile);
let copy = '';
/** What the generator wrote or changed. */
const files = new Set<string>();

interface Ran {
  code: number;
  output: string;
}

/** Runs a command in the copy, and gives its exit code with everything that it said. */
async function run(file: string, ...args: string[]): Promise<Ran> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  try {
    const { stdout, stderr } = await exec(file, args, { cwd: copy, env, maxBuffer: 64 * 1024 * 1024 });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
}

/** The working tree as it is, with what nobody has committed yet. */
async function copyTree(): Promise<void> {
  const { stdout } = await exec('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  });
  for (const path of stdout.split('\n').filter((each) => each !== '' && NEEDED.test(each))) {
    if (!existsSync(join(ROOT, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(ROOT, path), join(copy, path));
  }
}

/** Packages are those of the tree, but our own libraries are the copies. */
function linkPackages(): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(copy, 'node_modules')];
  mkdirSync(join(to, '@skein'), { recursive: true });
  for (const name of readdirSync(from).filter((each) => each !== '@skein' && each !== '.cache'))
    symlinkSync(join(from, name), join(to, name));
  for (const name of readdirSync(join(copy, 'libs')))
    symlinkSync(join(copy, 'libs', name), join(to, '@skein', name));
}

beforeAll(async () => {
  copy = newDataDir();
  await copyTree();
  linkPackages();
  expect(await run(process.execPath, 'tools/build.mjs')).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const generate = (...args: string[]): Promise<Ran> =>
  run(process.execPath, 'tools/dist/new-channel.js', ...args);

it('refuses kinds that exist and names that are none, and writes nothing', async () => {
  for (const kind of ['telegram', 'Bad Name', '../x']) {
    const { code, output } = await generate(kind);
    expect([code, output.trim().split('\n')]).toEqual([1, [expect.stringContaining(`"${kind}"`)]]);
  }
  expect(await generate()).toMatchObject({
    code: 1,
    output: expect.stringContaining('npm run new:channel') as unknown,
  });
});

it('writes every file and registration of a kind, once', async () => {
  for (const kind of KINDS) {
    const { code, output } = await generate(kind);
    expect([code, output]).toEqual([
      0,
      expect.stringContaining(`apps/chat-platforms/src/channels/${kind}/send.ts`),
    ]);
    for (const [, path = ''] of output.matchAll(/^ {2}((?:apps|libs|tools)\/\S+\.ts)$/gm)) files.add(path);
    expect(readFileSync(join(copy, 'libs/contracts/src/kinds.ts'), 'utf8')).toContain(`'${kind}'`);
  }
  expect(files.size).toBeGreaterThan(30);
  expect(await run(process.execPath, 'tools/build.mjs')).toMatchObject({ code: 0 });
  expect(await generate('pigeon')).toMatchObject({
    code: 1,
    output: expect.stringContaining('already') as unknown,
  });
});

it('writes what the compiler and the formatter accept', async () => {
  const config = {
    extends: './tsconfig.base.json',
    compilerOptions: { noEmit: true },
    files: [...files],
  };
  writeFileSync(join(copy, 'tsconfig.pigeon.json'), JSON.stringify(config));
  const [types, style] = await Promise.all([
    run(process.execPath, 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.pigeon.json'),
    run(process.execPath, 'node_modules/prettier/bin/prettier.cjs', '--check', ...files),
  ]);
  expect(types).toEqual({ code: 0, output: '' });
  expect(style).toMatchObject({ code: 0 });
});

it('R1, B2: makes channels that keep the contract at once', async () => {
  const contract = await run(process.execPath, 'tools/jest.mjs', 'unit', 'pigeon/', '--verbose');
  for (const kind of KINDS) expect(contract.output).toContain(`the contract of channels: ${kind}\n`);
  expect(contract.code).toBe(0);
});

it('carries a text out and in through its sandbox', async () => {
  writeFileSync(join(copy, 'round-trip.mjs'), ROUND_TRIP);
  const { code, output } = await run(process.execPath, 'round-trip.mjs');
  expect([code, output.trim()]).toEqual([0, 'receipt Hi refused message Hello']);
});

/** The built channel against the built sandbox, as the kit would use them. */
const ROUND_TRIP = `
import 'reflect-metadata';
import { createServer } from 'node:http';
import { GuardedClient } from '@skein/channel-kit';
import { pigeon } from './apps/chat-platforms/dist/channels/pigeon/index.js';
import { startSandbox } from './apps/sandbox/dist/sandbox.js';

const sandbox = await startSandbox({ port: 0 });
const host = new URL(sandbox.url).host;
const config = { baseUrl: sandbox.url + '/pigeon', accountId: 'a', token: 't', webhookSecret: 's' };
const post = (path, body) =>
  fetch(sandbox.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const hook = {};
const told = new Promise((resolve) => (hook.take = resolve));
const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.end('ok');
    hook.take({ headers: request.headers, body: Buffer.concat(chunks) });
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const webhookUrl = 'http://127.0.0.1:' + server.address().port;
await post('/accounts', { kind: 'pigeon', channelId: 'c', accountId: 'a', token: 't', webhookSecret: 's', webhookUrl });
await post('/people/pigeon/ada/messages', { text: 'Hello' });
const raw = await told;
const genuine = pigeon.webhook.verify({ ...raw, method: 'POST' }, config);
const [{ event }] = pigeon.webhook.parse(JSON.parse(raw.body), { account: 'a', config, query: {} });
const http = new GuardedClient([host]);
const io = { http, signal: AbortSignal.timeout(5000) };
const call = (text) => ({ address: 'ada', callRef: '1:1', part: { type: 'text', text } });
const sent = await pigeon.send(call('Hi'), { config }, io);
const long = await pigeon.send(call('x'.repeat(1001)), { config }, io);
const inbox = await (await fetch(sandbox.url + '/people/pigeon/ada/inbox')).json();
console.log(sent.kind, inbox.at(-1).text, long.reason === 'payload_too_large' ? 'refused' : long, genuine && event.type, event.content.text);
await http.close();
server.closeAllConnections();
server.close();
await sandbox.stop();
process.exit(0);
`;
