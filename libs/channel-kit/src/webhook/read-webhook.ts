import { createHash } from 'node:crypto';
import type { InboundEvent, RawRequest } from '@skein/contracts';
import type { AddressedEvent, ChannelAccount, WebhookDefinition } from '../definition.js';

/** The body as the channel's parser gets it: JSON, or the fields of a form. Undefined when it is neither. */
export function bodyOf(raw: RawRequest): unknown {
  const text = raw.body.toString('utf8');
  if (raw.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The events in a verified request. What cannot be read is one `unsupported` event named after its content: the provider is
 * answered 200 all the same, for a refusal makes it repeat the same bytes for days and slow down everything behind them.
 */
export function eventsOf(
  webhook: WebhookDefinition<object>,
  raw: RawRequest,
  account: ChannelAccount<object>,
  onDefect: (error: unknown) => void,
): AddressedEvent[] {
  const body = bodyOf(raw);
  if (body === undefined) return [unread(raw, account, 'a body that is no JSON')];
  try {
    return webhook.parse(body, { account: account.account, config: account.config });
  } catch (error) {
    onDefect(error);
    return [unread(raw, account, 'a body that could not be read')];
  }
}

function unread(raw: RawRequest, account: ChannelAccount<object>, what: string): AddressedEvent {
  return { account: account.account, event: unsupported(digest(raw.body), what) };
}

/** An event nobody acts on, kept so that people can see that something came. */
export function unsupported(eventId: string, what: string): InboundEvent {
  return { type: 'unsupported', eventId, at: new Date().toISOString(), what };
}

function digest(body: Buffer): string {
  return `raw:${createHash('sha256').update(body).digest('hex')}`;
}
