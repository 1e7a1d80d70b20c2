import { eventIdOf, objectOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { isTs, messageId } from './address.js';
import { emojiOf } from './emoji.js';
import { CALL_EVENT } from './encode.js';
import { envelopeOf, originOf } from './inbound-base.js';
import type { Envelope } from './inbound-base.js';
import { readMessage } from './inbound-message.js';
import type { Read } from './inbound-message.js';

type Reader = (event: JsonObject, envelope: Envelope) => Read;

/** Events that are understood. What an uninstalled app leaves behind is a matter of the account, not of any person's consent. */
const READERS: Readonly<Record<string, Reader>> = {
  message: readMessage,
  app_mention: readMessage,
  reaction_added: (event, envelope) =>
    readReaction(event, envelope, emojiOf(textOf(event['reaction']) ?? '')),
  reaction_removed: (event, envelope) => readReaction(event, envelope, null),
  message_metadata_posted: readPosted,
  app_uninstalled: () => 'the app was uninstalled',
  tokens_revoked: () => 'tokens of the app were revoked',
};

/** The event inside an `event_callback`; always one. */
export function readEvent(body: JsonObject, appId: string): InboundEvent {
  const event = objectOf(body['event']);
  const type = textOf(event?.['type']) ?? 'without type';
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  const envelope = envelopeOf(body, appId);
  const read = event === undefined || reader === undefined ? `event ${type}` : reader(event, envelope);
  if (typeof read !== 'string') return read;
  return {
    ...unsupported(read, event ?? body),
    eventId: eventIdOf(event ?? body, body['event_id']),
    at: timeOf(body['event_time']),
  };
}

/** One of a person's reactions; the app's own come back too. In a room a thread is not named, so that the room stands for it. */
function readReaction(event: JsonObject, { eventId, ownUserId }: Envelope, emoji: string | null): Read {
  const item = objectOf(event['item']) ?? {};
  const { channel, ts } = item;
  if (item['type'] !== 'message' || !isTs(ts)) return 'reaction to something else than a message';
  if (ownUserId !== undefined && event['user'] === ownUserId) return 'reaction of the app itself';
  const origin = originOf(channel, event['user'], {});
  if (origin === undefined || emoji === '::') return 'reaction without a sender';
  const target = messageId({ channel: String(channel), ts });
  return {
    type: 'reaction',
    eventId: eventIdOf(event, eventId),
    at: timeOf(event['event_ts']),
    ...origin,
    target,
    emoji,
  };
}

/** Our reference, `<callId>:<attempt>`, as it was given with the call. */
const CALL_REF = /^\d{1,19}:\d{1,9}$/;

/**
 * Told about the app's own messages when it subscribes to its metadata: it says of a call whose answer was lost that it was made
 * (docs.slack.dev/reference/events/message_metadata_posted, checked 2026-11-21).
 */
function readPosted(event: JsonObject, { appId }: Envelope): Read {
  const metadata = objectOf(event['metadata']);
  const callRef = textOf(objectOf(metadata?.['event_payload'])?.['call_ref']) ?? '';
  const [channel, ts] = [textOf(event['channel_id']), event['message_ts']];
  const isOwn =
    event['app_id'] === appId && metadata?.['event_type'] === CALL_EVENT && CALL_REF.test(callRef);
  if (!isOwn || channel === undefined || !isTs(ts)) return 'metadata of another message';
  const providerMessageId = messageId({ channel, ts });
  return {
    type: 'receipt',
    eventId: `${providerMessageId}:posted`,
    at: timeOf(ts),
    providerMessageId,
    callRef,
    status: 'sent',
  };
}
