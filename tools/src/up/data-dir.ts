import { setupError } from '@skein/stack';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Creates the data directory and takes it for this process. The folder itself may be entered by others (PostgreSQL
 * runs under another account when we are root); the files in it that hold secrets may not be read by them.
 * Returns the function that gives it back. Throws a SetupError when another stack runs on it.
 */
export function takeDataDir(dataDir: string): () => void {
  const lock = join(dataDir, 'run', 'launcher.pid');
  try {
    mkdirSync(join(dataDir, 'run'), { recursive: true, mode: 0o711 });
    mkdirSync(join(dataDir, 'logs'), { recursive: true, mode: 0o711 });
    // Files that agents send with their tool.
    mkdirSync(join(dataDir, 'outbox'), { recursive: true, mode: 0o711 });
  } catch (error) {
    throw setupError(
      `${dataDir} cannot be written: ${String(error)}`,
      'Set SKEIN_DATA_DIR to a folder of your own.',
    );
  }
  const holder = readPid(lock);
  if (holder !== undefined && holder !== process.pid && isLauncher(holder)) {
    throw setupError(
      `Skein is already running on ${dataDir} (process ${holder}).`,
      'Stop it with Ctrl-C, or start a second one with another SKEIN_DATA_DIR, SKEIN_API_PORT and SKEIN_SANDBOX_PORT.',
    );
  }
  writeFileSync(lock, `${process.pid}\n`);
  return () => rmSync(lock, { force: true });
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** A pid may have been given to another program since; where /proc exists, its command line tells. */
function isLauncher(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return /tools\/(start\.mjs|dist\/up\.js)/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return true;
  }
}
