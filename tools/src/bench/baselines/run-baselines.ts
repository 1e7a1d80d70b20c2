import { newDataDir } from '@skein/testing';
import { rmSync } from 'node:fs';
import type { Figures } from '../measure/figures.js';
import { measure, warmUp, type Run } from '../measure/measure.js';
import type { Target } from '../measure/target.js';
import { openWindows, registerAccount, startSandbox } from '../sandbox.js';
import { startChild, type Child } from './child.js';
import { startRedis } from './redis.js';

type Stop = () => Promise<unknown>;

/** HTTP in → HTTP out. */
export function runBare(run: Run): Promise<Figures> {
  return withProvider(async (dataDir, sandbox, stops) => {
    const app = await startChild('./bare-process.js', { SANDBOX_URL: sandbox.url });
    stops.push(app.stop);
    return targetOf('bare', 'HTTP in → HTTP out', app, sandbox, []);
  }, run);
}

/** HTTP in → BullMQ on a private Redis with fsync → worker → HTTP out. */
export function runBullMq(run: Run, redisCommand: string): Promise<Figures> {
  return withProvider(async (dataDir, sandbox, stops) => {
    const redis = await startRedis(redisCommand, dataDir);
    stops.push(redis.server.stop);
    const env = { SANDBOX_URL: sandbox.url, REDIS_PORT: String(redis.port) };
    const worker = await startChild('./bullmq-worker-process.js', env);
    stops.push(worker.stop);
    const app = await startChild('./bullmq-api-process.js', env);
    stops.push(app.stop);
    const more = [
      { name: 'worker', pid: worker.pid },
      { name: 'redis', pid: redis.server.pid ?? 0 },
    ];
    return targetOf('bullmq', 'Redis, fsync always', app, sandbox, more);
  }, run);
}

interface Provider {
  url: string;
  pid: number;
}

async function withProvider(
  start: (dataDir: string, sandbox: Provider, stops: Stop[]) => Promise<Target>,
  run: Run,
): Promise<Figures> {
  const dataDir = newDataDir();
  const stops: Stop[] = [];
  try {
    const { url, server } = await startSandbox(dataDir);
    stops.push(server.stop);
    await registerAccount(url, { webhookUrl: null, receipts: true });
    await openWindows(url);
    const target = await start(dataDir, { url, pid: server.pid ?? 0 }, stops);
    await warmUp(target, run);
    return await measure(target, run);
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function targetOf(
  name: Target['name'],
  variant: string,
  app: Child,
  sandbox: Provider,
  more: Target['processes'],
): Target {
  const headers = { 'content-type': 'application/json' };
  const origin = `http://127.0.0.1:${app.port}`;
  return {
    name,
    variant,
    load: { origin, paths: { one: '/messages', batch: '/messages' }, headers, channelId: 'bench' },
    sandboxUrl: sandbox.url,
    processes: [{ name: 'api', pid: app.pid }, ...more, { name: 'sandbox', pid: sandbox.pid }],
  };
}
