import type { KeyObject } from 'node:crypto';
import type { Fields } from '../core/fields.js';
import type { AccountView } from '../core/kind.js';
import { invalid } from '../core/refusal.js';
import { Gateway } from './gateway.js';
import type { GatewayWorld } from './gateway.js';
import type { StoredMessage } from './places.js';
import { RateBuckets } from './rates.js';
import { privateKeyOf } from './signing.js';

/** A registered application with its bot. */
export interface AccountConfig {
  channelId: string;
  applicationId: string;
  botToken: string;
  botName: string;
  /** 32 octets, hex: the seed of the key that signs interactions. */
  privateKey: string;
  /** Where interactions go; null: the person sees "This interaction failed". */
  webhookUrl: string | null;
  /** The switch for the privileged intent on the application's page. */
  messageContent: boolean;
  heartbeatMs: number;
  /** Messages that one channel takes in five seconds; null = unlimited. */
  messagesPer5s: number | null;
  /** Requests per second over everything; null = unlimited. */
  globalPerSecond: number | null;
}

export interface PendingInteraction {
  token: string;
  /** Undefined once it is answered. */
  answered: ((type: number) => void) | undefined;
}

/** What the platform remembers about an application. */
export interface Account {
  config: AccountConfig;
  key: KeyObject;
  gateway: Gateway;
  rates: RateBuckets;
  /** Messages of the last minutes by their nonce. */
  nonces: Map<string, { message: StoredMessage; atMs: number }>;
  /** Interactions told over the Gateway that somebody waits for. */
  pending: Map<string, PendingInteraction>;
  webhook: { verified: boolean; detail: string; lastAnswer: string | null };
}

/** Reads the body of `POST /accounts` for this kind. */
export function readAccount(fields: Fields): AccountConfig {
  const rate = fields.number('messagesPer5s', 1);
  const global = fields.number('globalPerSecond', 1);
  const privateKey = fields.text('privateKey');
  if (!/^[0-9a-f]{64}$/i.test(privateKey)) throw invalid('privateKey', 'must be 64 hexadecimal digits');
  return {
    channelId: fields.text('channelId'),
    applicationId: fields.text('applicationId'),
    botToken: fields.text('botToken'),
    botName: fields.optionalText('botName') ?? 'Skein',
    privateKey,
    webhookUrl: fields.optionalText('webhookUrl') ?? null,
    messageContent: fields.flag('messageContent', true),
    heartbeatMs: fields.number('heartbeatMs', 100) ?? 41_250,
    messagesPer5s: rate === undefined ? 5 : rate,
    globalPerSecond: global === undefined ? 50 : global,
  };
}

export function newAccount(config: AccountConfig, world: GatewayWorld): Account {
  return {
    config,
    key: privateKeyOf(config.privateKey),
    gateway: new Gateway(config, world),
    rates: new RateBuckets(config),
    nonces: new Map(),
    pending: new Map(),
    webhook: { verified: false, detail: 'not tried yet', lastAnswer: null },
  };
}

/** Applies a repeated registration: settings change, what the platform remembers stays. */
export function reconfigure(account: Account, config: AccountConfig): void {
  account.config = config;
  account.key = privateKeyOf(config.privateKey);
  account.gateway.reconfigure(config);
  account.rates = new RateBuckets(config);
}

/** Forgets what was sent, keeps the registration and its session. */
export function forget(account: Account): void {
  account.nonces.clear();
  account.pending.clear();
  account.rates = new RateBuckets(account.config);
  account.gateway.forget();
}

/** What `GET /accounts` shows: the registration without its secrets, and how its two ways in fare. */
export function viewOf({ config, webhook, gateway }: Account): AccountView {
  const { channelId, applicationId, botName, webhookUrl, messageContent, heartbeatMs, messagesPer5s } =
    config;
  return {
    kind: 'discord',
    channelId,
    ...{ applicationId, botName, webhookUrl, messageContent, heartbeatMs, messagesPer5s },
    webhook: { ...webhook },
    gateway: gateway.view(),
  };
}
