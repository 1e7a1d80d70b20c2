import { setupError } from '@skein/stack';
import type { Part } from './part.js';

export interface StopRequest {
  /** Resolves when somebody asks to stop. */
  requested: Promise<void>;
  isRequested: () => boolean;
  /** Throws once somebody has asked. */
  mayGoOn: () => void;
}

const PARENT_CHECK_MS = 1000;

/**
 * Listens for everything that means "stop": signals, the end of the channel to a test, the death of the npm that
 * started us. A second Ctrl-C kills all parts at once.
 */
export function listenForStop(parts: ReadonlyMap<string, Part>): StopRequest {
  let isRequested = false;
  let tell = () => {};
  const requested = new Promise<void>((resolve) => (tell = resolve));
  const ask = () => {
    isRequested = true;
    tell();
  };
  process.on('SIGTERM', ask);
  process.on('SIGHUP', ask);
  process.on('disconnect', ask);
  process.on('SIGINT', () => (isRequested ? endNow(parts) : ask()));
  process.stdout.on('error', () => undefined);
  if (process.env.npm_lifecycle_event) whenOrphaned(ask);
  return {
    requested,
    isRequested: () => isRequested,
    mayGoOn: () => {
      if (isRequested) throw setupError('The start was interrupted.', 'Run npm start again.');
    },
  };
}

function endNow(parts: ReadonlyMap<string, Part>): never {
  for (const part of parts.values())
    if (part.pid !== undefined && part.pid !== process.pid) process.kill(part.pid, 'SIGKILL');
  process.exit(130);
}

/** npm passes signals on, but cannot when it is killed by force; then our parent changes. */
function whenOrphaned(tell: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && tell(), PARENT_CHECK_MS).unref();
}
