import { provisionAt } from '@skein/messaging';
import { migrate } from '@skein/persistence';
import { randomBytes, randomUUID } from 'node:crypto';
import { seed, type Seeded } from '../seed.js';
import { registerAccounts } from './accounts.js';
import { findApps, type App } from './apps.js';
import type { DevFile } from '@skein/stack';
import { choosePorts, serviceEnvironment, type Addresses, type Ports } from './environment.js';
import type { Part } from './part.js';
import { progress } from './progress.js';
import { untilReady } from './ready.js';
import { openSecrets, type Secrets } from './secrets.js';
import { embeddedNats, embeddedPostgres, streamsOf } from './servers.js';
import { startApart, startService } from './services.js';
import type { Settings } from './settings.js';

/** One start of the stack: what was decided, and the parts that run so far, so that a failure can stop them. */
export interface Launch {
  settings: Settings;
  parts: Map<string, Part>;
  /** Throws once somebody asked to stop, so that no further step begins. */
  mayGoOn: () => void;
}

/** What stays the same from start to start, and the ports of this one. */
interface Plan {
  ports: Ports;
  secrets: Secrets;
  workspaceId: string;
  apiKey: string;
  secretKey: string;
}

/** Starts another process of a service, with an environment of its own, under another name. */
type Replicate = (service: string, as: string, env: Record<string, string>) => Promise<void>;

interface Launched {
  dev: DevFile;
  replicate: Replicate;
}

/** Starts servers, tables, streams, sandbox and services in that order; resolves when the api says it is ready. */
export async function launch(start: Launch): Promise<Launched> {
  const plan = await decide(start.settings);
  const servers = await startServers(start, plan);
  start.mayGoOn();
  const addresses = addressesOf(start.settings, plan.ports, servers);
  await progress.step('Tables and streams', async () => {
    await Promise.all([
      migrate(addresses.databaseUrl),
      provisionAt(addresses.natsUrl, streamsOf(plan.workspaceId)),
    ]);
  });
  start.mayGoOn();
  const seeded = await progress.step('Workspace with channels and an agent', () =>
    seed({
      ...plan,
      ...addresses,
      sandboxSmtpPort: plan.ports.sandboxSmtp,
      sandboxSmppPort: plan.ports.sandboxSmpp,
    }),
  );
  const replicate = await startServices(start, plan, addresses, seeded);
  if (start.parts.has('api'))
    await progress.step('Everything answers', () => untilReady(addresses.apiUrl, start.mayGoOn));
  const dev: DevFile = {
    apiUrl: addresses.apiUrl,
    apiKey: plan.apiKey,
    sandboxUrl: addresses.sandboxUrl,
    natsUrl: servers.callerUrl,
    databaseUrl: addresses.databaseUrl,
    smtpUrl: addresses.smtpUrl,
    webChatUrl: addresses.webChatUrl,
    workspaceId: plan.workspaceId,
    agentId: seeded.agentId,
    channels: seeded.channels,
    secrets: seeded.secrets,
  };
  return { dev, replicate };
}

async function decide(settings: Settings): Promise<Plan> {
  const ports = await choosePorts(settings);
  const secrets = openSecrets(settings.dataDir);
  return {
    ports,
    secrets,
    workspaceId: secrets('workspaceId', randomUUID),
    apiKey: secrets('apiKey', () => `skein_${randomBytes(24).toString('base64url')}`),
    secretKey: process.env.SKEIN_SECRET_KEY || secrets('secretKey', () => randomBytes(32).toString('base64')),
  };
}

type ServerAddresses = Pick<Addresses, 'natsUrl' | 'databaseUrl'> & { callerUrl: string };

/** Starts the embedded servers that the environment does not replace. */
async function startServers({ settings, parts }: Launch, plan: Plan): Promise<ServerAddresses> {
  const add = (part: Part) => void parts.set(part.name, part);
  let { natsUrl, databaseUrl } = settings;
  let callerUrl = natsUrl;
  if (!databaseUrl) {
    const postgres = await progress.step('PostgreSQL', () =>
      embeddedPostgres(settings.dataDir, plan.secrets),
    );
    add(postgres.part);
    databaseUrl = postgres.url;
  }
  if (!natsUrl) {
    const nats = await progress.step('NATS with JetStream', () =>
      embeddedNats(settings.dataDir, plan.workspaceId, plan.secrets),
    );
    add(nats.part);
    natsUrl = nats.url;
    callerUrl = nats.callerUrl;
  }
  return { natsUrl, databaseUrl, callerUrl: callerUrl ?? natsUrl };
}

function addressesOf(settings: Settings, ports: Ports, servers: ServerAddresses): Addresses {
  const apiUrl = `http://127.0.0.1:${ports.api}`;
  return {
    apiUrl,
    natsUrl: servers.natsUrl,
    databaseUrl: servers.databaseUrl,
    publicUrl: settings.publicUrl ?? apiUrl,
    sandboxUrl: settings.hasSandbox ? `http://127.0.0.1:${ports.sandbox}` : null,
    smtpUrl: `smtp://127.0.0.1:${ports.smtp}`,
    webChatUrl: `http://127.0.0.1:${ports.webChat}`,
  };
}

/** The sandbox comes first, and knows its accounts before anything can call it; then one stop order after the other. */
async function startServices(
  start: Launch,
  plan: Plan,
  addresses: Addresses,
  seeded: Seeded,
): Promise<Replicate> {
  const { settings, parts, mayGoOn } = start;
  const env = serviceEnvironment(process.env, settings, plan.ports, addresses, plan.secretKey);
  const run = async (app: App) => {
    mayGoOn();
    const part = await startService(app, env, settings);
    parts.set(part.name, part);
  };
  const apps = await findApps(settings);
  const sandbox = apps.filter((app) => app.definition.name === 'sandbox');
  const services = apps.filter((app) => app.definition.name !== 'sandbox');
  for (const app of sandbox) await progress.step('Sandbox, the provider side', () => run(app));
  if (addresses.sandboxUrl) await registerAccounts(addresses.sandboxUrl, seeded.accounts);
  await progress.step(`Services: ${services.map((app) => app.definition.name).join(', ')}`, async () => {
    if (settings.isSplit) await together(services.map(run));
    else for (const app of services) await run(app);
  });
  return async (service, as, own) => {
    const app = services.find(({ definition }) => definition.name === service);
    if (!app) throw new Error(`no service ${service}`);
    parts.set(as, await startApart(app, { ...env, ...own }, settings.dataDir, as));
  };
}

/** Waits for all, also when one fails: what started meanwhile must be known before it can be stopped. */
async function together(work: Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
