import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import type { AccountView } from '../core/kind.js';
import type { Outbox } from '../core/outbox.js';
import { invalid } from '../core/refusal.js';
import { TokenBucket } from '../core/token-bucket.js';
import type { Chat } from './chats.js';
import { LIMITS } from './limits.js';

/** A registered bot. */
export interface AccountConfig {
  channelId: string;
  /** `<bot id>:<secret>`. */
  token: string;
  username: string;
  /** Null: the bot reads its updates with `getUpdates`. */
  webhookUrl: string | null;
  /** Comes with every update. */
  secretToken: string | null;
  /** Names of updates that the webhook wants; null = the platform's default. */
  allowedUpdates: string[] | null;
  /** Messages per second over all chats; null = unlimited. */
  messagesPerSecond: number | null;
  /** About one message a second in one chat, twenty a minute in a group. */
  chatRate: boolean;
}

/** One thing to tell the bot. */
export interface Update {
  update_id: number;
  body: JsonObject;
  address: string;
}

/** What the platform remembers about a bot. */
export interface Account {
  config: AccountConfig;
  botId: string;
  chats: Map<string, Chat>;
  nextUpdateId: number;
  nextMessageId: number;
  /** Waiting for `getUpdates`. */
  pulled: Update[];
  throughput: TokenBucket | null;
  paces: Map<string, TokenBucket>;
  outbox: Outbox<Update>;
  lastAnswer: string | null;
}

/** Updates kept for a bot that does not ask for them. */
export const UNREAD_LIMIT = 1_000;

/** Reads the body of `POST /accounts` for this kind. */
export function readAccount(fields: Fields): AccountConfig {
  const token = fields.text('token');
  if (!/^\d{1,16}:[\w-]+$/.test(token)) throw invalid('token', 'must look like 123456:ABC');
  const secretToken = fields.optionalText('secretToken') ?? null;
  if (secretToken !== null && !LIMITS.secretToken.test(secretToken))
    throw invalid('secretToken', 'must be 1 to 256 of A-Z, a-z, 0-9, _ and -');
  const perSecond = fields.number('messagesPerSecond', 1);
  const allowed = fields.body['allowedUpdates'];
  return {
    channelId: fields.text('channelId'),
    token,
    username: fields.optionalText('username') ?? 'sandbox_bot',
    webhookUrl: fields.optionalText('webhookUrl') ?? null,
    secretToken,
    allowedUpdates: Array.isArray(allowed) ? allowed.map(String) : null,
    messagesPerSecond: perSecond === undefined ? 30 : perSecond,
    chatRate: fields.flag('chatRate', true),
  };
}

/** Ids start from the clock, so that a reset or a lost snapshot never makes one a second time. */
export function newAccount(config: AccountConfig, outbox: Outbox<Update>): Account {
  const start = Math.floor(Date.now() / 10) % 2 ** 31;
  return {
    config,
    botId: config.token.split(':')[0] ?? '',
    chats: new Map(),
    nextUpdateId: start,
    nextMessageId: start,
    pulled: [],
    throughput: throughputOf(config),
    paces: new Map(),
    outbox,
    lastAnswer: null,
  };
}

/** Applies a repeated registration: settings change, what the platform remembers stays. */
export function reconfigure(account: Account, config: AccountConfig): void {
  account.config = config;
  account.throughput = throughputOf(config);
}

/** Forgets people, keeps the registration. */
export function forget(account: Account): void {
  account.chats.clear();
  account.paces.clear();
  account.pulled = [];
  account.throughput = throughputOf(account.config);
  account.outbox.clear();
}

function throughputOf({ messagesPerSecond: rate }: AccountConfig): TokenBucket | null {
  return rate === null ? null : new TokenBucket(rate, rate, Date.now());
}

/** What `GET /accounts` shows: the registration without its secrets, and how its webhook fares. */
export function viewOf({ config, botId, lastAnswer, outbox }: Account): AccountView {
  const { channelId, username, webhookUrl, allowedUpdates, messagesPerSecond, chatRate } = config;
  return {
    kind: 'telegram',
    channelId,
    ...{ botId, username, webhookUrl, allowedUpdates, messagesPerSecond, chatRate },
    webhook: { lastAnswer, waiting: outbox.waiting, ...outbox.counts },
  };
}

/** The bot as the User object of the API. */
export function botObject({ botId, config }: Account): JsonObject {
  return { id: Number(botId), is_bot: true, first_name: 'Sandbox', username: config.username };
}
