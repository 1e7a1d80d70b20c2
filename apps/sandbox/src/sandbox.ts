import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Agent } from 'undici';
import { controlRoutes } from './control/routes.js';
import { BlobStore } from './core/blob-store.js';
import { SandboxClock } from './core/clock.js';
import { Faults } from './core/faults.js';
import { Journal } from './core/journal.js';
import type { SandboxKind, World } from './core/kind.js';
import { errorCode } from './core/post-webhook.js';
import { Refusal } from './core/refusal.js';
import { SnapshotFile } from './core/snapshot.js';
import { Timers } from './core/timers.js';
import { FixtureFiles } from './files/fixtures.js';
import { routeControl, sendProblem } from './http/router.js';
import type { Route } from './http/router.js';
import { KINDS } from './kinds.js';

export interface SandboxOptions {
  /** 0 = any free port. */
  port: number;
  /** Where the snapshot and media are kept; undefined keeps nothing. */
  dataDir?: string;
  /** Port of the SMTP server; 0 or absent = any free port. */
  smtpPort?: number;
  /** Port of the SMPP server; 0 or absent = any free port. */
  smppPort?: number;
  /** Moves the clocks outside the sandbox; runs before its own. */
  advanceOthers?(seconds: number): Promise<void>;
}

export interface RunningSandbox {
  url: string;
  /** Addresses that kinds opened themselves, such as `smtpUrl`. */
  addresses: Record<string, string>;
  stop(): Promise<void>;
}

/** Loopback only: the sandbox has no authentication of its own. */
const HOST = '127.0.0.1';
/** Longer than any client keeps an idle connection, so that no request meets one that is just being closed. */
const KEEP_ALIVE_MS = 75_000;

/** Starts the provider side of every kind behind one HTTP port. */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const kinds = new Map<string, SandboxKind>();
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const { world, snapshot, stopWorld } = createWorld(options, server, kinds);
  server.on('request', notYet);
  await listen(server, options.port);
  for (const open of KINDS) {
    const kind = await open(world, { smtpPort: options.smtpPort ?? 0, smppPort: options.smppPort ?? 0 });
    kinds.set(kind.kind, kind);
  }
  restore(snapshot.load(), kinds, world.clock);
  const advance = async (seconds: number): Promise<void> => {
    await options.advanceOthers?.(seconds).catch(refuseToDrift);
    world.clock.advance(seconds);
    world.changed();
  };
  server.off('request', notYet);
  serve(server, kinds, controlRoutes({ world, kinds, advance }));
  const addresses = Object.assign(
    {},
    ...[...kinds.values()].map((kind) => kind.addresses?.() ?? {}),
  ) as Record<string, string>;
  return { url: world.origin(), addresses, stop: () => stopAll(server, kinds, snapshot, stopWorld) };
}

/** Kinds need the port before they open; who asks meanwhile must be answered, or would wait for ever. */
function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end();
}

/** Two clocks that disagree would make every later test lie, so neither moves. */
function refuseToDrift(error: unknown): never {
  throw new Refusal(
    503,
    'unavailable',
    `The database clock could not be moved (${errorCode(error)}); nothing was moved.`,
  );
}

function createWorld(
  { dataDir }: SandboxOptions,
  server: Server,
  kinds: Map<string, SandboxKind>,
): { world: World; snapshot: SnapshotFile; stopWorld: () => Promise<void> } {
  const clock = new SandboxClock();
  const timers = new Timers();
  const http = new Agent({ connections: 16, connect: { timeout: 5_000 }, keepAliveTimeout: 4_000 });
  const collect = (): Record<string, unknown> => ({
    clockOffsetSeconds: clock.offsetSeconds,
    kinds: Object.fromEntries([...kinds].map(([name, kind]) => [name, kind.snapshot()])),
  });
  const snapshot = new SnapshotFile(
    dataDir === undefined ? undefined : join(dataDir, 'sandbox.json'),
    timers,
    collect,
  );
  const world: World = {
    clock,
    journal: new Journal(clock),
    faults: new Faults(),
    blobs: new BlobStore(dataDir === undefined ? undefined : join(dataDir, 'sandbox-files')),
    files: new FixtureFiles(),
    timers,
    http,
    origin: () => `http://localhost:${(server.address() as AddressInfo | null)?.port ?? 0}`,
    changed: () => snapshot.changed(),
  };
  const stopWorld = async (): Promise<void> => {
    timers.stop();
    await http.destroy();
  };
  return { world, snapshot, stopWorld };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function serve(server: Server, kinds: ReadonlyMap<string, SandboxKind>, routes: readonly Route[]): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? '/';
    const end = url.indexOf('/', 1);
    const kind = end < 0 ? undefined : kinds.get(url.slice(1, end));
    if (!kind?.handle) return void routeControl(routes, request, response);
    Promise.resolve(kind.handle(request, response, url.slice(end))).catch((error: unknown) =>
      sendProblem(response, error),
    );
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = request.url ?? '/';
    const end = url.indexOf('/', 1);
    const kind = end < 0 ? undefined : kinds.get(url.slice(1, end));
    if (kind?.upgrade) kind.upgrade(request, socket, head, url.slice(end));
    else socket.destroy();
  });
  // A client that resets its connection while a body is read ends there; the request itself has reported it.
  server.on('clientError', (_error, socket) => socket.destroy());
}

function restore(
  saved: Record<string, unknown> | undefined,
  kinds: ReadonlyMap<string, SandboxKind>,
  clock: SandboxClock,
): void {
  if (!saved) return;
  clock.restore(Number(saved['clockOffsetSeconds'] ?? 0));
  const states = (saved['kinds'] ?? {}) as Record<string, unknown>;
  for (const [name, kind] of kinds) kind.restore(states[name]);
}

async function stopAll(
  server: Server,
  kinds: ReadonlyMap<string, SandboxKind>,
  snapshot: SnapshotFile,
  stopWorld: () => Promise<void>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  await snapshot.stop();
  for (const kind of kinds.values()) await kind.stop();
  await stopWorld();
}
