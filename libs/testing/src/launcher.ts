import type { ControlAnswer, ControlRequest, ReadyNotice } from '@skein/stack';
import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The compiled launcher; the runner builds before it starts tests. */
const LAUNCHER = fileURLToPath(new URL('../../../tools/dist/up.js', import.meta.url));
const START_BUDGET_MS = 90_000;
const STOP_BUDGET_MS = 60_000;

/** A launcher process with its stack. */
export interface Launcher {
  ask: (request: Omit<ControlRequest, 'id'>) => Promise<number | undefined>;
  /** Everything the launcher and its in-process services printed. */
  output: () => string;
  stop: () => Promise<void>;
}

/** Starts a launcher on the data directory and waits until its stack is ready. */
export async function startLauncher(
  dataDir: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<Launcher> {
  const outputFile = join(dataDir, 'launcher.log');
  const log = openSync(outputFile, 'a');
  const child = fork(LAUNCHER, args, {
    env,
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const output = () => readFileSync(outputFile, 'utf8');
  const end = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilReady(child, end, output);
  return {
    ask: asker(child),
    output,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_BUDGET_MS);
      await end;
      clearTimeout(force);
      if (child.signalCode === 'SIGKILL') throw new Error(`the stack did not stop in time:\n${output()}`);
    },
  };
}

async function untilReady(child: ChildProcess, end: Promise<void>, output: () => string): Promise<void> {
  const ready = new Promise<string>((resolve) =>
    child.on('message', (message: Partial<ReadyNotice>) => message.event === 'ready' && resolve('ready')),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>(
    (resolve) => (timer = setTimeout(() => resolve('not ready in time'), START_BUDGET_MS)),
  );
  const how = await Promise.race([ready, late, end.then(() => 'ended')]);
  clearTimeout(timer);
  if (how === 'ready') return;
  child.kill('SIGTERM');
  await end;
  throw new Error(`the stack did not start (${how}):\n${output()}`);
}

function asker(child: ChildProcess): Launcher['ask'] {
  let lastId = 0;
  return (request) =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      const listen = (answer: Partial<ControlAnswer>) => {
        if (answer.id !== id) return;
        child.off('message', listen);
        if (answer.error) reject(new Error(answer.error));
        else resolve(answer.pid);
      };
      child.on('message', listen);
      child.send({ ...request, id } satisfies ControlRequest);
    });
}
