import { listOf, objectOf, plain, textOf, timeOf } from '@skein/contracts';
import type { InboundContent, InboundEvent, JsonObject } from '@skein/contracts';
import { isDirect, isPerson, isTs, messageId } from './address.js';
import { nameOf, originOf } from './inbound-base.js';
import type { Envelope } from './inbound-base.js';
import { filesOf } from './inbound-files.js';
import { plainText } from './plain-text.js';

/** The event that a message makes, or what it is in a few words when it makes none. */
export type Read = InboundEvent | string;

/** Subtypes of what people say; every other one is an announcement (docs.slack.dev/reference/events/message, checked 2026-11-21). */
const SPOKEN: ReadonlySet<string> = new Set(['', 'file_share', 'thread_broadcast', 'me_message']);

/** A `message` or `app_mention`. A mention comes as both, with different event ids: the message's own stamp makes them one. */
export function readMessage(event: JsonObject, envelope: Envelope): Read {
  const subtype = textOf(event['subtype']) ?? '';
  if (subtype === 'message_changed') return readChange(event, envelope);
  if (subtype === 'message_deleted') return readDeletion(event);
  return SPOKEN.has(subtype) ? readSpoken(event, envelope) : `message of type ${subtype}`;
}

function readSpoken(event: JsonObject, { ownUserId }: Envelope): Read {
  const { channel, ts, user, thread_ts: threadTs } = event;
  if (isAutomatic(event)) return 'message of an app';
  const personName = nameOf(event['user_profile']);
  const origin = originOf(channel, user, { threadTs, personName, ...(isTs(ts) ? { ts } : {}) });
  if (origin === undefined || !isTs(ts) || !isPerson(user)) return 'message without a sender';
  const content = contentOf(event, ownUserId);
  if (content === undefined) return 'message without content';
  const id = messageId({ channel: String(channel), ts });
  const author = isDirect(channel) ? {} : { author: { id: user, ...(personName && { name: personName }) } };
  const isReply = isTs(threadTs) && threadTs !== ts;
  return {
    type: 'message',
    eventId: id,
    at: timeOf(ts),
    ...origin,
    providerMessageId: id,
    content: { ...content, ...author },
    ...(isReply ? { replyTo: [messageId({ channel: String(channel), ts: threadTs })] } : {}),
  };
}

/** Everything an app posts comes back to it, its own messages too. */
function isAutomatic(message: JsonObject): boolean {
  const posted = ['bot_id', 'app_id', 'bot_profile'].some((field) => (message[field] ?? null) !== null);
  return posted || message['subtype'] === 'bot_message' || message['user'] === 'USLACKBOT';
}

function contentOf(event: JsonObject, ownUserId: string | undefined): InboundContent | undefined {
  const text = textOf(plainText(textOf(event['text']) ?? '', ownUserId));
  const media = filesOf(event['files']);
  const attached = listOf(event['attachments']);
  if (text === undefined && media.length === 0 && attached.length === 0) return undefined;
  return {
    ...(text === undefined ? {} : { text }),
    ...(media.length === 0 ? {} : { media }),
    ...(attached.length === 0 ? {} : { data: { attachments: plain(attached) } }),
  };
}

/**
 * A changed message. Only what a person edited counts: unfurled links and recognised languages change a message too. A message with
 * replies is not deleted but becomes a tombstone.
 */
function readChange(event: JsonObject, { ownUserId }: Envelope): Read {
  const channel = event['channel'];
  const message = objectOf(event['message']) ?? {};
  const previous = objectOf(event['previous_message']) ?? {};
  if (message['subtype'] === 'tombstone') return revoked(channel, message['ts'], event['ts'], previous);
  if (isAutomatic(message)) return 'change of an app’s message';
  const { ts, user, thread_ts: threadTs } = message;
  const editedTs = objectOf(message['edited'])?.['ts'];
  const text = textOf(plainText(textOf(message['text']) ?? '', ownUserId));
  const isSame = textOf(previous['text']) !== undefined && previous['text'] === message['text'];
  if (!isTs(editedTs) || text === undefined || isSame) return 'change that is no edit';
  const origin = originOf(channel, user, { threadTs, ...(isTs(ts) ? { ts } : {}) });
  if (origin === undefined || !isTs(ts)) return 'edit without a sender';
  const target = messageId({ channel: String(channel), ts });
  return {
    type: 'edit',
    eventId: `${target}:edited:${editedTs}`,
    at: timeOf(editedTs),
    ...origin,
    target,
    text,
  };
}

function readDeletion(event: JsonObject): Read {
  const previous = objectOf(event['previous_message']) ?? {};
  return revoked(event['channel'], event['deleted_ts'], event['ts'], previous);
}

function revoked(channel: unknown, ts: unknown, at: unknown, previous: JsonObject): Read {
  if (isAutomatic(previous)) return 'deletion of an app’s message';
  const { user, thread_ts: threadTs } = previous;
  const origin = originOf(channel, user, { threadTs, ...(isTs(ts) ? { ts } : {}) });
  if (origin === undefined || !isTs(ts)) return 'deletion without a sender';
  const target = messageId({ channel: String(channel), ts });
  return { type: 'revoke', eventId: `${target}:deleted`, at: timeOf(at), ...origin, target };
}
