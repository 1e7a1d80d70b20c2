import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import type { AccountView } from '../core/kind.js';
import type { Outbox } from '../core/outbox.js';
import { invalid } from '../core/refusal.js';
import type { Conversation } from './conversations.js';

/** A registered bot. */
export interface AccountConfig {
  channelId: string;
  appId: string;
  appSecret: string;
  /** Where it may log in; null = anywhere. */
  tenantId: string | null;
  /** Null: nobody is told anything. */
  webhookUrl: string | null;
  /** Where new conversations are served. */
  region: string;
  /** The limits of one conversation: 7 in a second, 8 in two, 60 in thirty. */
  rates: boolean;
  /** How long a token of its own lives. */
  tokenSeconds: number;
}

/** One activity to post to the bot. */
export interface Notice {
  activity: JsonObject;
  serviceUrl: string;
  address: string;
}

/** What the platform remembers about a bot. */
export interface Account {
  config: AccountConfig;
  conversations: Map<string, Conversation>;
  /** Tokens handed out, with the end of their life in ms. */
  tokens: Map<string, number>;
  /** Times of the latest sends by conversation, in ms. */
  sends: Map<string, number[]>;
  lastMessageId: number;
  outbox: Outbox<Notice>;
  lastAnswer: string | null;
}

export const REGION = /^[a-z]{2,20}$/;

/** Reads the body of `POST /accounts` for this kind. */
export function readAccount(fields: Fields): AccountConfig {
  const region = fields.optionalText('region') ?? 'amer';
  if (!REGION.test(region)) throw invalid('region', 'must be a word of small letters');
  return {
    channelId: fields.text('channelId'),
    appId: fields.text('appId'),
    appSecret: fields.text('appSecret'),
    tenantId: fields.optionalText('tenantId') ?? null,
    webhookUrl: fields.optionalText('webhookUrl') ?? null,
    region,
    rates: fields.flag('rates', true),
    tokenSeconds: fields.number('tokenSeconds', 1) ?? 3600,
  };
}

export function newAccount(config: AccountConfig, outbox: Outbox<Notice>): Account {
  const empty = { conversations: new Map(), tokens: new Map(), sends: new Map() };
  return { config, ...empty, lastMessageId: 0, outbox, lastAnswer: null };
}

/** Applies a repeated registration: settings change, tokens end, conversations stay. */
export function reconfigure(account: Account, config: AccountConfig): void {
  account.config = config;
  account.tokens.clear();
}

/** Forgets people, keeps the registration. */
export function forget(account: Account): void {
  account.conversations.clear();
  account.sends.clear();
  account.outbox.clear();
}

/** Ids of messages are the time in ms, each one larger than the last. */
export function nextMessageId(account: Account): string {
  account.lastMessageId = Math.max(Date.now(), account.lastMessageId + 1);
  return String(account.lastMessageId);
}

/** What `GET /accounts` shows: the registration without its secret, and how its webhook fares. */
export function viewOf({ config, lastAnswer, outbox }: Account): AccountView {
  const { channelId, appId, tenantId, webhookUrl, region, rates, tokenSeconds } = config;
  const webhook = { lastAnswer, waiting: outbox.waiting, ...outbox.counts };
  return {
    kind: 'teams',
    channelId,
    ...{ appId, tenantId, webhookUrl, region, rates, tokenSeconds },
    webhook,
  };
}
