import type { Fields } from '../core/fields.js';
import type { AccountView } from '../core/kind.js';
import type { Outbox } from '../core/outbox.js';
import { TokenBucket } from '../core/token-bucket.js';
import type { Person } from './people.js';
import { readTemplate } from './templates.js';
import type { Template } from './templates.js';
import type { Notice } from './webhooks.js';

/** A registered business phone number. */
export interface AccountConfig {
  channelId: string;
  phoneNumberId: string;
  wabaId: string;
  displayPhoneNumber: string;
  accessToken: string;
  appSecret: string;
  verifyToken: string;
  /** Null: nobody is told anything. */
  webhookUrl: string | null;
  templates: Template[];
  /** Messages per second, in and out together; null = unlimited. */
  throughputPerSecond: number | null;
  pairRate: boolean;
  /** Different people a moving 24 h may reach outside their window; null = unlimited. */
  uniqueUserLimit: number | null;
  receipts: boolean;
  /** Everyone reads at once. */
  autoRead: boolean;
}

/** What the platform remembers about a number. Keys are {@link Person.key}. */
export interface Account {
  config: AccountConfig;
  bearer: string;
  ownDigits: string;
  /** Business time of the person's last message, in ms. */
  windows: Map<string, number>;
  stoppedMarketing: Set<string>;
  /** Business time of the first message that opened a conversation outside the window. */
  reached: Map<string, number>;
  throughput: TokenBucket | null;
  pairs: Map<Person, TokenBucket>;
  outbox: Outbox<Notice>;
  webhook: { verified: boolean; detail: string; lastAnswer: string | null };
}

/** Reads the body of `POST /accounts` for this kind. */
export function readAccount(fields: Fields): AccountConfig {
  const throughput = fields.number('throughputPerSecond', 1);
  return {
    channelId: fields.text('channelId'),
    phoneNumberId: fields.text('phoneNumberId'),
    wabaId: fields.text('wabaId'),
    displayPhoneNumber: fields.text('displayPhoneNumber'),
    accessToken: fields.text('accessToken'),
    appSecret: fields.text('appSecret'),
    verifyToken: fields.text('verifyToken'),
    webhookUrl: fields.optionalText('webhookUrl') ?? null,
    templates: fields.objects('templates').map(readTemplate),
    throughputPerSecond: throughput === undefined ? 80 : throughput,
    pairRate: fields.flag('pairRate', true),
    uniqueUserLimit: fields.number('uniqueUserLimit', 0) ?? null,
    receipts: fields.flag('receipts', true),
    autoRead: fields.flag('autoRead', false),
  };
}

export function newAccount(config: AccountConfig, outbox: Outbox<Notice>): Account {
  return {
    config,
    bearer: `Bearer ${config.accessToken}`,
    ownDigits: config.displayPhoneNumber.replace(/\D/g, ''),
    windows: new Map(),
    stoppedMarketing: new Set(),
    reached: new Map(),
    throughput: throughputOf(config),
    pairs: new Map(),
    outbox,
    webhook: { verified: false, detail: 'not tried yet', lastAnswer: null },
  };
}

/** Applies a repeated registration: settings change, what the platform remembers stays. */
export function reconfigure(account: Account, config: AccountConfig): void {
  account.config = config;
  account.bearer = `Bearer ${config.accessToken}`;
  account.ownDigits = config.displayPhoneNumber.replace(/\D/g, '');
  account.throughput = throughputOf(config);
}

/** Forgets people, keeps the registration. */
export function forget(account: Account): void {
  account.windows.clear();
  account.stoppedMarketing.clear();
  account.reached.clear();
  account.pairs.clear();
  account.throughput = throughputOf(account.config);
  account.outbox.clear();
}

function throughputOf({ throughputPerSecond: rate }: AccountConfig): TokenBucket | null {
  return rate === null ? null : new TokenBucket(rate, rate, Date.now());
}

/** What `GET /accounts` shows: the registration without its secrets, and how its webhook fares. */
export function viewOf({ config, webhook, outbox }: Account): AccountView {
  const { channelId, phoneNumberId, wabaId, displayPhoneNumber, webhookUrl } = config;
  const { throughputPerSecond, pairRate, uniqueUserLimit, receipts, autoRead } = config;
  return {
    kind: 'whatsapp',
    channelId,
    ...{ phoneNumberId, wabaId, displayPhoneNumber, webhookUrl },
    ...{ throughputPerSecond, pairRate, uniqueUserLimit, receipts, autoRead },
    templates: config.templates.map(({ name, language, category, status }) => ({
      name,
      language,
      category,
      status,
    })),
    webhook: { ...webhook, waiting: outbox.waiting, ...outbox.counts },
  };
}
