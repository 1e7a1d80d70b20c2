import type { FromService, ReadyReport, RunningService } from '@skein/runtime';
import { freePorts, setupError, startServer, type Server } from '@skein/stack';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { App } from './apps.js';
import type { Part } from './part.js';
import { progress } from './progress.js';
import type { Settings } from './settings.js';

const READY_BUDGET_MS = 60_000;

/** Starts a service in the form the settings ask for; resolves when it says it is ready. */
export function startService(app: App, env: NodeJS.ProcessEnv, settings: Settings): Promise<Part> {
  return settings.isSplit ? startApart(app, env, settings.dataDir) : startInside(app, env);
}

/** Inside this process: it can be stopped and started, but not killed. */
async function startInside(app: App, env: NodeJS.ProcessEnv): Promise<Part> {
  const { name, stopOrder } = app.definition;
  let running: RunningService | undefined;
  const start = async () => {
    running = await app.definition.start(env);
    await untilServiceReady(running);
  };
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  const restart = async () => {
    await stop();
    await start();
  };
  const kill = () =>
    Promise.reject(
      setupError(`${name} shares the launcher's process.`, 'Start with --split to kill one service.'),
    );
  await start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { name, stopOrder, pid: process.pid, kill, stop, restart };
}

async function untilServiceReady(service: RunningService): Promise<void> {
  const deadline = Date.now() + READY_BUDGET_MS;
  let report = await service.ready();
  while (!report.ready && Date.now() < deadline) {
    await delay(50);
    report = await service.ready();
  }
  if (!report.ready) throw notReady(service.name, report);
}

function notReady(name: string, report: ReadyReport) {
  const bad = Object.entries(report.checks).filter(([, state]) => state !== 'ok');
  const why = bad.map(([check, state]) => `${check}: ${state}`).join(', ');
  return setupError(
    `${name} is not ready after ${READY_BUDGET_MS / 1000} s (${why}).`,
    'Mend what it names, then start again.',
  );
}

/** A process of its own, logging to `<data dir>/logs/<name>.log`, with a free port for /health and /metrics. */
export async function startApart(
  app: App,
  env: NodeJS.ProcessEnv,
  dataDir: string,
  name = app.definition.name,
): Promise<Part> {
  const { stopOrder } = app.definition;
  const [healthPort = 0] = await freePorts(1);
  const logFile = join(dataDir, 'logs', `${name}.log`);
  const server = await startServer({
    name,
    url: `http://127.0.0.1:${healthPort}`,
    command: process.execPath,
    args: ['--enable-source-maps', app.main],
    env: { ...env, SKEIN_HEALTH_PORT: String(healthPort) },
    ipc: true,
    logFile,
    pidFile: join(dataDir, 'run', `${name}.pid`),
    stopSignal: 'SIGTERM',
    startTimeoutMs: READY_BUDGET_MS,
    probe: askReady,
  });
  server.onDeath((how) => {
    progress.warn(`${name} ended (${how}); its log is ${logFile}`);
    if (!isUnderTest()) void revive(name, server);
  });
  const { kill, stop, restart } = server;
  return {
    name,
    stopOrder,
    kill,
    stop,
    restart,
    get pid() {
      return server.pid;
    },
  };
}

/** Asks a service process over its channel; it answers once it has started. */
function askReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (ready: boolean) => {
      clearTimeout(late);
      child.off('message', listen);
      if (ready) resolve();
      else reject(new Error('not ready'));
    };
    const listen = (message: FromService) => {
      if (message.say === 'ready') settle(message.report.ready);
    };
    const late = setTimeout(() => settle(false), 200);
    child.on('message', listen);
    child.send({ ask: 'ready' }, () => undefined);
  });
}

/** A test holds the other end of an IPC channel; there the death of a service is the test's own doing. */
function isUnderTest(): boolean {
  return process.send !== undefined;
}

async function revive(name: string, server: Server): Promise<void> {
  await delay(1000);
  await server.restart().then(
    () => progress.note(`${name} runs again (process ${server.pid})`),
    (error: unknown) => progress.warn(`${name} did not start again: ${String(error)}`),
  );
}
