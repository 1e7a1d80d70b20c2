import {
  exportsFor,
  importsFrom,
  workspaceAccount,
  accountName,
  type WorkspaceUser,
} from './workspace-account.js';

export interface NatsServerConfig {
  /** Bind address; loopback unless the server is meant to be reached from elsewhere. */
  host: string;
  port: number;
  /** Folder of the JetStream store. */
  storeDir: string;
  /** Login of the services. */
  systemUser: string;
  systemPassword: string;
  workspaces: WorkspaceUser[];
}

/** The account all services share and the streams live in. */
export const SERVICES_ACCOUNT = 'SKEIN';

/** Largest payload in bytes. Our publishers split at 512 KB; the rest is room for other services' answers. */
const MAX_PAYLOAD = 8 * 1024 * 1024;
const MAX_STORE = 16 * 1024 * 1024 * 1024;

/**
 * The configuration file of a nats-server for one machine: logins required, JetStream on, only the client listener
 * open. The text is JSON, which the server reads as its own format. To add a workspace, write the file again and
 * send the server SIGHUP twice: the first reload makes the account, and nats-server 2.14.0 binds what a new account
 * imports from another one only at the next reload. Connections stay.
 *
 * `sync_interval` stays at its default (2 min): acceptance is a database commit, and no fact lives here alone.
 */
export function natsServerConfig(config: NatsServerConfig): string {
  const { host, port, storeDir, systemUser, systemPassword, workspaces } = config;
  const accounts = Object.fromEntries(
    workspaces.map((workspace) => [accountName(workspace.id), workspaceAccount(workspace, SERVICES_ACCOUNT)]),
  );
  const file = {
    host,
    port,
    server_name: 'skein',
    max_payload: MAX_PAYLOAD,
    jetstream: { store_dir: storeDir, max_memory_store: 64 * 1024 * 1024, max_file_store: MAX_STORE },
    accounts: {
      [SERVICES_ACCOUNT]: {
        jetstream: 'enabled',
        users: [{ user: systemUser, password: systemPassword }],
        exports: workspaces.flatMap((workspace) => exportsFor(workspace.id)),
        imports: workspaces.flatMap((workspace) => importsFrom(workspace.id)),
      },
      ...accounts,
    },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
