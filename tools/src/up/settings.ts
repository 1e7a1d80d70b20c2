import { setupError } from '@skein/stack';
import { resolve } from 'node:path';

/** What the caller decides about a development stack, from the environment and the command line. */
export interface Settings {
  dataDir: string;
  /** 0 = any free port. */
  apiPort: number;
  sandboxPort: number;
  hasSandbox: boolean;
  /** One process per service instead of one for all. */
  isSplit: boolean;
  /** Start these services alone; undefined = all. */
  only: string[] | undefined;
  /** Addresses of servers that exist already; undefined = an embedded one is started. */
  natsUrl: string | undefined;
  databaseUrl: string | undefined;
  publicUrl: string | undefined;
}

const ONLY = '--only=';
const USAGE = 'npm start -- [--split] [--only=api,router,…]: a process per service; only these services.';

/** Reads the settings; throws a SetupError that names the wrong one. */
export function readSettings(env: NodeJS.ProcessEnv, args: string[]): Settings {
  const unknown = args.filter((arg) => arg !== '--split' && !arg.startsWith(ONLY));
  if (unknown.length > 0) throw setupError(`Unknown option ${unknown.join(' ')}.`, USAGE);
  const word = (name: string) => env[name] || undefined;
  return {
    dataDir: resolve(word('SKEIN_DATA_DIR') ?? '.skein'),
    apiPort: port('SKEIN_API_PORT', env, 3000),
    sandboxPort: port('SKEIN_SANDBOX_PORT', env, 3001),
    hasSandbox: word('SKEIN_SANDBOX') !== 'off',
    isSplit: args.includes('--split'),
    only: args
      .find((arg) => arg.startsWith(ONLY))
      ?.slice(ONLY.length)
      .split(','),
    natsUrl: word('NATS_URL'),
    databaseUrl: word('DATABASE_URL'),
    publicUrl: word('SKEIN_PUBLIC_URL'),
  };
}

function port(name: string, env: NodeJS.ProcessEnv, fallback: number): number {
  const text = env[name];
  if (!text) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw setupError(
    `${name}=${text} is no port.`,
    `Set ${name} to a number up to 65535, or leave it out for ${fallback}.`,
  );
}
