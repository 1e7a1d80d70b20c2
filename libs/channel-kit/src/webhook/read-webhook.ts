import { createHash } from 'node:crypto';
import type { InboundEvent, RawRequest } from '@skein/contracts';
import type { AddressedEvent, ChannelAccount, WebhookDefinition } from '../definition.js';

/** The body as the channel's parser gets it: JSON, or the fields of a form. Undefined when it is neither. */
export function bodyOf(raw: RawRequest): unknown {
  const text = raw.body.toString('utf8');
  if (raw.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return formOf(text);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function formOf(text: string): Record<string, string | string[]> {
  const fields = new URLSearchParams(text);
  const names = [...new Set(fields.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = fields.getAll(name);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}

/**
 * The events in a verified request. What cannot be read is one `unsupported` event named after its content: the provider is
 * answered 200 all the same, for a refusal makes it repeat the same bytes for days and slow down everything behind them.
 */
export function eventsOf(
  webhook: WebhookDefinition<object>,
  raw: RawRequest,
  body: unknown,
  account: ChannelAccount<object>,
  onDefect: (error: unknown) => void,
): AddressedEvent[] {
  if (body === undefined) return [unread(raw, account, 'a body that is neither JSON nor a form')];
  try {
    return webhook.parse(body, {
      account: account.account,
      config: account.config,
      query: raw.query,
    });
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
