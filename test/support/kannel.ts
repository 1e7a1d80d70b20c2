import { freePorts } from '@skein/stack';
import { eventually } from '@skein/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's kannel-extras puts its test programs here. */
const DRIVE_SMPP = '/usr/lib/kannel/test/drive_smpp';
/** drive_smpp also plays Kannel's smsbox and ends when nobody listens there; the port is not to be chosen. */
const SMSBOX_PORT = 13_001;

const BEARERBOX = '/usr/sbin/bearerbox';
const SMSBOX = '/usr/sbin/smsbox';

/** Why Kannel cannot be started here; undefined when it can. */
export function kannelMissing(): string | undefined {
  const missing = [DRIVE_SMPP, BEARERBOX, SMSBOX].find((file) => !existsSync(file));
  return missing && `${missing} is not installed (apt-get install kannel kannel-extras)`;
}

/** An SMSC that we have not written. */
export interface Kannel {
  /** Everything it has said so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts drive_smpp, which hands `messages` messages to whoever binds as a receiver. */
export async function startKannel(port: number, messages: number): Promise<Kannel> {
  const smsbox = await listening(
    createServer((socket) => socket.on('error', () => undefined)),
    SMSBOX_PORT,
  );
  const { child, log } = started(DRIVE_SMPP, ['-v', '0', '-p', String(port), '-m', String(messages)]);
  await eventually(() => log().includes('Starting drive_smpp'));
  const end = async (): Promise<void> => {
    await stop(child);
    smsbox.close();
  };
  return { log, stop: end };
}

export interface Gateway extends Kannel {
  /** Where messages are handed in. */
  sendUrl: string;
}

/** Starts Kannel's gateway as a client of an SMSC. Whoever writes to it is answered "Got it". */
export async function startGateway(smsc: {
  port: number;
  systemId: string;
  password: string;
}): Promise<Gateway> {
  const [admin = 0, boxes = 0, send = 0] = await freePorts(3);
  const folder = mkdtempSync(join(tmpdir(), 'kannel-'));
  const file = join(folder, 'kannel.conf');
  writeFileSync(file, configOf(smsc, { admin, boxes, send }));
  const bearerbox = started(BEARERBOX, ['-v', '0', file]);
  await eventually(() => bearerbox.log().includes('bind'), { timeoutMs: 20_000 });
  const smsbox = started(SMSBOX, ['-v', '0', file]);
  await eventually(() => /Connected to bearerbox|starting/i.test(smsbox.log()), { timeoutMs: 20_000 });
  return {
    sendUrl: `http://127.0.0.1:${send}/cgi-bin/sendsms`,
    log: () => bearerbox.log() + smsbox.log(),
    stop: async () => {
      await stop(smsbox.child);
      await stop(bearerbox.child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface GatewayPorts {
  admin: number;
  boxes: number;
  send: number;
}

function configOf(
  { port, systemId, password }: { port: number; systemId: string; password: string },
  { admin, boxes, send }: GatewayPorts,
): string {
  const groups: Record<string, string | number>[] = [
    {
      group: 'core',
      'admin-port': admin,
      'admin-password': 'x',
      'smsbox-port': boxes,
      'box-allow-ip': '127.0.0.1',
    },
    {
      ...{
        group: 'smsc',
        smsc: 'smpp',
        'smsc-id': 'sandbox',
        host: '127.0.0.1',
        port,
        'transceiver-mode': 'true',
      },
      ...{ 'smsc-username': systemId, 'smsc-password': password, 'system-type': '""', 'address-range': '""' },
      ...{ 'source-addr-ton': 1, 'source-addr-npi': 1, 'dest-addr-ton': 1, 'dest-addr-npi': 1 },
    },
    { group: 'smsbox', 'bearerbox-host': '127.0.0.1', 'sendsms-port': send },
    { group: 'sendsms-user', username: 'test', password: 'test', concatenation: 'true', 'max-messages': 10 },
    { group: 'sms-service', keyword: 'default', text: '"Got it"', 'catch-all': 'true' },
  ];
  const written = groups.map((group) =>
    Object.entries(group)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  return written.join('\n');
}

function started(file: string, args: string[]): { child: ChildProcess; log: () => string } {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, log: () => said };
}

function listening(server: Server, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
