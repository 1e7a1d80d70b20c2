import type { Fields } from '../core/fields.js';
import type { AccountView } from '../core/kind.js';
import type { Outbox } from '../core/outbox.js';
import { TokenBucket } from '../core/token-bucket.js';
import type { Conversation } from './conversations.js';
import type { Notice } from './events.js';

/** A room of the workspace, as it is registered. */
export interface RoomConfig {
  id: string;
  name: string;
  /** The app's bot belongs to it. */
  member: boolean;
  archived: boolean;
  readOnly: boolean;
}

/** An app installed in a workspace. */
export interface AccountConfig {
  channelId: string;
  teamId: string;
  appId: string;
  botUserId: string;
  botId: string;
  botToken: string;
  signingSecret: string;
  /** Null: nobody is told anything. */
  webhookUrl: string | null;
  /** Where the app reaches this sandbox, when that is not where the sandbox says it is: files are at the same host as the API. */
  origin: string | null;
  rooms: RoomConfig[];
  /** Messages per second in one conversation; null switches off every limit of pace. */
  messagesPerSecond: number | null;
  /** Messages that may come at once before the pace counts. */
  burst: number;
  /** The app subscribes to `message_metadata_posted` of its own messages. */
  metadataEvents: boolean;
}

/** What the platform remembers about an installation. */
export interface Account {
  config: AccountConfig;
  conversations: Map<string, Conversation>;
  /** Names people gave themselves, by user id. */
  names: Map<string, string>;
  pace: Map<string, TokenBucket>;
  /** Microseconds of the last stamp; stamps grow. */
  lastStamp: number;
  uninstalled: boolean;
  outbox: Outbox<Notice>;
  webhook: { verified: boolean; detail: string; lastAnswer: string | null };
}

/** Reads the body of `POST /accounts` for this kind. */
export function readAccount(fields: Fields): AccountConfig {
  const pace = fields.number('messagesPerSecond', 0.01);
  const appId = fields.text('appId');
  return {
    channelId: fields.text('channelId'),
    teamId: fields.text('teamId'),
    appId,
    botUserId: fields.optionalText('botUserId') ?? `U${appId.slice(1)}`,
    botId: fields.optionalText('botId') ?? `B${appId.slice(1)}`,
    botToken: fields.text('botToken'),
    signingSecret: fields.text('signingSecret'),
    webhookUrl: fields.optionalText('webhookUrl') ?? null,
    origin: fields.optionalText('origin') ?? null,
    rooms: fields.objects('rooms').map(readRoom),
    messagesPerSecond: pace === undefined ? 1 : pace,
    burst: fields.number('burst', 1) ?? 5,
    metadataEvents: fields.flag('metadataEvents', false),
  };
}

function readRoom(fields: Fields): RoomConfig {
  const id = fields.text('id');
  return {
    id,
    name: fields.optionalText('name') ?? id.toLowerCase(),
    member: fields.flag('member', true),
    archived: fields.flag('archived', false),
    readOnly: fields.flag('readOnly', false),
  };
}

export function newAccount(config: AccountConfig, outbox: Outbox<Notice>): Account {
  const account: Account = {
    config,
    conversations: new Map(),
    names: new Map(),
    pace: new Map(),
    lastStamp: 0,
    uninstalled: false,
    outbox,
    webhook: { verified: false, detail: 'not tried yet', lastAnswer: null },
  };
  furnish(account);
  return account;
}

/** Applies a repeated registration: settings change, what was said stays. */
export function reconfigure(account: Account, config: AccountConfig): void {
  account.config = config;
  account.uninstalled = false;
  account.pace.clear();
  furnish(account);
}

/** Forgets what was said, keeps the registration. */
export function forget(account: Account): void {
  account.conversations.clear();
  account.names.clear();
  account.pace.clear();
  account.uninstalled = false;
  account.outbox.clear();
  furnish(account);
}

function furnish({ config, conversations }: Account): void {
  for (const room of config.rooms) {
    const known = conversations.get(room.id);
    if (known) Object.assign(known, room);
    else conversations.set(room.id, { ...room, user: null, messages: [] });
  }
}

/** True while one more call keeps the pace of `key`; a bucket of `capacity` that regains `perSecond`. */
export function keepsPace(account: Account, key: string, capacity: number, perSecond: number): boolean {
  const now = Date.now();
  const bucket = account.pace.get(key) ?? new TokenBucket(capacity, perSecond, now);
  account.pace.set(key, bucket);
  return bucket.take(now);
}

/** What `GET /accounts` shows: the registration without its secrets, and how its webhook fares. */
export function viewOf({ config, webhook, outbox }: Account): AccountView {
  const { channelId, teamId, appId, botUserId, botId, webhookUrl, rooms } = config;
  const { messagesPerSecond, burst, metadataEvents } = config;
  return {
    kind: 'slack',
    channelId,
    ...{ teamId, appId, botUserId, botId, webhookUrl, rooms, messagesPerSecond, burst, metadataEvents },
    webhook: { ...webhook, waiting: outbox.waiting, ...outbox.counts },
  };
}
