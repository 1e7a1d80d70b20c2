import type { Fields } from '../core/fields.js';
import type { AccountView } from '../core/kind.js';
import type { Outbox } from '../core/outbox.js';
import { invalid } from '../core/refusal.js';
import type { Delivery } from './smsc-deliveries.js';
import type { TwilioNotice } from './twilio-notices.js';

/** Whether Twilio looks after STOP itself: not at all, silently, or telling so in the webhook (Advanced Opt-Out). */
export const OPT_OUTS = ['off', 'default', 'advanced'] as const;
export type OptOut = (typeof OPT_OUTS)[number];

export interface TwilioAccountConfig {
  carrier: 'twilio';
  channelId: string;
  accountSid: string;
  authToken: string;
  apiKey: string | null;
  apiKeySecret: string | null;
  from: string | null;
  messagingServiceSid: string | null;
  /** Where messages of people are posted; null: nowhere. */
  webhookUrl: string | null;
  /** The address under which the account knows the platform: files of people lie there. Null: this sandbox's own. */
  baseUrl: string | null;
  optOut: OptOut;
  receipts: boolean;
}

/** How receipts look: everything there is · text alone, sloppily · TLVs alone with esm_class 0. */
export const RECEIPT_STYLES = ['full', 'text', 'bare'] as const;
export type ReceiptStyle = (typeof RECEIPT_STYLES)[number];
/** Base of message ids: in answers and receipts alike, or hexadecimal in answers and decimal in receipts. */
export const ID_STYLES = ['hex', 'decimal', 'mixed'] as const;
export type IdStyle = (typeof ID_STYLES)[number];

export interface SmppAccountConfig {
  carrier: 'smpp';
  channelId: string;
  systemId: string;
  password: string;
  sourceAddress: string;
  receiptStyle: ReceiptStyle;
  messageIds: IdStyle;
  /** Submits that may be without an answer; beyond it they are throttled. */
  window: number;
  receipts: boolean;
}

export type AccountConfig = TwilioAccountConfig | SmppAccountConfig;

interface AccountState {
  /** Addresses that have opted out at the carrier. */
  optedOut: Set<string>;
  lastAnswer: string | null;
}

export interface TwilioAccount extends AccountState {
  config: TwilioAccountConfig;
  outbox: Outbox<TwilioNotice>;
}

export interface SmppAccount extends AccountState {
  config: SmppAccountConfig;
  outbox: Outbox<Delivery>;
  /** Most submits that ever waited for an answer on one connection. */
  mostUnanswered: number;
}

export type Account = TwilioAccount | SmppAccount;

export function isTwilio(account: Account): account is TwilioAccount {
  return account.config.carrier === 'twilio';
}

/** Reads the body of `POST /accounts` for this kind. */
export function readAccount(fields: Fields): AccountConfig {
  const carrier = oneOf(fields, 'carrier', ['twilio', 'smpp'] as const, 'twilio');
  return carrier === 'twilio' ? readTwilio(fields) : readSmpp(fields);
}

function readTwilio(fields: Fields): TwilioAccountConfig {
  return {
    carrier: 'twilio',
    channelId: fields.text('channelId'),
    accountSid: fields.text('accountSid'),
    authToken: fields.text('authToken'),
    apiKey: fields.optionalText('apiKey') ?? null,
    apiKeySecret: fields.optionalText('apiKeySecret') ?? null,
    from: fields.optionalText('from') ?? null,
    messagingServiceSid: fields.optionalText('messagingServiceSid') ?? null,
    webhookUrl: fields.optionalText('webhookUrl') ?? null,
    baseUrl: fields.optionalText('baseUrl') ?? null,
    optOut: oneOf(fields, 'optOut', OPT_OUTS, 'off'),
    receipts: fields.flag('receipts', true),
  };
}

function readSmpp(fields: Fields): SmppAccountConfig {
  return {
    carrier: 'smpp',
    channelId: fields.text('channelId'),
    systemId: fields.text('systemId'),
    password: fields.text('password'),
    sourceAddress: fields.text('sourceAddress'),
    receiptStyle: oneOf(fields, 'receiptStyle', RECEIPT_STYLES, 'full'),
    messageIds: oneOf(fields, 'messageIds', ID_STYLES, 'hex'),
    window: fields.number('window', 1) ?? 100,
    receipts: fields.flag('receipts', true),
  };
}

function oneOf<Word extends string>(
  fields: Fields,
  name: string,
  words: readonly Word[],
  otherwise: Word,
): Word {
  const given = fields.optionalText(name) ?? otherwise;
  const found = words.find((word) => word === given);
  if (found === undefined) throw invalid(name, `must be one of ${words.join(', ')}`);
  return found;
}

/** What `GET /accounts` shows: no secrets. */
export function viewOf(account: Account): AccountView {
  const { channelId } = account.config;
  const told = { waiting: account.outbox.waiting, ...account.outbox.counts, lastAnswer: account.lastAnswer };
  const state = { optedOut: [...account.optedOut], webhook: told };
  if (isTwilio(account)) {
    const { carrier, accountSid, from, messagingServiceSid, webhookUrl, optOut, receipts } = account.config;
    return {
      kind: 'sms',
      channelId,
      ...{ carrier, accountSid, from, messagingServiceSid, webhookUrl, optOut, receipts },
      ...state,
    };
  }
  const { carrier, systemId, sourceAddress, receiptStyle, messageIds, window, receipts } = account.config;
  return {
    kind: 'sms',
    channelId,
    ...{ carrier, systemId, sourceAddress, receiptStyle, messageIds, window, receipts },
    mostUnanswered: account.mostUnanswered,
    ...state,
  };
}
