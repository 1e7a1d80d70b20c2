import { freePorts, startServer, type Server } from '@skein/stack';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ACCOUNT, accountBody, type AccountChoice } from './account.js';
import { RECIPIENTS, recipientOf } from './recipients.js';

const MAIN = fileURLToPath(new URL('../../../apps/sandbox/dist/main.js', import.meta.url));
const AT_ONCE = 32;

/** The provider side alone, as its own process, for contestants that bring none. */
export async function startSandbox(dataDir: string): Promise<{ url: string; server: Server }> {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: 'sandbox',
    url,
    command: process.execPath,
    args: ['--enable-source-maps', MAIN],
    env: {
      PATH: process.env.PATH,
      SKEIN_SANDBOX_PORT: String(port),
      SKEIN_DATA_DIR: dataDir,
      SKEIN_LOG_LEVEL: 'warn',
    },
    logFile: join(dataDir, 'sandbox.log'),
    pidFile: join(dataDir, 'sandbox.pid'),
    stopSignal: 'SIGTERM',
    startTimeoutMs: 20_000,
    probe: () => get(`${url}/health`),
  });
  return { url, server };
}

/** Makes the bench's number known to a sandbox, or changes its settings. */
export function registerAccount(sandboxUrl: string, choice: AccountChoice): Promise<void> {
  return post(`${sandboxUrl}/accounts`, accountBody(choice));
}

/** Every recipient writes once, which opens the window; where there is a webhook, it gets them signed. */
export async function openWindows(sandboxUrl: string): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < RECIPIENTS) {
      const person = encodeURIComponent(recipientOf(next++));
      const body = { text: 'Hello', channelId: ACCOUNT.channelId };
      await post(`${sandboxUrl}/people/whatsapp/${person}/messages`, body);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function get(url: string): Promise<void> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status} ${text}`);
}
