import type { Fields } from '../core/fields.js';
import type { AccountView } from '../core/kind.js';
import { invalid } from '../core/refusal.js';

/** A web chat of the business that people here may open. */
export interface AccountConfig {
  channelId: string;
  /** Where the web chat service is reached. */
  url: string;
  /** With it the page of the business proves its users. */
  identitySecret: string;
}

export interface Account {
  config: AccountConfig;
}

/** Reads the body of `POST /accounts` for this kind. */
export function readAccount(fields: Fields): AccountConfig {
  const url = fields.text('url').replace(/\/+$/, '');
  if (!/^https?:\/\/[^/]+$/.test(url)) throw invalid('url', 'must be the origin of the web chat service');
  return { channelId: fields.text('channelId'), url, identitySecret: fields.text('identitySecret') };
}

/** What `GET /accounts` shows: no secret. */
export function viewOf({ config: { channelId, url } }: Account): AccountView {
  return { kind: 'web-chat', channelId, url };
}
