import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, isRunning, newDataDir, stackProcesses, startStack, type Stack } from '@skein/testing';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

describe.each([{ split: false }, { split: true }])('npm start, split: $split', ({ split }) => {
  let stack: Stack;
  beforeAll(async () => void (stack = await startStack({ split })));
  afterAll(() => stack.stop());

  it('is ready, says so on both surfaces, and keeps its keys to itself', async () => {
    expect((await stack.api('GET', '/health/ready')).status).toBe(200);
    expect(stack.output()).toContain('Skein is ready');
    for (const file of ['dev.json', 'secrets.json', 'nats.conf']) {
      expect(statSync(join(stack.dataDir, file)).mode & 0o077).toBe(0);
    }
  });

  it('starts nats-server and PostgreSQL again after kill -9', async () => {
    for (const part of [stack.nats, stack.postgres]) {
      const before = (await part.pid()) ?? 0;
      process.kill(before, 'SIGKILL');
      await eventually(async () => {
        const now = await part.pid();
        return now !== undefined && now !== before;
      });
    }
    const isReady = async () => (await stack.api('GET', '/health/ready')).status === 200;
    await eventually(isReady, { timeoutMs: 30_000 });
    expect(await eventually(() => stack.sql('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  it('leaves no process behind when the launcher itself is killed with SIGKILL', async () => {
    const processes = stackProcesses(stack.dataDir);
    const launcher = processes.find(({ name }) => name === 'launcher');
    expect(processes.map(({ name }) => name)).toEqual(expect.arrayContaining(['nats', 'postgres']));
    process.kill(launcher?.pid ?? 0, 'SIGKILL');
    await eventually(() => !processes.some(({ pid }) => isRunning(pid)), { timeoutMs: 30_000 });
  });
});

describe('npm start', () => {
  let stack: Stack | undefined;
  afterEach(() => stack?.stop());

  it('keeps data and identity from one start to the next', async () => {
    const dataDir = newDataDir();
    stack = await startStack({ dataDir });
    const { workspaceId, apiKey } = stack.dev;
    await stack.sql('CREATE TABLE kept AS SELECT 42 AS answer');
    await stack.stop();
    stack = await startStack({ dataDir });
    expect(stack.dev).toMatchObject({ workspaceId, apiKey });
    expect(await stack.sql('SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('lets a test kill one service, which stays down until it is restarted', async () => {
    stack = await startStack({ split: true, services: ['api', 'router'] });
    const router = stack.service('router');
    const before = await router.pid();
    await router.kill('SIGKILL');
    expect(await router.pid()).toBeUndefined();
    await router.restart();
    const after = await router.pid();
    expect(after).toBeDefined();
    expect(after).not.toBe(before);
    await expect(stack.service('threads').pid()).rejects.toThrow('no part threads');
  });

  it('has its streams again after the JetStream store was wiped', async () => {
    stack = await startStack({ services: ['api'] });
    const streams = join(stack.dataDir, 'nats', 'jetstream', 'SKEIN', 'streams');
    const before = readdirSync(streams).sort();
    expect(before.length).toBeGreaterThanOrEqual(6);
    await stack.wipeJetStream();
    expect(readdirSync(streams).sort()).toEqual(before);
  });
});
