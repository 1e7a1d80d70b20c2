import type { Fields } from '../core/fields.js';
import type { AccountView } from '../core/kind.js';
import type { Outbox } from '../core/outbox.js';
import { invalid } from '../core/refusal.js';

/** A registered mailbox of the business: what it submits with, and where mail for it goes. */
export interface AccountConfig {
  channelId: string;
  address: string;
  domain: string;
  user: string;
  password: string;
  /** host:port of the listener that takes mail for `domain`. */
  inboundSmtp: string;
}

/** A message on its way to the business. `from` is empty for reports. */
export interface Letter {
  from: string;
  to: string;
  raw: Buffer;
}

export interface Account {
  config: AccountConfig;
  outbox: Outbox<Letter>;
  /** The last reply of the inbound listener, or the error code. */
  lastAnswer: string | null;
}

/** Reads the body of `POST /accounts` for this kind. */
export function readAccount(fields: Fields): AccountConfig {
  const address = fields.text('address').toLowerCase();
  const inboundSmtp = fields.text('inboundSmtp').replace(/^smtp:\/\//, '');
  if (!/^(\[.+\]|[^:]+):\d+$/.test(inboundSmtp)) throw invalid('inboundSmtp', 'must be host:port');
  return {
    channelId: fields.text('channelId'),
    address,
    domain: fields.optionalText('domain')?.toLowerCase() ?? domainOf(address),
    user: fields.text('user'),
    password: fields.text('password'),
    inboundSmtp,
  };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** What `GET /accounts` shows: no password. */
export function viewOf({ config, outbox, lastAnswer }: Account): AccountView {
  const { channelId, address, domain, user, inboundSmtp } = config;
  const delivery = { waiting: outbox.waiting, ...outbox.counts, lastAnswer };
  return { kind: 'email', channelId, address, domain, user, inboundSmtp, delivery };
}
