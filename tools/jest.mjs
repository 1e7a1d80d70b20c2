// Runs one test tier: node tools/jest.mjs <unit | int | e2e> [jest arguments].
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a tier and resolves to jest's exit code. Integration and e2e tests start compiled services, so those build first. */
export async function runTier(tier, args = []) {
  if (tier !== 'unit') await build();
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const config = join(root, `tools/jest/${tier}.config.mjs`);
  const child = spawn(process.execPath, [jest, '--config', config, '--passWithNoTests', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' },
  });
  return new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [tier, ...args] = process.argv.slice(2);
  if (!['unit', 'int', 'e2e'].includes(tier)) {
    console.error('usage: node tools/jest.mjs <unit | int | e2e> [jest arguments]');
    process.exit(2);
  }
  process.exit(await runTier(tier, args));
}
