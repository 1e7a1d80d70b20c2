import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { provisionAt } from '@skein/messaging';
import { freePorts, startNats, type Server } from '@skein/stack';
import { eventually, newDataDir, startInfra, type Infra } from '@skein/testing';
import { clusterConfig, workspaceLogin, type NatsNode } from './nats-cluster.js';

const SECRET_KEY = randomBytes(32).toString('base64');
const COMMAND = fileURLToPath(new URL('../../dist/deploy.js', import.meta.url));

describe('the deployment', () => {
  let dataDir: string;
  beforeAll(() => void (dataDir = newDataDir()));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  describe('its commands', () => {
    let infra: Infra;
    beforeAll(async () => void (infra = await startInfra()));
    afterAll(() => infra.stop());

    const run = (args: string[], more: NodeJS.ProcessEnv = {}) => {
      const env = {
        PATH: process.env.PATH,
        DATABASE_URL: infra.databaseUrl,
        NATS_URL: infra.natsUrl,
        SKEIN_SECRET_KEY: SECRET_KEY,
        NATS_PASSWORD: 'n'.repeat(20),
        NATS_CLUSTER_PASSWORD: 'c'.repeat(20),
        ...more,
      };
      return spawnSync(process.execPath, [COMMAND, ...args], { env, encoding: 'utf8' });
    };

    it('make a workspace whose login every NATS server knows', () => {
      const made = run(['workspace', 'Acme', 'Europe/Berlin']);
      expect([made.status, made.stderr]).toEqual([0, '']);
      const { workspaceId, apiKey, natsPassword } = JSON.parse(made.stdout) as Record<string, string>;
      expect(apiKey).toMatch(/^skein_/);
      const folder = join(dataDir, 'config');
      expect(run(['prepare', folder]).status).toBe(0);
      for (const name of ['nats-1', 'nats-2', 'nats-3']) {
        const text = readFileSync(join(folder, `${name}.conf`), 'utf8');
        expect(text).toContain(`"WS_${workspaceId}"`);
        expect(text).toContain(`"${natsPassword}"`);
      }
    });

    it('name everything that is missing, and no value', () => {
      const refused = run(['streams'], { NATS_PASSWORD: 'p@ss', SKEIN_SECRET_KEY: '', DATABASE_URL: '' });
      expect(refused.status).toBe(1);
      expect(
        refused.stderr
          .trim()
          .split('\n')
          .map((line) => line.split(' ')[0]),
      ).toEqual(['DATABASE_URL', 'SKEIN_SECRET_KEY', 'NATS_PASSWORD']);
      expect(refused.stderr).not.toContain('p@ss');
    });
  });

  describe('three servers with the configurations it makes', () => {
    const workspace = workspaceLogin(SECRET_KEY, '6f1f64a5-6e7d-4f0c-9d0e-3c5d8f6a2b10');
    const logins = {
      systemUser: 'skein',
      systemPassword: 'system-password-0',
      clusterPassword: 'cluster-password-0',
    };
    const servers: Server[] = [];
    let caller: NatsConnection;
    let services: NatsConnection;

    beforeAll(async () => {
      const nodes = await localNodes(dataDir);
      const starting = nodes.map((node) => {
        const folder = join(dataDir, node.name);
        mkdirSync(folder, { recursive: true });
        const config = clusterConfig(node, nodes, { ...logins, workspaces: [workspace] });
        const url = `nats://skein:${logins.systemPassword}@127.0.0.1:${node.clientPort}`;
        return startNats({ port: node.clientPort, config, url, dataDir: folder });
      });
      servers.push(...(await Promise.all(starting)));
      const addresses = nodes.map((node) => `127.0.0.1:${node.clientPort}`);
      const patient = { servers: addresses, maxReconnectAttempts: -1, reconnectTimeWait: 50 };
      services = await connect({ ...patient, user: 'skein', pass: logins.systemPassword });
      // A cluster answers for streams once it has chosen a leader.
      await eventually(() => provision(servers), { timeoutMs: 30_000 });
      caller = await connect({ ...patient, user: workspace.user, pass: workspace.password });
    });
    afterAll(async () => {
      await caller?.close();
      await services?.close();
      await Promise.all(servers.map((server) => server.stop()));
    });

    const provision = (all: Server[]) =>
      provisionAt(all.map(({ url }) => url).join(','), { replicas: 3, workspaces: [workspace.id] });
    const publish = (token: string) => jetstream(caller).publish(`skein.send.${workspace.id}.${token}`, '{}');

    it('keep three copies of every message', async () => {
      const manager = await jetstreamManager(services);
      for (const name of ['SEND', 'DELIVER', 'WORK', 'EVENTS', 'DUE', 'DEAD']) {
        const { config, cluster } = await manager.streams.info(name);
        expect([name, config.num_replicas, cluster?.replicas?.length]).toEqual([name, 3, 2]);
      }
    });

    it('take sends of a workspace, also with one server gone', async () => {
      expect((await publish('with-three')).stream).toBe('SEND');
      await servers[2]?.kill('SIGKILL');
      await eventually(async () => expect((await publish('with-two')).stream).toBe('SEND'), {
        timeoutMs: 30_000,
      });
      // The services' connection may have been to the server that is gone, and its groups choose leaders anew.
      await eventually(
        async () => {
          const manager = await jetstreamManager(services);
          expect((await manager.streams.info('SEND')).state.messages).toBeGreaterThanOrEqual(2);
        },
        { timeoutMs: 30_000 },
      );
    });

    it('let a workspace do nothing else', async () => {
      await expect(caller.request('$JS.API.STREAM.INFO.EVENTS', '', { timeout: 1000 })).rejects.toThrow();
    });
  });
});

async function localNodes(dataDir: string): Promise<NatsNode[]> {
  const ports = await freePorts(9);
  return ['nats-1', 'nats-2', 'nats-3'].map((name, index) => {
    const [clientPort = 0, clusterPort = 0, monitorPort = 0] = ports.slice(index * 3);
    return {
      name,
      host: '127.0.0.1',
      clientPort,
      clusterPort,
      monitorPort,
      storeDir: join(dataDir, name, 'store'),
    };
  });
}
