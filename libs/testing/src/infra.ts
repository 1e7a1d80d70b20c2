import { natsServerConfig, provisionAt } from '@skein/messaging';
import { migrate } from '@skein/persistence';
import { freePorts, startNats, startPostgres, type Server } from '@skein/stack';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase, type Sql } from './sql.js';
import { newDataDir } from './temp-dir.js';
import { freshDatabase, type FreshDatabase } from './template-database.js';

/** Real servers for one integration test file: a nats-server of its own and a migrated database of its own. */
export interface Infra {
  workspaceId: string;
  /** The system's user. */
  natsUrl: string;
  /** A caller of `workspaceId`. */
  callerNatsUrl: string;
  databaseUrl: string;
  nats: Server;
  sql: Sql;
  /** Ends the server, drops the database, removes the files. */
  stop: () => Promise<void>;
}

/** Starts the servers, with tables migrated and streams provisioned (about 0.3 s when PostgreSQL is shared). */
export async function startInfra(): Promise<Infra> {
  const dataDir = newDataDir();
  const workspaceId = randomUUID();
  const shared = process.env.TEST_POSTGRES_URL;
  const own = shared ? undefined : await ownPostgres(dataDir);
  const [nats, fresh] = await Promise.all([
    startTestNats(dataDir, workspaceId),
    freshDatabase(shared ?? own?.url ?? '', migrate),
  ]);
  const database = openDatabase(fresh.url);
  return {
    workspaceId,
    natsUrl: nats.server.url,
    callerNatsUrl: nats.callerUrl,
    databaseUrl: fresh.url,
    nats: nats.server,
    sql: database.sql,
    stop: async () => {
      await database.close();
      await endInfra(nats.server, fresh, own);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function endInfra(nats: Server, fresh: FreshDatabase, own: Server | undefined): Promise<void> {
  await Promise.all([nats.stop(), fresh.drop()]);
  await own?.stop();
}

/** For a test file run alone, without the runner's shared server. */
async function ownPostgres(dataDir: string): Promise<Server> {
  const [port = 0] = await freePorts(1);
  return startPostgres({ port, password: 'test', dataDir, database: 'postgres', durable: false });
}

async function startTestNats(dataDir: string, workspaceId: string) {
  const [port = 0] = await freePorts(1);
  const config = natsServerConfig({
    host: '127.0.0.1',
    port,
    storeDir: join(dataDir, 'nats'),
    systemUser: 'skein',
    systemPassword: 'system',
    workspaces: [{ id: workspaceId, user: 'workspace', password: 'caller' }],
  });
  const server = await startNats({ port, config, url: `nats://skein:system@127.0.0.1:${port}`, dataDir });
  await provisionAt(server.url, { replicas: 1, workspaces: [workspaceId] });
  return { server, callerUrl: `nats://workspace:caller@127.0.0.1:${port}` };
}
