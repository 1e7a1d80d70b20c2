import { natsServerConfig, type WorkspaceUser } from '@skein/messaging';
import { createHmac } from 'node:crypto';

/** One server of a cluster. */
export interface NatsNode {
  name: string;
  /** Name or address under which the other servers reach it. */
  host: string;
  clientPort: number;
  clusterPort: number;
  /** Port of `/healthz`; only this listener has no login. */
  monitorPort: number;
  /** Folder of its JetStream store. */
  storeDir: string;
}

export interface ClusterLogins {
  systemUser: string;
  systemPassword: string;
  /** What the servers show one another. Letters, digits, `-` and `_`: it stands in an address. */
  clusterPassword: string;
  workspaces: WorkspaceUser[];
}

const CLUSTER = 'skein';
const CLUSTER_USER = 'cluster';

/** The configuration file of every server of the cluster: that of a single one, with routes to the others. */
export function clusterConfig(node: NatsNode, nodes: NatsNode[], logins: ClusterLogins): string {
  const { clusterPassword, ...rest } = logins;
  const alone = JSON.parse(
    natsServerConfig({ host: '0.0.0.0', port: node.clientPort, storeDir: node.storeDir, ...rest }),
  ) as object;
  const routes = nodes
    .filter(({ name }) => name !== node.name)
    .map(({ host, clusterPort }) => `nats-route://${CLUSTER_USER}:${clusterPassword}@${host}:${clusterPort}`);
  const file = {
    ...alone,
    server_name: node.name,
    http: `0.0.0.0:${node.monitorPort}`,
    cluster: {
      name: CLUSTER,
      listen: `0.0.0.0:${node.clusterPort}`,
      authorization: { user: CLUSTER_USER, password: clusterPassword },
      routes,
    },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** The login of a workspace, derived from the deployment's key so that nothing has to be stored. */
export function workspaceLogin(secretKey: string, workspaceId: string): WorkspaceUser {
  const password = createHmac('sha256', Buffer.from(secretKey, 'base64'))
    .update(`nats-workspace:${workspaceId}`)
    .digest('base64url');
  return { id: workspaceId, user: workspaceId, password };
}
