import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findNatsServer } from './binaries.js';
import { startServer, type Server } from './server-process.js';

export interface NatsOptions {
  port: number;
  /** Text of the server's configuration file; it must bind 127.0.0.1 and the given port. */
  config: string;
  /** Address for clients, with user and password where the configuration asks for them. */
  url: string;
  /** Folder for the configuration, pid and log file; the JetStream store is wherever `config` puts it. */
  dataDir: string;
}

/** Starts nats-server and resolves when it accepts clients, JetStream included (about 30 ms). */
export function startNats(options: NatsOptions): Promise<Server> {
  const { run, logs } = serverFolders(options.dataDir);
  const configFile = join(options.dataDir, 'nats.conf');
  writeFileSync(configFile, options.config, { mode: 0o600 });
  chmodSync(configFile, 0o600);
  return startServer({
    name: 'nats-server',
    url: options.url,
    command: findNatsServer(),
    args: ['--config', configFile],
    logFile: join(logs, 'nats.log'),
    pidFile: join(run, 'nats.pid'),
    stopSignal: 'SIGTERM',
    startTimeoutMs: 20_000,
    probe: () => greeting(options.port),
  });
}

/** Folders of a data directory that every embedded server writes to. */
export function serverFolders(dataDir: string): { run: string; logs: string } {
  const folders = { run: join(dataDir, 'run'), logs: join(dataDir, 'logs') };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  return folders;
}

/** nats-server opens its port after recovering JetStream and greets every connection with a line "INFO {…}". */
function greeting(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const end = (done: () => void) => {
      socket.destroy();
      done();
    };
    socket.setTimeout(1000, () => end(() => reject(new Error('no greeting'))));
    socket.once('data', (data) =>
      end(() => (data.toString().startsWith('INFO ') ? resolve() : reject(new Error('not NATS')))),
    );
    socket.once('error', (error) => end(() => reject(error)));
  });
}
