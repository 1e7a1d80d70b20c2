import type { Fields } from '../core/fields.js';
import type { AccountView } from '../core/kind.js';
import type { Outbox } from '../core/outbox.js';
import { TokenBucket } from '../core/token-bucket.js';
import type { Platform } from './platform.js';
import type { Notice } from './webhooks.js';

/** A registered Page or Instagram account. */
export interface AccountConfig {
  channelId: string;
  /** The id in `entry[].id`, and in the path of its calls. */
  accountId: string;
  /** Another id under which it may be called: the Page of an Instagram account. */
  pageId: string | null;
  accessToken: string;
  appSecret: string;
  verifyToken: string;
  /** Null: nobody is told anything. */
  webhookUrl: string | null;
  /** Calls per second for text, templates and pictures; null = unlimited. */
  callsPerSecond: number | null;
  /** Calls per second for audio and video. */
  mediaPerSecond: number | null;
  receipts: boolean;
  echoes: boolean;
  /** False: delivery receipts carry their mark only, as for old apps of the person. */
  deliveryIds: boolean;
}

export interface Account {
  config: AccountConfig;
  /** Time of the person's last message, by person. */
  windows: Map<string, number>;
  calls: TokenBucket | null;
  mediaCalls: TokenBucket | null;
  outbox: Outbox<Notice>;
  webhook: { verified: boolean; detail: string; lastAnswer: string | null };
}

/** Meta, Messenger Platform rate limiting, 23 March 2026. */
const RATES = { calls: 300, media: 10 };

/** Reads the body of `POST /accounts`. */
export function readAccount(fields: Fields, { kind }: Platform): AccountConfig {
  const isPage = kind === 'messenger';
  const [calls, media] = [fields.number('callsPerSecond', 1), fields.number('mediaPerSecond', 1)];
  return {
    channelId: fields.text('channelId'),
    accountId: fields.text(isPage ? 'pageId' : 'instagramId'),
    pageId: isPage ? null : (fields.optionalText('pageId') ?? null),
    accessToken: fields.text('accessToken'),
    appSecret: fields.text('appSecret'),
    verifyToken: fields.text('verifyToken'),
    webhookUrl: fields.optionalText('webhookUrl') ?? null,
    callsPerSecond: calls === undefined ? RATES.calls : calls,
    mediaPerSecond: media === undefined ? RATES.media : media,
    receipts: fields.flag('receipts', true),
    echoes: fields.flag('echoes', true),
    deliveryIds: fields.flag('deliveryIds', true),
  };
}

export function newAccount(config: AccountConfig, outbox: Outbox<Notice>): Account {
  const webhook = { verified: false, detail: 'not tried yet', lastAnswer: null };
  return { config, windows: new Map(), ...ratesOf(config), outbox, webhook };
}

/** Applies a repeated registration: settings change, what the platform remembers stays. */
export function reconfigure(account: Account, config: AccountConfig): void {
  Object.assign(account, { config, ...ratesOf(config) });
}

/** Forgets people, keeps the registration. */
export function forget(account: Account): void {
  account.windows.clear();
  account.outbox.clear();
  Object.assign(account, ratesOf(account.config));
}

function ratesOf({ callsPerSecond, mediaPerSecond }: AccountConfig): Pick<Account, 'calls' | 'mediaCalls'> {
  return { calls: bucketOf(callsPerSecond), mediaCalls: bucketOf(mediaPerSecond) };
}

function bucketOf(rate: number | null): TokenBucket | null {
  return rate === null ? null : new TokenBucket(rate, rate, Date.now());
}

/** The registration without its secrets, and how its webhook fares. */
export function viewOf({ config, webhook, outbox }: Account, { kind }: Platform): AccountView {
  const { channelId, accountId, webhookUrl, callsPerSecond, mediaPerSecond, receipts, echoes } = config;
  return {
    kind,
    channelId,
    ...{ accountId, webhookUrl, callsPerSecond, mediaPerSecond, receipts, echoes },
    webhook: { ...webhook, waiting: outbox.waiting, ...outbox.counts },
  };
}
