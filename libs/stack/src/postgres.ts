import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { serverAccount, type Account } from './account.js';
import { findPostgres } from './binaries.js';
import { serverFolders } from './nats.js';
import { startServer, type Server } from './server-process.js';
import { setupError } from './setup-error.js';
import { reachableBinaries, reachableCluster } from './shelter.js';

export interface PostgresOptions {
  port: number;
  /** Password of the superuser `skein`; a cluster keeps the one it was created with. */
  password: string;
  /** Folder for the cluster, pid and log file. */
  dataDir: string;
  /** Database that the url names; created when missing. */
  database: string;
  /** False skips every flush to disk: for tests whose data nobody keeps. Default true. */
  durable?: boolean;
}

const run = promisify(execFile);

/** Room for about 25 services with 6 connections each; loopback only, no unix socket (its path may be too long). */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  checkpoint_completion_target: '0.9',
  log_checkpoints: 'off',
};
const DURABLE = { fsync: 'on', synchronous_commit: 'on' };
const INITDB_FLAGS = [
  '--username=skein',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--no-locale',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];
const CLUSTER_REMEDY =
  'Set SKEIN_DATA_DIR to a folder on a disk with space, or DATABASE_URL to a PostgreSQL server of your own.';
const FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Starts PostgreSQL, after creating its cluster on first use (about 1 s), and resolves when it accepts clients.
 * As root it runs under another account (see `serverAccount`). Throws a SetupError that says what to do.
 */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const { run: runFolder, logs } = serverFolders(options.dataDir);
  const account = serverAccount();
  const native = findPostgres();
  const binaries = reachableBinaries(account, native, versionOf(native));
  const cluster = reachableCluster(account, options.dataDir);
  if (!existsSync(join(cluster, 'PG_VERSION')))
    await createCluster(binaries, cluster, account, options.password);
  const settings = { ...SETTINGS, ...(options.durable === false ? FORGETFUL : DURABLE) };
  const server = await startServer({
    name: 'PostgreSQL',
    url: urlOf(options, options.database),
    command: join(binaries, 'bin', 'postgres'),
    args: [
      '-D',
      cluster,
      '-p',
      String(options.port),
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    cwd: cluster,
    uid: account?.uid,
    gid: account?.gid,
    logFile: join(logs, 'postgres.log'),
    pidFile: join(runFolder, 'postgres.pid'),
    stopSignal: 'SIGINT',
    startTimeoutMs: 60_000,
    probe: () => query(urlOf(options, 'postgres'), 'SELECT 1').then(() => undefined),
    retryWhen: /pre-existing shared memory block|another postmaster|is still in use/,
  });
  await createDatabase(options);
  return server;
}

function urlOf(options: PostgresOptions, database: string): string {
  return `postgres://skein:${encodeURIComponent(options.password)}@127.0.0.1:${options.port}/${database}`;
}

function versionOf(native: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8'));
  return (manifest as { version: string }).version;
}

/**
 * Creates a cluster beside its place and renames it, so that an interrupted first start leaves nothing half made.
 * The builtin C.UTF-8 locale (PostgreSQL 17 and newer) sorts the same on every machine.
 */
async function createCluster(
  binaries: string,
  cluster: string,
  account: Account | undefined,
  password: string,
) {
  const draft = `${cluster}.draft`;
  const passwordFile = `${cluster}.password`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid);
  const args = [`--pgdata=${draft}`, `--pwfile=${passwordFile}`, ...INITDB_FLAGS];
  try {
    await run(join(binaries, 'bin', 'initdb'), args, { cwd: draft, uid: account?.uid, gid: account?.gid });
    renameSync(draft, cluster);
  } catch (error) {
    const why = (error as { stderr?: string }).stderr ?? String(error);
    throw setupError(`PostgreSQL could not create its data folder ${cluster}.\n${why}`, CLUSTER_REMEDY);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

async function createDatabase(options: PostgresOptions): Promise<void> {
  const admin = urlOf(options, 'postgres');
  const found = await query(admin, 'SELECT 1 FROM pg_database WHERE datname = $1', [options.database]);
  if (found.length === 0) await query(admin, `CREATE DATABASE "${options.database}"`);
}

async function query(url: string, text: string, values: string[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
