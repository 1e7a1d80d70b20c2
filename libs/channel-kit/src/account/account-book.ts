import type { ChannelKind } from '@skein/contracts';
import { ChannelCache, openCredentials, type SealedChannel, type Sql } from '@skein/persistence';
import { hideSecrets } from '@skein/runtime';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { ChannelAccount, ChannelDefinition } from '../definition.js';

/** A channel's account, or why it cannot be used. `problem` holds no secret. */
export type Opened = { account: ChannelAccount<object> } | { problem: string; channel: SealedChannel };

/** Opened credentials kept at once. */
const MAX_OPENED = 2000;

/** The accounts of the kinds a service serves, with opened credentials; at most 2 s behind the database. */
export class AccountBook {
  private readonly cache: ChannelCache;
  private readonly opened = new Map<string, { revision: number; config: object }>();
  private readonly definitions: Map<ChannelKind, ChannelDefinition<object>>;

  constructor(
    sql: Sql,
    definitions: readonly ChannelDefinition<object>[],
    private readonly secretKey: string | undefined,
  ) {
    this.cache = new ChannelCache(sql);
    this.definitions = new Map(definitions.map((definition) => [definition.kind, definition]));
  }

  definitionOf(kind: ChannelKind): ChannelDefinition<object> | undefined {
    return this.definitions.get(kind);
  }

  /** A channel of one of the served kinds; undefined when there is none. @throws when the database is away. */
  async byId(channelId: string): Promise<Opened | undefined> {
    return this.open(await this.cache.byId(channelId));
  }

  /** The channel with this provider-side account, in any workspace. @throws when the database is away. */
  async byAccount(kind: ChannelKind, account: string): Promise<Opened | undefined> {
    return this.open(await this.cache.byAccount(kind, account));
  }

  private open(channel: SealedChannel | undefined): Opened | undefined {
    const definition = channel && this.definitions.get(channel.kind);
    if (!channel || !definition) return undefined;
    const known = this.opened.get(channel.id);
    try {
      const config = known?.revision === channel.revision ? known.config : this.configOf(channel, definition);
      if (this.opened.size >= MAX_OPENED) this.opened.clear();
      this.opened.set(channel.id, { revision: channel.revision, config });
      return { account: accountOf(channel, config) };
    } catch (error) {
      return { problem: (error as Error).message, channel };
    }
  }

  private configOf(channel: SealedChannel, definition: ChannelDefinition<object>): object {
    if (!channel.credentials && definition.withoutCredentials) return new definition.config();
    if (!channel.credentials) throw new Error('the channel has no credentials');
    if (!this.secretKey) throw new Error('SKEIN_SECRET_KEY is not set');
    const plain = openCredentials(this.secretKey, channel.id, channel.credentials);
    const config = plainToInstance(definition.config, plain);
    const wrong = validateSync(config, { whitelist: true, forbidUnknownValues: false });
    if (wrong.length > 0)
      throw new Error(`credentials are not valid: ${wrong.map((error) => error.property).join(', ')}`);
    return hideSecrets(config);
  }
}

function accountOf(channel: SealedChannel, config: object): ChannelAccount<object> {
  const { id, workspaceId, kind, account, agentId, name, status, settings } = channel;
  return { id, workspaceId, kind, account, agentId, name, status, settings, config };
}
