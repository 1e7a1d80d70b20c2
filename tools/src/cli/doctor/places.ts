import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DevStack } from '../connection.js';

/** What a server's environment says that a caller's does not. */
export interface Places {
  natsUrl?: string;
  databaseUrl?: string;
  secretKey?: string;
  streamReplicas?: number;
  dataDir?: string;
}

/** The environment, and for a development stack what it keeps in its data folder. */
export function findPlaces(env: NodeJS.ProcessEnv, stack: DevStack | undefined): Places {
  const secrets = stack === undefined ? {} : secretsBeside(stack.file);
  const replicas = Number(env['SKEIN_STREAM_REPLICAS']);
  return {
    natsUrl: env['NATS_URL'] || systemLogin(stack?.dev.natsUrl, secrets['nats.system']),
    databaseUrl: env['DATABASE_URL'] || stack?.dev.databaseUrl,
    secretKey: env['SKEIN_SECRET_KEY'] || secrets['secretKey'],
    ...(replicas > 0 ? { streamReplicas: replicas } : {}),
    ...(stack === undefined ? {} : { dataDir: dirname(stack.file) }),
  };
}

function secretsBeside(devFile: string): Record<string, string> {
  const file = join(dirname(devFile), 'secrets.json');
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  } catch {
    return {};
  }
}

/** The login of the services: that of a workspace cannot see streams. An external server's address is used as it is. */
function systemLogin(natsUrl: string | undefined, password: string | undefined): string | undefined {
  if (natsUrl === undefined || password === undefined) return natsUrl;
  return `nats://skein:${password}@${new URL(natsUrl).host}`;
}
