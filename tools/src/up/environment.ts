import { freePorts, isPortFree, setupError } from '@skein/stack';
import { join } from 'node:path';
import type { Settings } from './settings.js';

/** Ports of one start. Only the first two are fixed by default. */
export interface Ports {
  api: number;
  sandbox: number;
  smtp: number;
  webChat: number;
  sandboxSmtp: number;
  sandboxSmpp: number;
}

/** Chooses the ports; throws a SetupError when a fixed one is taken. */
export async function choosePorts(settings: Settings): Promise<Ports> {
  const [api = 0, sandbox = 0, smtp = 0, sandboxSmtp = 0, sandboxSmpp = 0, webChat = 0] = await freePorts(6);
  await checkFree(settings.apiPort, 'SKEIN_API_PORT');
  if (settings.hasSandbox) await checkFree(settings.sandboxPort, 'SKEIN_SANDBOX_PORT');
  const fixed = { api: settings.apiPort || api, sandbox: settings.sandboxPort || sandbox };
  return { ...fixed, smtp, webChat, sandboxSmtp, sandboxSmpp };
}

async function checkFree(port: number, name: string): Promise<void> {
  if (port === 0 || (await isPortFree(port))) return;
  throw setupError(
    `Port ${port} is taken by another program.`,
    `Stop that program, or choose another port: ${name}=${port + 100} npm start`,
  );
}

export interface Addresses {
  apiUrl: string;
  publicUrl: string;
  sandboxUrl: string | null;
  smtpUrl: string;
  webChatUrl: string;
  natsUrl: string;
  databaseUrl: string;
}

/** Where examples/agent-http.mjs listens, and whoever follows the guide. */
const EXAMPLE_AGENT = ['127.0.0.1:4000', 'localhost:4000'];

/** The environment of every service: what the caller set, and on top of it what this start decided. */
export function serviceEnvironment(
  own: NodeJS.ProcessEnv,
  settings: Settings,
  ports: Ports,
  addresses: Addresses,
  secretKey: string,
): NodeJS.ProcessEnv {
  const allowed = own['SKEIN_ALLOW_HOSTS'] ? [own['SKEIN_ALLOW_HOSTS']] : [];
  const sandboxHosts = ['127.0.0.1', 'localhost'].flatMap((host) => [
    `${host}:${ports.sandbox}`,
    `${host}:${ports.sandboxSmtp}`,
    `${host}:${ports.sandboxSmpp}`,
  ]);
  const hosts = [...(settings.hasSandbox ? [...sandboxHosts, ...EXAMPLE_AGENT] : []), ...allowed];
  return {
    SKEIN_LOG_LEVEL: 'warn',
    SKEIN_HEALTH_PORT: '0',
    SKEIN_SMTP_PORT: String(ports.smtp),
    SKEIN_WEB_CHAT_PORT: String(ports.webChat),
    SKEIN_SANDBOX_SMTP_PORT: String(ports.sandboxSmtp),
    SKEIN_SANDBOX_SMPP_PORT: String(ports.sandboxSmpp),
    SKEIN_TOOL_FOLDERS: join(settings.dataDir, 'outbox'),
    ...(settings.hasSandbox ? { SKEIN_SAMPLE_FILES: `${addresses.sandboxUrl}/files` } : {}),
    ...own,
    // What the caller allows comes on top of the sandbox, whose ports nobody knows beforehand.
    ...(hosts.length > 0 ? { SKEIN_ALLOW_HOSTS: hosts.join(',') } : {}),
    NATS_URL: addresses.natsUrl,
    DATABASE_URL: addresses.databaseUrl,
    SKEIN_DATA_DIR: settings.dataDir,
    SKEIN_API_PORT: String(ports.api),
    SKEIN_SANDBOX_PORT: String(ports.sandbox),
    SKEIN_PUBLIC_URL: addresses.publicUrl,
    SKEIN_SECRET_KEY: secretKey,
  };
}
