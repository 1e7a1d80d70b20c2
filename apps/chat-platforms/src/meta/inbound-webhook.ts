import { listOf, objectOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { AddressedEvent } from '@skein/channel-kit';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { ADDRESS } from './encode-content.js';
import { readEcho } from './inbound-event.js';
import type { Readers } from './inbound-event.js';

/** How a surface's webhooks are read. */
export interface Surface {
  /** The `object` of its webhooks. */
  object: 'page' | 'instagram';
  readers: Readers;
}

/** Fields of `changes[]` whose value is an event like those of `messaging[]`. */
const MESSAGING_FIELDS: ReadonlySet<string> = new Set([
  'messages',
  'messaging_postbacks',
  'message_reactions',
  'messaging_seen',
  'message_reads',
  'message_deliveries',
  'message_edits',
  'message_echoes',
]);

/** The dashboard's "send a test" comes from an account that does not exist. */
const TEST_ACCOUNT = '0';

/** Every event of every entry, in their order, each addressed to the account of its entry. */
export function readWebhook(body: unknown, account: string, surface: Surface): AddressedEvent[] {
  const webhook = objectOf(body);
  const entries = listOf(webhook?.['entry']);
  if (webhook?.['object'] !== surface.object || entries.length === 0) {
    return [{ account, event: unsupported(`no webhook of ${surface.object}`, body) }];
  }
  return entries.flatMap((entry) => readEntry(objectOf(entry) ?? {}, account, surface));
}

function readEntry(entry: JsonObject, account: string, surface: Surface): AddressedEvent[] {
  const named = textOf(entry['id']) ?? account;
  if (named === TEST_ACCOUNT) return [{ account, event: unsupported('a test of the webhook', entry) }];
  const events = [
    ...listOf(entry['messaging']).flatMap((event) => readEvent(event, named, surface)),
    ...listOf(entry['changes']).flatMap((change) => readChange(change, named, surface)),
    ...listOf(entry['standby']).map((event) => unsupported('standby: another app has the thread', event)),
  ];
  const shown = events.length > 0 ? events : [unsupported('an entry without events', entry)];
  return shown.map((event) => ({ account: named, event }));
}

function readChange(value: unknown, account: string, surface: Surface): InboundEvent[] {
  const change = objectOf(value);
  const field = textOf(change?.['field']) ?? 'without name';
  return MESSAGING_FIELDS.has(field)
    ? readEvent(change?.['value'], account, surface)
    : [unsupported(`field ${field}`, value)];
}

function readEvent(value: unknown, account: string, { readers }: Surface): InboundEvent[] {
  const event = objectOf(value);
  if (event === undefined) return [unsupported('an event that is no object', value)];
  const [sender, recipient] = [idOf(event['sender']), idOf(event['recipient'])];
  const message = objectOf(event['message']);
  if (message !== undefined && (message['is_echo'] === true || sender === account)) {
    return [readEcho(message, event, recipient === account ? undefined : recipient)];
  }
  const kind = Object.keys(readers).find((name) => objectOf(event[name]) !== undefined);
  const what = kind ?? Object.keys(event).find((name) => !ENVELOPE.has(name)) ?? 'an empty event';
  if (sender === undefined || sender === account) return [unsupported(`${what} of nobody else`, event)];
  const part = objectOf(event[kind ?? '']) ?? {};
  const read = kind === undefined ? undefined : readers[kind];
  const events = read?.(part, { address: sender, at: timeIn(event, part), event }) ?? [];
  return events.length > 0 ? events : [unsupported(what, event, sender)];
}

const ENVELOPE: ReadonlySet<string> = new Set(['sender', 'recipient', 'timestamp']);

/** Receipts may have no time but their mark. */
function timeIn({ timestamp }: JsonObject, { watermark }: JsonObject): string {
  return timeOf(timestamp ?? watermark);
}

function idOf(who: unknown): string | undefined {
  const id = textOf(objectOf(who)?.['id']);
  return id !== undefined && ADDRESS.test(id) ? id : undefined;
}
