import { objectOf, textOf } from '@skein/contracts';
import type { InboundContent, JsonObject } from '@skein/contracts';
import { idOf } from './address.js';

/** One update: its id, and what its one member holds. */
export interface Update {
  eventId: string;
  /** The bot's own id. */
  botId: string;
  content: JsonObject;
}

/** Where something was said: a person, a group, or a topic of a group. */
export interface Place {
  address: string;
  profileName?: string;
}

/** The chat of a message, or its topic; undefined for a message without one. */
export function placeOf(message: JsonObject): Place | undefined {
  const chat = objectOf(message['chat']);
  const id = idOf(chat?.['id']);
  if (chat === undefined || id === undefined) return undefined;
  // In groups without topics the field numbers chains of replies, which are no place of their own.
  const topic = message['is_topic_message'] === true ? idOf(message['message_thread_id']) : undefined;
  const profileName = nameOf(chat);
  return {
    address: topic === undefined ? id : `${id}:${topic}`,
    ...(profileName === undefined ? {} : { profileName }),
  };
}

/** Who of a group did it; nothing in a chat with one person. */
export function authorOf(chat: unknown, who: unknown): Pick<InboundContent, 'author'> {
  const person = objectOf(who);
  const id = idOf(person?.['id']);
  if (person === undefined || id === undefined || objectOf(chat)?.['type'] === 'private') return {};
  const name = nameOf(person);
  return { author: { id, ...(name === undefined ? {} : { name }) } };
}

/** The title of a group, or the name of a person. */
function nameOf(chat: JsonObject): string | undefined {
  const parts = [textOf(chat['title']) ?? textOf(chat['first_name']), textOf(chat['last_name'])];
  return textOf(
    parts
      .filter((part) => part !== undefined)
      .join(' ')
      .slice(0, 200),
  );
}
