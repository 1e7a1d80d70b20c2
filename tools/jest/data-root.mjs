// Every data directory of a test run lies in one folder, so that the end of the run can see what was left behind.
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leftRunning } from '../../libs/testing/dist/stack-processes.js';

export function openDataRoot() {
  const root = mkdtempSync(join(tmpdir(), 'skein-tests-'));
  chmodSync(root, 0o711);
  process.env.TEST_DATA_ROOT = root;
  return root;
}

/** Ends what tests left running and removes the folder. Throws when there was something to end: a leak is a failure. */
export function closeDataRoot() {
  const root = process.env.TEST_DATA_ROOT;
  const left = readdirSync(root).flatMap((name) => leftRunning(join(root, name)));
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  rmSync(root, { recursive: true, force: true });
  if (left.length > 0)
    throw new Error(`tests left running: ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`);
}
