// npm run verify: every quick gate, three at a time. Prints one line per gate, and the output of those that failed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const AT_ONCE = 3;

/** Slowest first, so that the last one to finish is a short one. */
const gates = [
  ['type-aware lint', 'lint'],
  ['types', 'types'],
  ['unit tests', 'test:unit'],
  ['import rules', 'rules'],
  ['format', 'format:check'],
  ...(existsSync(join(root, 'tools/src/generate.ts'))
    ? [['generated files', 'generate', '--', '--check']]
    : []),
];

function run([title, ...script]) {
  const started = performance.now();
  const child = spawn('npm', ['run', '--silent', ...script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((done) => {
    child.on('exit', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? '✓' : '✗'} ${title} (${seconds} s)`);
      if (code !== 0) console.log(output.trim());
      done(code === 0);
    });
  });
}

await ensureInstalled({ dev: true, say: (line) => console.log(`▸ ${line}`) });
const { build } = await import('./build.mjs');
await build();
const queue = [...gates];
const results = [];
const worker = async () => {
  for (let gate = queue.shift(); gate; gate = queue.shift()) results.push(await run(gate));
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));
process.exitCode = results.every(Boolean) ? 0 : 1;
