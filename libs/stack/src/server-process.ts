import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { leash } from './leash.js';
import { setupError } from './setup-error.js';

/** How one server program is started, known to be ready, and stopped. */
export interface ServerSpec {
  /** As people call it: "nats-server". */
  name: string;
  url: string;
  command: string;
  args: string[];
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  logFile: string;
  pidFile: string;
  /** The signal that makes it finish cleanly. */
  stopSignal: NodeJS.Signals;
  startTimeoutMs: number;
  /** Opens an IPC channel to the process (a Node program). */
  ipc?: boolean;
  /** Resolves when the server answers; rejects while it does not. */
  probe: (child: ChildProcess) => Promise<void>;
  /** Output of a failed start that only means "not yet". */
  retryWhen?: RegExp;
}

/** A running server program. */
export interface Server {
  readonly url: string;
  readonly pid: number | undefined;
  /** Sends a signal. For one that ends the process, waits until it has ended; it stays down until `restart`. */
  kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Stops cleanly, after 15 s by force. */
  stop: () => Promise<void>;
  /** Starts again on the same port with the same data; a running server is stopped first. */
  restart: () => Promise<void>;
  /** Called when the process ends although nobody asked it to through this object. */
  onDeath: (listener: (how: string) => void) => void;
}

const STOP_BUDGET_MS = 15_000;
const PROBE_EVERY_MS = 20;
const KEEPS_RUNNING: NodeJS.Signals[] = ['SIGSTOP', 'SIGCONT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];

/** Starts the program and resolves when its probe succeeds. Throws a SetupError with the end of its log. */
export async function startServer(spec: ServerSpec): Promise<Server> {
  setAside(spec.logFile);
  let child = await launch(spec);
  let isWanted = true;
  const listeners: ((how: string) => void)[] = [];
  const watch = (watched: ChildProcess) =>
    exitOf(watched).then((how) => {
      if (isWanted && watched === child) for (const listener of listeners) listener(how);
    });
  const end = async (signal: NodeJS.Signals) => {
    isWanted = false;
    await endProcess(child, signal);
  };
  const inTurn = oneByOne();
  void watch(child);
  return {
    url: spec.url,
    get pid() {
      return isRunning(child) ? child.pid : undefined;
    },
    kill: async (signal) => (KEEPS_RUNNING.includes(signal) ? void child.kill(signal) : end(signal)),
    stop: () => inTurn(() => end(spec.stopSignal)),
    restart: () =>
      inTurn(async () => {
        await end(spec.stopSignal);
        child = await launch(spec);
        isWanted = true;
        void watch(child);
      }),
    onDeath: (listener) => void listeners.push(listener),
  };
}

/** A stop that comes during a restart must find the new process, so the two take turns. */
function oneByOne(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}

/** Starts a new log when the old one has grown beyond 10 MB; one old one is kept. */
function setAside(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > 10_000_000) renameSync(logFile, `${logFile}.old`);
}

async function launch(spec: ServerSpec): Promise<ChildProcess> {
  const deadline = Date.now() + spec.startTimeoutMs;
  for (;;) {
    const logStart = statSync(spec.logFile, { throwIfNoEntry: false })?.size ?? 0;
    const child = spawnServer(spec);
    const how = await Promise.race([untilReady(spec, child, deadline), exitOf(child)]);
    if (how === 'ready') return child;
    await endProcess(child, 'SIGKILL');
    const output = readFileSync(spec.logFile).subarray(logStart).toString('utf8');
    if (!spec.retryWhen?.test(output) || Date.now() > deadline) throw startFailure(spec, how, output);
    await delay(200);
  }
}

/** Its own process group: a Ctrl-C in the terminal must reach us alone, for the services drain before servers stop. */
function spawnServer(spec: ServerSpec): ChildProcess {
  const log = openSync(spec.logFile, 'a', 0o600);
  const { cwd, env, uid, gid } = spec;
  const child = spawn(spec.command, spec.args, {
    cwd,
    env,
    uid,
    gid,
    stdio: ['ignore', log, log, ...(spec.ipc ? (['ipc'] as const) : [])],
    detached: true,
  });
  closeSync(log);
  child.on('error', () => undefined);
  if (child.pid === undefined) return child;
  writeFileSync(spec.pidFile, `${child.pid}\n`);
  const release = leash(child.pid);
  child.once('exit', () => {
    release();
    rmSync(spec.pidFile, { force: true });
  });
  return child;
}

async function untilReady(spec: ServerSpec, child: ChildProcess, deadline: number): Promise<string> {
  while (Date.now() < deadline && isRunning(child)) {
    const answered = await spec.probe(child).then(
      () => true,
      () => false,
    );
    if (answered) return 'ready';
    await delay(PROBE_EVERY_MS);
  }
  return `did not answer within ${spec.startTimeoutMs / 1000} s`;
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Resolves when the process has ended (at once if it has, or never started) with a word on how. */
function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    const tell = () => resolve(child.signalCode ?? `exit code ${child.exitCode ?? 'unknown'}`);
    if (child.pid === undefined) child.once('error', (error) => resolve(error.message));
    else if (isRunning(child)) child.once('exit', tell);
    else tell();
  });
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(child)) return;
  const exit = exitOf(child);
  child.kill(signal);
  if (signal === 'SIGKILL') return void (await exit);
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_BUDGET_MS);
  await exit;
  clearTimeout(force);
}

function startFailure(spec: ServerSpec, how: string, output: string) {
  const tail = output.trim().split('\n').slice(-8).join('\n');
  return setupError(`${spec.name} did not start (${how}).\n${tail}`, `The full log is ${spec.logFile}.`);
}
