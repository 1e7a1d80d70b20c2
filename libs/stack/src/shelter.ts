import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { canReach, type Account } from './account.js';

/**
 * Root's own folders are often closed to everybody else (/root, mktemp -d), and PostgreSQL must not run as root.
 * What its account cannot reach is sheltered here: a copy of the binaries, and the database clusters.
 */
const SHELTER = '/var/lib/skein';

/** The folder itself when the account can reach it, else a copy of it that the account can read. */
export function reachableBinaries(account: Account | undefined, folder: string, version: string): string {
  if (!account || canReach(account, join(folder, 'bin', 'postgres'))) return folder;
  const copy = join(SHELTER, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  mkdirSync(SHELTER, { recursive: true, mode: 0o755 });
  const draft = `${copy}.${process.pid}`;
  cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
  openToAll(draft);
  renameSync(draft, copy);
  return copy;
}

/**
 * Folder of the database cluster of a data directory: inside it when the account can reach that, else in the
 * shelter, with a pointer left in the data directory. Deleting the data directory forgets the cluster either way.
 */
export function reachableCluster(account: Account | undefined, dataDir: string): string {
  const inside = join(resolve(dataDir), 'postgres');
  if (!account || canReach(account, inside)) return inside;
  const pointer = join(resolve(dataDir), 'postgres.location');
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim();
  forgetAbandoned();
  const clusters = join(SHELTER, 'clusters');
  mkdirSync(clusters, { recursive: true, mode: 0o755 });
  const cluster = join(clusters, randomUUID());
  writeFileSync(pointer, `${cluster}\n`);
  writeFileSync(`${cluster}.owner`, `${pointer}\n`);
  return cluster;
}

/** Removes clusters whose data directory is gone or has since been given another cluster. */
function forgetAbandoned(): void {
  const clusters = join(SHELTER, 'clusters');
  if (!existsSync(clusters)) return;
  for (const name of readdirSync(clusters).filter((entry) => entry.endsWith('.owner'))) {
    const cluster = join(clusters, name.slice(0, -'.owner'.length));
    const pointer = readFileSync(join(clusters, name), 'utf8').trim();
    const isOwned = existsSync(pointer) && readFileSync(pointer, 'utf8').trim() === cluster;
    if (isOwned || existsSync(join(cluster, 'postmaster.pid'))) continue;
    rmSync(cluster, { recursive: true, force: true });
    rmSync(join(clusters, name), { force: true });
  }
}

function openToAll(path: string): void {
  chmodSync(path, 0o755);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) openToAll(child);
    else if (entry.isFile()) chmodSync(child, statSync(child).mode & 0o100 ? 0o755 : 0o644);
  }
}
