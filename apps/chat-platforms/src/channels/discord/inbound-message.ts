import { objectOf, textOf, unsupported } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { authorOf, isRoom, senderOf, speakerOf } from './inbound-base.js';
import type { Author, Place } from './inbound-base.js';
import { contentOf } from './inbound-content.js';
import { madeAt, snowflakeOf } from './snowflake.js';

/** What reading a message takes besides the message. */
export interface Reading {
  /** Ids under which we ourselves write. */
  self: ReadonlySet<string>;
  /** The name of a room, where it is known. */
  roomName(channel: string): string | undefined;
}

/** Ordinary and answering messages; every other type is the platform's own notice (message reference, message types). */
const SPEECH: ReadonlySet<unknown> = new Set([0, 19, undefined]);
const REPLY = 19;

interface Written {
  id: string;
  place: Place;
  author: Author;
}

/** A new message. None for our own and for what other programs write: two programs that answer each other never end. */
export function readMessage(message: JsonObject, reading: Reading): InboundEvent[] {
  const written = writtenOf(message, reading);
  if (written === undefined) return [];
  const { id, place, author } = written;
  if (!SPEECH.has(message['type'])) return [unsupported('a notice of the platform', message, place.address)];
  const content = contentOf(message);
  if (content === undefined) return [unsupported('a message without content', message, place.address)];
  const replyTo =
    message['type'] === REPLY
      ? snowflakeOf(objectOf(message['message_reference'])?.['message_id'])
      : undefined;
  const event: InboundEvent = {
    type: 'message',
    eventId: id,
    at: madeAt(id),
    ...senderOf(place, author),
    providerMessageId: id,
    content: { ...content, ...speakerOf(place, author) },
    ...(replyTo === undefined ? {} : { replyTo: [replyTo] }),
  };
  return [event];
}

/** A changed message. Discord tells the same when it has looked at a link in it; then nobody edited anything. */
export function readUpdate(message: JsonObject, reading: Reading): InboundEvent[] {
  const written = writtenOf(message, reading);
  const edited = textOf(message['edited_timestamp'])?.slice(0, 64);
  const text = textOf(message['content']);
  if (written === undefined || edited === undefined || text === undefined) return [];
  const { id, place, author } = written;
  const eventId = `${id}:edit:${edited}`;
  return [{ type: 'edit', eventId, at: isoOf(edited), ...senderOf(place, author), target: id, text }];
}

/** A deleted message; who deleted it is not told. */
export function readDelete(said: JsonObject, ids: readonly unknown[], reading: Reading): InboundEvent[] {
  const place = placeOf(said, reading);
  if (place === undefined) return [];
  return ids.flatMap((each): InboundEvent[] => {
    const id = snowflakeOf(each);
    if (id === undefined) return [];
    const at = new Date().toISOString();
    return [{ type: 'revoke', eventId: `${id}:delete`, at, ...senderOf(place, undefined), target: id }];
  });
}

/** A reaction, or its end. It has no id and no time of its own: `told` is that of the dispatch. */
export function readReaction(
  said: JsonObject,
  told: string,
  isThere: boolean,
  reading: Reading,
): InboundEvent[] {
  const place = placeOf(said, reading);
  const target = snowflakeOf(said['message_id']);
  const emoji = emojiOf(said['emoji']);
  const user = textOf(said['user_id']);
  if (place === undefined || target === undefined || user === undefined || reading.self.has(user)) return [];
  if (authorOf(undefined, said['member'])?.isBot === true) return [];
  if (emoji === undefined) return [];
  const at = new Date().toISOString();
  return [
    {
      type: 'reaction',
      eventId: told,
      at,
      ...senderOf(place, undefined),
      target,
      emoji: isThere ? emoji : null,
    },
  ];
}

function writtenOf(message: JsonObject, reading: Reading): Written | undefined {
  const id = snowflakeOf(message['id']);
  const place = placeOf(message, reading);
  const author = authorOf(message['author'], message['member']);
  if (id === undefined || place === undefined || author === undefined) return undefined;
  const isProgram =
    author.isBot || reading.self.has(author.id) || textOf(message['webhook_id']) !== undefined;
  return isProgram ? undefined : { id, place, author };
}

/** The channel, which is the address; a thread is a channel of its own. */
export function placeOf(said: JsonObject, { roomName }: Pick<Reading, 'roomName'>): Place | undefined {
  const address = snowflakeOf(said['channel_id']) ?? snowflakeOf(objectOf(said['channel'])?.['id']);
  if (address === undefined) return undefined;
  const name = textOf(objectOf(said['channel'])?.['name']) ?? roomName(address);
  return { address, isRoom: isRoom(said), ...(name === undefined ? {} : { roomName: name }) };
}

/** A character, or `name:id` of a server's own emoji: the form in which the API takes it back. */
function emojiOf(value: unknown): string | undefined {
  const emoji = objectOf(value);
  const [name, id] = [textOf(emoji?.['name']), snowflakeOf(emoji?.['id'])];
  return name === undefined || id === undefined ? name : `${name}:${id}`;
}

function isoOf(text: string): string {
  const ms = Date.parse(text);
  return new Date(Number.isNaN(ms) ? Date.now() : ms).toISOString();
}
