import { objectOf, textOf } from '@skein/contracts';
import type { JsonObject } from '@skein/contracts';

/** A person as messages and interactions describe them. */
export interface Author {
  id: string;
  name?: string;
  isBot: boolean;
}

/** The name is the one that the room knows: of the server, else of the person, else the account's. */
export function authorOf(user: unknown, member?: unknown): Author | undefined {
  const person = objectOf(user) ?? objectOf(objectOf(member)?.['user']);
  const id = textOf(person?.['id']);
  if (person === undefined || id === undefined) return undefined;
  const name =
    textOf(objectOf(member)?.['nick']) ?? textOf(person['global_name']) ?? textOf(person['username']);
  return {
    id,
    ...(name === undefined ? {} : { name: name.slice(0, 200) }),
    isBot: person['bot'] === true || person['system'] === true,
  };
}

/** Channel types that are one person's (channel reference, channel types). */
const DIRECT = 1;

/** Where something was said, and how that names the address and whoever said it. */
export interface Place {
  address: string;
  isRoom: boolean;
  roomName?: string;
}

/** What of an event's fields is about its sender: a room has its own name, and says who of it spoke. */
export function senderOf(
  place: Place,
  author: Author | undefined,
): { address: string; profileName?: string } {
  const name = place.isRoom ? place.roomName : author?.name;
  return { address: place.address, ...(name === undefined ? {} : { profileName: name }) };
}

export function speakerOf(
  place: Place,
  author: Author | undefined,
): { author?: { id: string; name?: string } } {
  if (!place.isRoom || author === undefined) return {};
  const { id, name } = author;
  return { author: { id, ...(name === undefined ? {} : { name }) } };
}

/** True for what is said in a server or a group; `channel_type` decides where it is told. */
export function isRoom(said: JsonObject): boolean {
  const type = said['channel_type'] ?? objectOf(said['channel'])?.['type'];
  if (typeof type === 'number') return type !== DIRECT;
  return said['guild_id'] !== undefined && said['guild_id'] !== null;
}
