import { natsServerConfig, provisionAt, type ProvisionOptions } from '@skein/messaging';
import { freePorts, startNats, startPostgres, type Server } from '@skein/stack';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from './part.js';
import { progress } from './progress.js';
import type { Secrets } from './secrets.js';

/** An embedded server and the address that services use. */
export interface EmbeddedServer {
  url: string;
  part: Part;
}

export interface EmbeddedNats extends EmbeddedServer {
  /** Address with the credentials of the seeded workspace, for callers. */
  callerUrl: string;
}

const SYSTEM_USER = 'skein';

/** Streams of a development stack: one server, so one copy. */
export function streamsOf(workspaceId: string): ProvisionOptions {
  return { replicas: 1, workspaces: [workspaceId] };
}

export async function embeddedPostgres(dataDir: string, secrets: Secrets): Promise<EmbeddedServer> {
  const [port = 0] = await freePorts(1);
  const server = await startPostgres({ port, password: secrets('postgres'), dataDir, database: 'skein' });
  return { url: server.url, part: supervised('postgres', 21, server) };
}

/** nats-server on the loopback address with two users: the system's own, and one for callers of the workspace. */
export async function embeddedNats(
  dataDir: string,
  workspaceId: string,
  secrets: Secrets,
): Promise<EmbeddedNats> {
  const [port = 0] = await freePorts(1);
  const caller = { id: workspaceId, user: 'workspace', password: secrets('nats.workspace') };
  const system = { systemUser: SYSTEM_USER, systemPassword: secrets('nats.system') };
  const config = natsServerConfig({
    host: '127.0.0.1',
    port,
    storeDir: join(dataDir, 'nats'),
    ...system,
    workspaces: [caller],
  });
  const url = `nats://${SYSTEM_USER}:${system.systemPassword}@127.0.0.1:${port}`;
  const server = await startNats({ port, config, url, dataDir });
  const part = supervised('nats', 20, server, () => provisionAt(url, streamsOf(workspaceId)));
  return { url, callerUrl: `nats://${caller.user}:${caller.password}@127.0.0.1:${port}`, part };
}

/**
 * A server that is started again when it dies by itself, with growing pauses (0.1 s to 5 s) while it cannot start.
 * One that was ended through its part stays down until somebody restarts it.
 */
function supervised(name: string, stopOrder: number, server: Server, afterRestart = async () => {}): Part {
  let isStopping = false;
  const revive = async (pauseMs: number): Promise<void> => {
    await delay(pauseMs);
    if (isStopping) return;
    try {
      if (server.pid === undefined) await server.restart();
      await afterRestart();
      progress.note(`${name} runs again (process ${server.pid})`);
    } catch (error) {
      progress.warn(`${name} did not start again: ${String(error)}`);
      await revive(Math.min(pauseMs * 2, 5000));
    }
  };
  server.onDeath((how) => {
    progress.warn(`${name} ended (${how}); starting it again`);
    void revive(100);
  });
  return {
    name,
    stopOrder,
    get pid() {
      return server.pid;
    },
    kill: (signal) => server.kill(signal),
    stop: async () => {
      isStopping = true;
      await server.stop();
    },
    restart: async () => {
      isStopping = false;
      await server.restart();
      await afterRestart();
    },
  };
}
