import 'reflect-metadata';
import { provisionAt } from '@skein/messaging';
import { migrate } from '@skein/persistence';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createWorkspace, inDatabase, workspaceIds } from './deploy/create.js';
import { deploymentOf, NODES, REPLICAS, SYSTEM_USER, type Deployment } from './deploy/deployment.js';
import { clusterConfig, workspaceLogin } from './deploy/nats-cluster.js';

const USAGE = `node tools/dist/deploy.js <command>
  prepare <folder>             brings the tables up to date and writes the configuration of each NATS server
  streams                      creates or updates streams and the durable of each workspace
  workspace <name> [timezone]  creates a workspace with an agent and an API key, and prints its logins`;

type Command = (deployment: Deployment, args: string[]) => Promise<void>;

const COMMANDS: Readonly<Record<string, Command>> = { prepare, streams, workspace };

async function prepare(deployment: Deployment, [folder]: string[]): Promise<void> {
  if (folder === undefined) throw new Error(USAGE);
  const { databaseUrl, secretKey, natsPassword, clusterPassword } = deployment;
  await migrate(databaseUrl);
  const ids = await inDatabase(databaseUrl, workspaceIds);
  const logins = {
    systemUser: SYSTEM_USER,
    systemPassword: natsPassword,
    clusterPassword,
    workspaces: ids.map((id) => workspaceLogin(secretKey, id)),
  };
  mkdirSync(folder, { recursive: true });
  // Readable by the account of the NATS image, which is another one; the folder is a volume that only they share.
  for (const node of NODES)
    writeFileSync(join(folder, `${node.name}.conf`), clusterConfig(node, NODES, logins), { mode: 0o644 });
  console.log(`tables are current; ${NODES.length} NATS configurations know ${ids.length} workspaces`);
}

async function streams({ databaseUrl, natsUrl }: Deployment): Promise<void> {
  const workspaces = await inDatabase(databaseUrl, workspaceIds);
  await provisionAt(natsUrl, { replicas: REPLICAS, workspaces });
  console.log(`streams are current, with ${REPLICAS} copies of each message`);
}

async function workspace(
  { databaseUrl, secretKey }: Deployment,
  [name, timezone = 'UTC']: string[],
): Promise<void> {
  if (name === undefined) throw new Error(USAGE);
  const made = await inDatabase(databaseUrl, (manager) => createWorkspace(manager, name, timezone));
  const { user, password } = workspaceLogin(secretKey, made.workspaceId);
  console.log(JSON.stringify({ ...made, natsUser: user, natsPassword: password }, null, 2));
}

const [name = '', ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
try {
  if (command === undefined) throw new Error(USAGE);
  await command(deploymentOf(process.env), args);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
