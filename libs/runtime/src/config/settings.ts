/** How a setting may be shown: as it is, never, or as an address without its password. */
export type Secrecy = 'open' | 'secret' | 'address';

/** One environment variable: what it means, what it is when unset, and whether it may be printed. */
export interface Setting {
  description: string;
  default?: string;
  secrecy?: Secrecy;
}

/**
 * Every environment variable the system knows. A `SKEIN_*` name that is not here is refused at boot, so that a
 * misspelt setting is an error and not a silent default; `.env.example` is made from this table.
 */
export const SETTINGS = {
  SKEIN_API_PORT: { description: 'Port of the public HTTP API and console.', default: '3000' },
  SKEIN_SANDBOX_PORT: { description: 'Port of the sandbox (development and tests).', default: '3001' },
  SKEIN_DATA_DIR: {
    description: 'Folder of the embedded servers, media and dev.json.',
    default: '.skein',
  },
  SKEIN_PUBLIC_URL: {
    description:
      'Address under which people and providers reach the API: signatures, unsubscribe, media links.',
  },
  NATS_URL: {
    description: 'Address of NATS, with user and password where needed. Unset: an embedded server.',
    secrecy: 'address',
  },
  DATABASE_URL: {
    description: 'Address of PostgreSQL. Unset: an embedded server.',
    secrecy: 'address',
  },
  SKEIN_SANDBOX: {
    description: 'on or off. Off in production: no sandbox, no clock control.',
    default: 'on',
  },
  SKEIN_CHANNEL_KINDS: {
    description: 'Channel kinds this process serves, comma separated. Unset: all of its own.',
  },
  SKEIN_ALLOW_HOSTS: {
    description: 'host:port list that user-supplied addresses may name although they are private.',
  },
  SKEIN_SECRET_KEY: {
    description: '32 bytes in base64 that seal stored credentials. Required in production.',
    secrecy: 'secret',
  },
  SKEIN_TOOL_FOLDERS: {
    description:
      'Folders whose files the send tool may attach (MEDIA:), comma separated. With npm start: outbox in the data folder.',
    default: '.skein/outbox',
  },
  SKEIN_SMTP_PORT: { description: 'Port on which inbound email arrives. 0: a free one.', default: '0' },
  SKEIN_SANDBOX_SMTP_PORT: { description: "Port of the sandbox's SMTP server. 0: a free one.", default: '0' },
  SKEIN_SANDBOX_SMPP_PORT: { description: "Port of the sandbox's SMPP server. 0: a free one.", default: '0' },
  SKEIN_WEB_CHAT_PORT: {
    description: 'Port of the web chat service: widget script and WebSocket. 0: a free one.',
    default: '0',
  },
  SKEIN_WEB_CHAT_URL: {
    description: 'Address under which browsers reach the web chat service. Unset: its port on this machine.',
  },
  SKEIN_HEALTH_PORT: {
    description: 'Port of /health and /metrics of services without HTTP of their own. 0: none.',
    default: '0',
  },
  SKEIN_LOG_LEVEL: { description: 'trace, debug, info, warn, error, fatal or silent.', default: 'info' },
  SKEIN_DB_POOL: { description: 'Database connections of each service.', default: '6' },
  SKEIN_CALL_LEASE_MS: {
    description: 'Time one provider call may take, in ms, before its outcome counts as unknown.',
    default: '30000',
  },
  SKEIN_TURN_LEASE_MS: {
    description: 'Time without a heartbeat, in ms, after which another process takes a turn over.',
    default: '60000',
  },
  SKEIN_JOB_LEASE_MS: {
    description: 'Time without a heartbeat, in ms, after which the worker of a run counts as gone.',
    default: '30000',
  },
  SKEIN_SAMPLE_FILES: {
    description:
      'Base address of sample files that the built-in agent sends. Unset: it answers in text only.',
  },
  SKEIN_STREAM_REPLICAS: {
    description: 'Copies that NATS keeps of each message: 1, or 3 in a cluster. The same for every service.',
    default: '1',
  },
  SKEIN_URL: { description: 'Address of the API, for the command line tool and the SDK.' },
  SKEIN_API_KEY: { description: 'API key, for the command line tool and the SDK.', secrecy: 'secret' },
  SKEIN_WORKSPACE_ID: { description: 'Workspace, for the SDK.' },
  SKEIN_AGENT_SECRET: {
    description: 'Signing secret of an agent behind HTTP, for the SDK.',
    secrecy: 'secret',
  },
  SKEIN_SWEEP_MS: { description: 'Interval of the sweepers that look for due rows, in ms.', default: '1000' },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

/** The row of a setting, with the optional members readable. */
export function settingOf(name: SettingName): Setting {
  return SETTINGS[name];
}

/** The `SKEIN_*` names in an environment that no setting has. */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env).filter((name) => name.startsWith('SKEIN_') && !Object.hasOwn(SETTINGS, name));
}
