import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { FromService } from './parent-link.js';

/** The whole of an app's main.ts, with a service that prints what happens to it. */
const MAIN = `
  import { runService } from '@skein/runtime';
  const service = {
    name: 'probe',
    stopOrder: 1,
    start: async () => {
      if (process.env.PROBE === 'broken') throw Object.assign(new Error('bad settings'), { name: 'ConfigError' });
      const alive = setInterval(() => undefined, 1000);
      if (process.env.PROBE === 'away') setImmediate(() => { throw Object.assign(new Error('x'), { code: 'ECONNREFUSED' }); });
      if (process.env.PROBE === 'defect') setImmediate(() => { throw new TypeError('a defect'); });
      console.log('started');
      return {
        name: 'probe',
        ready: async () => ({ ready: true, checks: { part: 'ok' } }),
        stop: async () => { clearInterval(alive); console.log('stopped'); },
      };
    },
  };
  await runService(service);
`;

function run(probe: string, ipc = false): { child: ChildProcess; output: () => string } {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: undefined };
  const child = spawn(process.execPath, ['--input-type=module', '-e', MAIN], {
    env: { ...env, PROBE: probe },
    stdio: ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (output += data.toString()));
  return { child, output: () => output };
}

async function until(done: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!done() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done()).toBe(true);
}

/** Waits for `exit`: after a disconnect Node never emits `close`. */
async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('runService', () => {
  it('stops on SIGTERM and leaves with code 0', async () => {
    const { child, output } = run('');
    await until(() => output().includes('started'));
    child.kill('SIGTERM');
    expect(await exitCode(child)).toBe(0);
    await until(() => output().includes('stopped'));
  });

  it('leaves with code 1 and the reason when it cannot start', async () => {
    const { child, output } = run('broken');
    expect(await exitCode(child)).toBe(1);
    await until(() => output().includes('bad settings'));
  });

  it('survives a lost connection that nobody awaited', async () => {
    const { child, output } = run('away');
    await until(() => output().includes('a connection failed unattended'));
    child.kill('SIGINT');
    expect(await exitCode(child)).toBe(0);
  });

  it('stops and leaves with code 1 after a defect', async () => {
    const { child, output } = run('defect');
    expect(await exitCode(child)).toBe(1);
    await until(() => output().includes('stopped'));
  });

  it('answers its launcher, leaves Ctrl-C to it and stops when told', async () => {
    const { child, output } = run('', true);
    const said: FromService[] = [];
    child.on('message', (message) => said.push(message as FromService));
    await until(() => said.some((message) => message.say === 'started'));
    child.kill('SIGINT');
    child.send({ ask: 'ready' });
    await until(() => said.some((message) => message.say === 'ready'));
    expect(said.at(-1)).toEqual({ say: 'ready', report: { ready: true, checks: { part: 'ok' } } });
    child.send({ ask: 'stop' });
    expect(await exitCode(child)).toBe(0);
    await until(() => output().includes('stopped'));
  });

  it('stops when its launcher is gone, so that no orphan stays', async () => {
    const { child, output } = run('', true);
    await until(() => output().includes('started'));
    child.disconnect();
    expect(await exitCode(child)).toBe(0);
    await until(() => output().includes('stopped'));
  });
});
