import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const execute = promisify(execFile);
const run = async (file: string, args: string[], options: { cwd: string; env?: NodeJS.ProcessEnv }) =>
  (await execute(file, args, { ...options, encoding: 'utf8' })).stdout;
let folder: string;
let installed: string;

/** What the package needs beside itself, from here: a test must not need the registry. */
const NEEDED = ['nats', 'nkeys.js', 'tweetnacl'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skein-consumer-'));
  const packed = ['pack', join(root, 'libs/sdk'), '--pack-destination', folder, '--silent'];
  const packing = await run('npm', packed, { cwd: folder });
  const tarball = packing.trim().split('\n').at(-1) ?? '';
  const needed = NEEDED.map((name): [string, string] => [name, `file:${join(root, 'node_modules', name)}`]);
  const dependencies = { '@skein/sdk': `file:./${tarball}`, ...Object.fromEntries(needed) };
  writeJson('package.json', { name: 'consumer', private: true, type: 'module', dependencies });
  const install = ['install', '--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', install, { cwd: folder });
  installed = join(folder, 'node_modules/@skein/sdk');
}, 90_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeJson(name: string, content: object): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}

/** The compiler's complaints about files of the consumer; '' when there are none. */
async function complaints(files: Record<string, string>, options: object): Promise<string> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const strict = { strict: true, noEmit: true, skipLibCheck: false, module: 'NodeNext', target: 'ES2022' };
  writeJson('tsconfig.json', { compilerOptions: { ...strict, ...options }, files: Object.keys(files) });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const compiled = run(process.execPath, [tsc, '-p', '.'], { cwd: folder });
  return compiled.catch((failed: { stdout: string }) => failed.stdout);
}

const CONSUMER = `
import { Channels, createSkein, defineJob, sendMessage, serveAgent, Templates, User, withOrigin } from '@skein/sdk';
import { WindowClosedError, type Outcome, type Skein, type Turn } from '@skein/sdk';

export async function everything(): Promise<Outcome> {
  const skein: Skein = createSkein({ url: 'http://localhost:3000', apiKey: 'k', fetch: globalThis.fetch });
  const outcome = await skein.Channels.send({ channel: 'whatsapp', to: { userId: 'user_123' }, text: 'Hi' });
  await Channels.whatsapp.sendTemplate({ to: { phoneNumber: '+5215512345678' }, templateName: 'x', languageCode: 'en_US' });
  await Channels.email.send({ to: 'ann@example.org', subject: 'Hi', html: '<p>Hi</p>', attachments: [{ content: 'x' }] });
  const user = await User.get('user_123');
  await user.send(['Hello', { image: { url: 'https://example.org/a.jpg' } }]);
  const [template] = await Templates.whatsapp.list('wa-main');
  const job = defineJob({ name: 'daily', schedule: { type: 'cron', expression: '0 9 * * *' }, execute: async () => {} });
  await withOrigin('webhook', () => sendMessage({ message: template?.name ?? job.name }));
  await serveAgent({ agent: 'shop', http: { port: 4000 } }, async (turn: Turn) => turn.message.text ?? 'Hm?');
  await serveAgent({ agent: 'shop', nats: {} }, async function* () {
    yield 'One';
  });
  try {
    await Channels.send({ to: { conversationId: 'c' }, content: { parts: [{ text: 'a' }] } });
  } catch (error) {
    if (error instanceof WindowClosedError) return { ...outcome, next: [...error.next] };
  }
  return outcome;
}
`;

const WRONG = `
import { Channels } from '@skein/sdk';
await Channels.send({ channel: 'fax', to: { userId: 'u' }, text: 'x' });
await Channels.send({ channel: 'sms', to: { fax: '1' }, text: 'x' });
await Channels.send({ channel: 'sms', to: { userId: 'u' }, text: 'x', options: { whatsapp: { onClosedWindow: 'wait' } } });
`;

describe('the published package', () => {
  it('P1: holds one bundle and its types, and needs nothing but the classic nats client', () => {
    const bundle = readFileSync(join(installed, 'dist/index.js'), 'utf8');
    const imports = [...bundle.matchAll(/^import .*from "(.+)";$|import\("(.+)"\)/gm)];
    const named = imports.map(([, fixed, asked]) => fixed ?? asked ?? '');
    expect(named.filter((name) => !name.startsWith('node:'))).toEqual(['nats']);
    expect(bundle).not.toMatch(/class-validator|nestjs|typeorm/i);
    const all = readdirSync(installed, { recursive: true }) as string[];
    const texts = all
      .filter((name) => name.endsWith('.d.ts'))
      .map((name) => readFileSync(join(installed, name), 'utf8'));
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.join('\n')).not.toMatch(/from '(?!\.)/);
    expect(all.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([]);
    const { engines, dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      engines: object;
      dependencies: object;
    };
    expect([engines, dependencies]).toEqual([{ node: '>=20' }, { nats: '2.29.3' }]);
  });

  it('P1: runs in a folder of its own', async () => {
    const script = `
      import { Channels, SkeinError, sendMessage } from '@skein/sdk';
      const lost = await Channels.getStatus('x').catch((error) => error);
      console.log(lost instanceof SkeinError, lost.code, (await sendMessage()).slice(0, 17));`;
    const env = { PATH: process.env['PATH'], SKEIN_URL: 'http://127.0.0.1:9', SKEIN_API_KEY: 'k' };
    const printed = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      env,
    });
    expect(printed.trim()).toBe('true unavailable No active gateway');
  });

  it('P1: is typed for a strict consumer, and refuses wrong calls when they are compiled', async () => {
    const strictest = { types: [], lib: ['ES2022', 'DOM'], exactOptionalPropertyTypes: true };
    const found = await complaints({ 'consumer.ts': CONSUMER, 'wrong.ts': WRONG }, strictest);
    const places = found.split('\n').filter((line) => /^\S/.test(line));
    expect(places.map((line) => line.split(',')[0])).toEqual(['wrong.ts(3', 'wrong.ts(4', 'wrong.ts(5']);
  });

  it('P1: types every example and every block of the documents', async () => {
    const mcp = '@modelcontextprotocol/sdk';
    mkdirSync(join(folder, 'node_modules', dirname(mcp)), { recursive: true });
    symlinkSync(join(root, 'node_modules', mcp), join(folder, 'node_modules', mcp));
    const files = { ...exampleFiles(), ...blocksOf('libs/sdk/README.md'), ...blocksOf('docs/guides/sdk.md') };
    expect(Object.keys(files).length).toBeGreaterThan(20);
    const node = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')], skipLibCheck: true };
    const loose = { ...node, allowJs: true, checkJs: true, noImplicitAny: false };
    expect(await complaints(files, loose)).toBe('');
  });
});

function exampleFiles(): Record<string, string> {
  const examples = join(root, 'examples');
  const names = readdirSync(examples).filter((name) => name.endsWith('.mjs'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(examples, name), 'utf8')]));
}

/** The JavaScript of a document; a block without the import gets all of it. */
function blocksOf(document: string): Record<string, string> {
  const all = 'Channels, defineJob, Jobs, sendMessage, serveAgent, Templates, User';
  const text = readFileSync(join(root, document), 'utf8');
  const blocks = [...text.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, block = '']) =>
    block.includes("'@skein/sdk'") ? block : `import { ${all} } from '@skein/sdk';\n${block}`,
  );
  return Object.fromEntries(
    blocks.map((block, index) => [`${document.replaceAll('/', '-')}-${index}.mjs`, block]),
  );
}
