import { freePorts, startServer, type Server } from '@skein/stack';
import { existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';

export interface Redis {
  port: number;
  server: Server;
}

/** Path of redis-server; undefined where it is not on the PATH. */
export function findRedis(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));
}

/** A private Redis whose every write is on disk before it is answered, as Skein's are. */
export async function startRedis(command: string, dataDir: string): Promise<Redis> {
  const [port = 0] = await freePorts(1);
  const dir = join(dataDir, 'redis');
  mkdirSync(dir, { recursive: true });
  const settings = { port, dir, bind: '127.0.0.1', save: '', appendonly: 'yes', appendfsync: 'always' };
  const server = await startServer({
    name: 'redis-server',
    url: `redis://127.0.0.1:${port}`,
    command,
    args: Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]),
    logFile: join(dataDir, 'redis.log'),
    pidFile: join(dataDir, 'redis.pid'),
    stopSignal: 'SIGTERM',
    startTimeoutMs: 10_000,
    probe: () => pong(port),
  });
  return { port, server };
}

function pong(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      if (data.toString().startsWith('+PONG')) resolve();
      else reject(new Error(data.toString()));
    });
    socket.once('error', reject);
  });
}
