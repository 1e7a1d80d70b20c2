import { listOf, objectOf, textOf, timeOf, unsupported } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { idOf, messageIdOf } from './address.js';
import { authorOf, placeOf } from './inbound-base.js';
import type { Place, Update } from './inbound-base.js';
import { contentOf } from './inbound-content.js';

type Said = Place & { eventId: string; at: string };

/** A new message, or one of the notices that a chat shows between messages. */
export function readMessage({ eventId, botId, content: message }: Update): InboundEvent[] | undefined {
  const place = placeOf(message);
  const providerMessageId = messageIdOf(objectOf(message['chat'])?.['id'], message['message_id']);
  if (place === undefined || providerMessageId === undefined) return undefined;
  const said: Said = { eventId, at: timeOf(message['date']), ...place };
  const noticed = moved(message, said) ?? joined(message, said, botId);
  if (noticed !== undefined) return [noticed];
  const content = isOfMachine(message) ? undefined : contentOf(message);
  if (content === undefined) {
    const what = isOfMachine(message) ? 'a message of a bot' : `message with ${kindOf(message)}`;
    return [{ ...unsupported(what, message, place.address), eventId }];
  }
  const event: InboundEvent = {
    type: 'message',
    ...said,
    providerMessageId,
    content: { ...content, ...authorOf(message['chat'], message['sender_chat'] ?? message['from']) },
    ...replyTo(message),
  };
  return [...opened(message, said), event];
}

/** A group became a supergroup. Both chats tell it, and nobody promises in which order. */
function moved(message: JsonObject, said: Said): InboundEvent | undefined {
  const [to, from] = [idOf(message['migrate_to_chat_id']), idOf(message['migrate_from_chat_id'])];
  if (to !== undefined) return { type: 'readdressed', ...said, address: to, previous: said.address };
  return from === undefined ? undefined : { type: 'readdressed', ...said, previous: from };
}

/** The bot was let into a group, perhaps after it had been put out. */
function joined(message: JsonObject, said: Said, botId: string): InboundEvent | undefined {
  const isThere = listOf(message['new_chat_members']).some(
    (member) => idOf(objectOf(member)?.['id']) === botId,
  );
  return isThere
    ? {
        type: 'consent',
        ...said,
        value: 'start',
        purpose: 'all',
        evidence: 'new_chat_members',
        answered: true,
      }
    : undefined;
}

/** A changed message. Only words can be told: a moved live location is kept as unsupported. */
export function readEdit({ eventId, content: message }: Update): InboundEvent[] | undefined {
  const place = placeOf(message);
  const target = messageIdOf(objectOf(message['chat'])?.['id'], message['message_id']);
  const text = textOf(message['text']) ?? textOf(message['caption']);
  if (place === undefined || target === undefined || text === undefined || isOfMachine(message))
    return undefined;
  return [
    { type: 'edit', eventId, at: timeOf(message['edit_date'] ?? message['date']), ...place, target, text },
  ];
}

/**
 * `/start` is the button that opens a chat with a bot. It ends an opt-out, but for everybody else it is a first word that wants an
 * answer, and no keyword.
 */
function opened(message: JsonObject, said: Said): InboundEvent[] {
  const text = textOf(message['text']);
  if (text === undefined || !/^\/start(?:@\w+)?$/i.test(text.trim())) return [];
  const eventId = `${said.eventId}:consent`;
  return [
    {
      type: 'consent',
      ...said,
      eventId,
      value: 'start',
      purpose: 'all',
      evidence: text.trim(),
      onlyIfOptedOut: true,
    },
  ];
}

/** Other bots, and posts that a linked broadcast channel copies into its group. Admins who hide behind their group are people. */
function isOfMachine(message: JsonObject): boolean {
  if (message['is_automatic_forward'] === true) return true;
  return objectOf(message['from'])?.['is_bot'] === true && objectOf(message['sender_chat']) === undefined;
}

/** The first message of a topic stands for the topic: everything in it answers that, and says nothing by it. */
function replyTo(message: JsonObject): { replyTo?: string[] } {
  const answered = objectOf(message['reply_to_message']);
  if (answered === undefined || answered['forum_topic_created'] !== undefined) return {};
  const id = messageIdOf(objectOf(answered['chat'])?.['id'], answered['message_id']);
  return id === undefined ? {} : { replyTo: [id] };
}

const ENVELOPE: ReadonlySet<string> = new Set([
  'message_id',
  'from',
  'sender_chat',
  'chat',
  'date',
  'message_thread_id',
]);

/** The member that says what a message is, for people who read the log. */
function kindOf(message: JsonObject): string {
  return Object.keys(message).find((key) => !ENVELOPE.has(key)) ?? 'nothing';
}
