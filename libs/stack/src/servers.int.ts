import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { freePorts, startNats, startPostgres, type Server } from './index.js';

const BUILT = fileURLToPath(new URL('../dist/index.js', import.meta.url));

describe('embedded servers', () => {
  let dataDir: string;
  const servers: Server[] = [];

  beforeEach(async () => {
    dataDir = mkdtempSync(join(process.env.TEST_DATA_ROOT ?? tmpdir(), 'skein-'));
    await chmod(dataDir, 0o711);
  });

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function nats(): Promise<Server> {
    const [port = 0] = await freePorts(1);
    const config = `host: 127.0.0.1\nport: ${port}\njetstream { store_dir: "${dataDir}/nats" }\n`;
    const server = await startNats({ port, config, url: `nats://127.0.0.1:${port}`, dataDir });
    servers.push(server);
    return server;
  }

  async function postgres(): Promise<Server> {
    const [port = 0] = await freePorts(1);
    const server = await startPostgres({ port, password: 'p&ss', dataDir, database: 'skein' });
    servers.push(server);
    return server;
  }

  it('gives no port to two callers before somebody binds, in this process or in another', async () => {
    // It lives until it is told to end: with it ends what it holds.
    const script = `import { freePorts } from ${JSON.stringify(BUILT)};
      console.log(JSON.stringify(await freePorts(400)));
      process.stdin.resume();`;
    const other = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    const mine = [...(await freePorts(200)), ...(await freePorts(200))];
    other.stdin.end();
    const theirs = JSON.parse(await text(other.stdout)) as number[];
    // Drawn blindly, two processes share 13 of 12,000 ports on average.
    expect(new Set([...mine, ...theirs]).size).toBe(800);
  });

  it('PostgreSQL keeps what was committed over a kill -9 and an immediate stop', async () => {
    const server = await postgres();
    await query(server.url, 'CREATE TABLE kept (n int)');
    for (const signal of ['SIGKILL', 'SIGQUIT'] as const) {
      await query(server.url, 'INSERT INTO kept VALUES (1)');
      await server.kill(signal);
      expect(server.pid).toBeUndefined();
      await server.restart();
    }
    expect(await query(server.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 2 }]);
  });

  it('PostgreSQL sorts by code point and knows accents, whatever the locale of the machine', async () => {
    const server = await postgres();
    const rows = await query(server.url, "SELECT lower('ÀÉ') AS lower, 'a' < 'B' AS dictionary_order");
    expect(rows).toEqual([{ lower: 'àé', dictionary_order: false }]);
  });

  it('writes the pid of what runs, and takes it away when it stops', async () => {
    const server = await nats();
    const pidFile = join(dataDir, 'run', 'nats.pid');
    expect(Number(readFileSync(pidFile, 'utf8'))).toBe(server.pid);
    await server.stop();
    expect(() => readFileSync(pidFile)).toThrow();
  });

  it('tells of a death nobody asked for, and only of that', async () => {
    const server = await nats();
    const deaths: string[] = [];
    server.onDeath((how) => deaths.push(how));
    await server.restart();
    await server.kill('SIGKILL');
    await server.restart();
    expect(deaths).toEqual([]);
    process.kill(server.pid ?? 0, 'SIGKILL');
    for (let tries = 0; deaths.length === 0 && tries < 100; tries++) await delay(20);
    expect(deaths).toEqual(['SIGKILL']);
  });

  it('says why a server does not start, and where its log is', async () => {
    const [port = 0] = await freePorts(1);
    const start = startNats({ port, config: 'nonsense {', url: '', dataDir });
    await expect(start).rejects.toMatchObject({
      name: 'SetupError',
      message: expect.stringContaining('nats-server did not start (exit code 1)'),
      remedy: expect.stringContaining('nats.log'),
    });
  });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
