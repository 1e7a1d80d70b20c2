import { statfs } from 'node:fs/promises';
import { unknownSettings } from '@skein/runtime';
import { fine, unseen, warn, type Finding } from './finding.js';
import type { Places } from './places.js';

/** JetStream and PostgreSQL stop taking work when the disk is full. */
const LEAST_FREE_BYTES = 1024 ** 3;
const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);

/** Looks at what the settings say: names that nobody knows, and a sandbox where real people are. */
export function checkSettings(env: NodeJS.ProcessEnv, apiUrl: string): Finding[] {
  const unknown = unknownSettings(env);
  const odd = unknown.map((name) =>
    warn('settings', `${name} is not a setting`, 'Correct its name: services refuse it.'),
  );
  return [...odd, sandbox(env['SKEIN_SANDBOX'], LOCAL.has(new URL(apiUrl).hostname))];
}

function sandbox(setting: string | undefined, isLocal: boolean): Finding {
  if (setting === 'off') return fine('sandbox', 'is off');
  if (isLocal) return fine('sandbox', 'may be on: this is a development stack');
  const mend = 'Set SKEIN_SANDBOX=off for every service in production.';
  if (setting === 'on') return warn('sandbox', 'is on, and the address is not a local one', mend);
  return unseen('sandbox', 'SKEIN_SANDBOX of the services cannot be seen from here', mend);
}

/** Looks at the room on the disk of a development stack. */
export async function checkDisk({ dataDir }: Places): Promise<Finding[]> {
  if (dataDir === undefined) return [];
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GB free at ${dataDir}`;
  return [free > LEAST_FREE_BYTES ? fine('disk', detail) : warn('disk', detail, 'Make room.')];
}
