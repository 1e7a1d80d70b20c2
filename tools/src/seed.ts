import { newId } from '@skein/contracts';
import {
  AgentEntity,
  ApiKeyEntity,
  ChannelEntity,
  dataSourceOf,
  sealCredentials,
  TemplateEntity,
  WorkspaceEntity,
} from '@skein/persistence';
import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { v5 } from 'uuid';
import { developmentChannels } from './seed/channels.js';
import type { SeedChannel } from './seed/seed-channel.js';
import { DEVELOPMENT_TEMPLATES } from './seed/templates.js';
import type { Secrets } from './up/secrets.js';

/** What the launcher knows when it seeds: before the sandbox and the services start, after the migrations. */
export interface SeedInput {
  databaseUrl: string;
  workspaceId: string;
  /** The key in clear; only its hash is stored. */
  apiKey: string;
  /** 32 bytes, base64: seals stored credentials. */
  secretKey: string;
  /** Where providers reach the api. */
  publicUrl: string;
  /** Ports may differ from start to start, so provider addresses are written every time. Null without sandbox. */
  sandboxUrl: string | null;
  sandboxSmtpPort: number;
  sandboxSmppPort: number;
  /** Where browsers reach the web chat service. */
  webChatUrl: string;
  /** Where inbound mail arrives. */
  smtpUrl: string;
  /** Development secrets by name, made on first use and kept. */
  secrets: Secrets;
}

/** Body of `POST <sandbox>/accounts`. */
export interface SandboxAccount {
  kind: string;
  channelId: string;
  [field: string]: unknown;
}

/** The built-in agent of the development workspace. */
const AGENT_ID = 'concierge';

export interface Seeded {
  agentId: string;
  /** Channel ids by kind. */
  channels: Record<string, string>;
  /** Signing secrets by kind, for `dev.json`. */
  secrets: Record<string, Record<string, string>>;
  accounts: SandboxAccount[];
}

/** Creates the development workspace, or brings an existing one up to date. Safe to repeat on every start. */
export async function seed(input: SeedInput): Promise<Seeded> {
  const channels = developmentChannels(input);
  const source = dataSourceOf({ url: input.databaseUrl, poolSize: 1, applicationName: 'skein-seed' });
  await source.initialize();
  try {
    await source.transaction(async (manager) => {
      await seedWorkspace(manager, input);
      for (const channel of channels) await seedChannel(manager, input, channel);
    });
  } finally {
    await source.destroy();
  }
  return {
    agentId: AGENT_ID,
    channels: firstOfKind(channels, ({ id }) => id),
    secrets: firstOfKind(channels, ({ signing }) => signing),
    accounts: channels.flatMap(({ sandbox }) => sandbox ?? []),
  };
}

/** By kind; where a kind has several channels, the first speaks for it. */
function firstOfKind<T>(
  channels: readonly SeedChannel[],
  what: (channel: SeedChannel) => T,
): Record<string, T> {
  return Object.fromEntries(channels.toReversed().map((channel) => [channel.kind, what(channel)]));
}

async function seedWorkspace(manager: EntityManager, { workspaceId, apiKey }: SeedInput): Promise<void> {
  const workspace = { id: workspaceId, name: 'Development', timezone: 'America/Mexico_City' };
  // What the developer changed of either stays.
  await manager.createQueryBuilder().insert().into(WorkspaceEntity).values(workspace).orIgnore().execute();
  const agent = { workspaceId, id: AGENT_ID, name: 'Concierge', backend: { type: 'concierge' as const } };
  await manager.createQueryBuilder().insert().into(AgentEntity).values(agent).orIgnore().execute();
  const hash = createHash('sha256').update(apiKey).digest();
  const known = await manager.findOneBy(ApiKeyEntity, { hash });
  if (known === null)
    await manager.insert(ApiKeyEntity, {
      id: newId(),
      workspaceId,
      agentId: null,
      name: 'Development',
      hash,
    });
}

async function seedChannel(
  manager: EntityManager,
  { workspaceId, secretKey }: SeedInput,
  channel: SeedChannel,
): Promise<void> {
  const { id, kind, account, name, settings, credentials } = channel;
  const sealed = sealCredentials(secretKey, id, credentials);
  const known = await manager.findOneBy(ChannelEntity, { id });
  // What the developer changed stays: only credentials follow the ports of this start.
  if (known === null) {
    await manager.insert(ChannelEntity, {
      id,
      workspaceId,
      kind,
      account,
      agentId: AGENT_ID,
      name,
      status: 'active',
      settings,
      credentials: sealed,
    });
    await manager.query('INSERT INTO channel_rates (channel_id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  } else {
    await manager.update(ChannelEntity, { id }, { credentials: sealed, revision: known.revision + 1 });
    // Whatever did not work with the ports of the last start may work now.
    await manager.query(
      'UPDATE channel_rates SET paused_until = NULL, pause_reason = NULL WHERE channel_id = $1',
      [id],
    );
  }
  if (kind === 'whatsapp')
    await manager.upsert(TemplateEntity, templateRows(workspaceId, id), ['channelId', 'name', 'language']);
}

function templateRows(workspaceId: string, channelId: string) {
  return DEVELOPMENT_TEMPLATES.map(({ name, language, category, shape, body }) => ({
    id: v5(`${name}/${language}`, workspaceId),
    workspaceId,
    channelId,
    name,
    language,
    category: category === 'UTILITY' ? ('utility' as const) : ('marketing' as const),
    status: 'approved' as const,
    shape,
    body,
  }));
}
