import type { NatsNode } from './nats-cluster.js';

/** What the deployment commands read; the names stand in docker-compose.yml. */
export interface Deployment {
  databaseUrl: string;
  natsUrl: string;
  secretKey: string;
  natsPassword: string;
  clusterPassword: string;
}

/** Login of the services at NATS. */
export const SYSTEM_USER = 'skein';

/** Copies of every stored message: one on each server. */
export const REPLICAS = 3;

/** The servers as docker-compose.yml names them. */
export const NODES: NatsNode[] = ['nats-1', 'nats-2', 'nats-3'].map((name) => ({
  name,
  host: name,
  clientPort: 4222,
  clusterPort: 6222,
  monitorPort: 8222,
  storeDir: '/data',
}));

/** 16 characters or more that may stand in an address unescaped. */
const IN_ADDRESS = /^[A-Za-z0-9_-]{16,}$/;

/** Reads the environment. @throws Error that names everything that is missing or wrong */
export function deploymentOf(env: NodeJS.ProcessEnv): Deployment {
  const problems: string[] = [];
  const read = (name: string, pattern = /\S/, rule = 'must be set') => {
    const value = env[name] ?? '';
    if (!pattern.test(value)) problems.push(`${name} ${rule}`);
    return value;
  };
  const inAddress = 'must be 16 or more letters, digits, - or _';
  const deployment = {
    databaseUrl: read('DATABASE_URL'),
    natsUrl: read('NATS_URL'),
    secretKey: read('SKEIN_SECRET_KEY', /^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64'),
    natsPassword: read('NATS_PASSWORD', IN_ADDRESS, inAddress),
    clusterPassword: read('NATS_CLUSTER_PASSWORD', IN_ADDRESS, inAddress),
  };
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return deployment;
}
