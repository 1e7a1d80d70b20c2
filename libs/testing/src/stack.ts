import type { DevFile } from '@skein/stack';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { httpClient, type HttpClient } from './http.js';
import { startLauncher, type Launcher } from './launcher.js';
import { leftRunning } from './stack-processes.js';
import { openDatabase, type Sql } from './sql.js';
import { newDataDir } from './temp-dir.js';

export interface StackOptions {
  /** Start these services alone (the sandbox always comes along). */
  services?: string[];
  /** One process per service; needed to kill one of them. */
  split?: boolean;
  env?: Record<string, string>;
  /** A data directory that outlives the stack, to start it again on the same data. Default: a new one, removed. */
  dataDir?: string;
}

/** One process of a stack, as fault tests handle it. */
export interface StackPart {
  pid: () => Promise<number | undefined>;
  /** Ends (or with SIGSTOP pauses) the process and waits for it. It stays down until `restart`. */
  kill: (signal?: NodeJS.Signals) => Promise<void>;
  stop: () => Promise<void>;
  restart: () => Promise<void>;
}

/** A whole private Skein: servers, sandbox and services, with clients for its public surfaces. */
export interface Stack {
  dev: DevFile;
  dataDir: string;
  /** Calls the api with the seeded key. */
  api: HttpClient['call'];
  sandbox: HttpClient['call'];
  sql: Sql;
  nats: StackPart;
  postgres: StackPart;
  service: (name: string) => StackPart;
  /** Starts another process of a service, with settings of its own. */
  replica: (service: string, as: string, env?: Record<string, string>) => Promise<StackPart>;
  /** Loses every stream at once, as a broken disk would; nats-server is back when it resolves. */
  wipeJetStream: () => Promise<void>;
  output: () => string;
  /** Stops everything; throws when a process is left. */
  stop: () => Promise<void>;
}

/** Starts a stack on free ports with an empty data directory; takes some seconds. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dataDir = options.dataDir ?? newDataDir();
  const launcher = await startLauncher(dataDir, argumentsOf(options), environmentOf(dataDir, options));
  const dev = JSON.parse(readFileSync(join(dataDir, 'dev.json'), 'utf8')) as DevFile;
  const api = httpClient(dev.apiUrl, { 'x-api-key': dev.apiKey });
  const sandbox = httpClient(dev.sandboxUrl ?? dev.apiUrl);
  const database = openDatabase(dev.databaseUrl);
  return {
    dev,
    dataDir,
    api: api.call,
    sandbox: sandbox.call,
    sql: database.sql,
    nats: partOf(launcher, 'nats'),
    postgres: partOf(launcher, 'postgres'),
    service: (name) => partOf(launcher, name),
    replica: async (part, as, env = {}) => {
      await launcher.ask({ part, action: 'replicate', as, env });
      return partOf(launcher, as);
    },
    wipeJetStream: async () => void (await launcher.ask({ part: 'nats', action: 'wipe' })),
    output: launcher.output,
    stop: async () => {
      await Promise.all([api.close(), sandbox.close(), database.close()]);
      await launcher.stop();
      const left = leftRunning(dataDir);
      if (left.length > 0)
        throw new Error(`left running: ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`);
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function argumentsOf({ split, services }: StackOptions): string[] {
  return [...(split ? ['--split'] : []), ...(services ? [`--only=${services.join(',')}`] : [])];
}

/** The test runner's own settings must not reach the stack. */
function environmentOf(dataDir: string, options: StackOptions): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TMPDIR } = process.env;
  return {
    ...{ PATH, HOME, LANG, TMPDIR },
    SKEIN_DATA_DIR: dataDir,
    SKEIN_API_PORT: '0',
    SKEIN_SANDBOX_PORT: '0',
    ...options.env,
  };
}

function partOf(launcher: Launcher, part: string): StackPart {
  return {
    pid: () => launcher.ask({ part, action: 'pid' }),
    kill: async (signal = 'SIGKILL') => void (await launcher.ask({ part, action: 'kill', signal })),
    stop: async () => void (await launcher.ask({ part, action: 'stop' })),
    restart: async () => void (await launcher.ask({ part, action: 'restart' })),
  };
}
