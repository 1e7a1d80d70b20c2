import { eventIdOf, objectOf, textOf, timeOf } from '@skein/contracts';
import type { InboundContent, JsonObject } from '@skein/contracts';
import { addressOf } from './address.js';

/** Whom it concerns and when: the beginning of every event out of one activity. */
export interface About {
  eventId: string;
  at: string;
  address: string;
  profileName?: string;
  route?: Record<string, string>;
}

/** Kinds of activity that repeat the id of the message they are about, so that the time tells them apart. */
const ABOUT_A_MESSAGE: ReadonlySet<string> = new Set(['messageUpdate', 'messageDelete']);

/** Ids are unique in one conversation only. A repeated delivery has the same, whatever token it came with. */
export function activityEventId(activity: JsonObject): string {
  const [type, id] = [textOf(activity['type']) ?? 'none', textOf(activity['id'])];
  if (id === undefined) return eventIdOf(activity);
  const conversation = textOf(objectOf(activity['conversation'])?.['id']) ?? '';
  const when = ABOUT_A_MESSAGE.has(type) ? (textOf(activity['timestamp']) ?? '') : '';
  return eventIdOf(activity, `${type}|${conversation}|${id}|${when}`);
}

/** Undefined for an activity without a conversation that could be answered. */
export function aboutOf(activity: JsonObject): About | undefined {
  const conversation = objectOf(activity['conversation']);
  const address = addressOf(conversation?.['id']);
  if (address === undefined) return undefined;
  const profileName = placeName(activity);
  const serviceUrl = textOf(activity['serviceUrl']);
  return {
    eventId: activityEventId(activity),
    at: stampOf(activity['timestamp']),
    address,
    ...(profileName === undefined ? {} : { profileName }),
    ...(serviceUrl === undefined ? {} : { route: { serviceUrl } }),
  };
}

/** Stamps are ISO 8601, with up to seven digits of a second. */
export function stampOf(value: unknown): string {
  return timeOf(Date.parse(textOf(value) ?? ''));
}

/** A chat with one person, as opposed to a group or a channel. */
export function isPersonal(activity: JsonObject): boolean {
  const conversation = objectOf(activity['conversation']);
  const type = textOf(conversation?.['conversationType']);
  return type === undefined ? conversation?.['isGroup'] !== true : type === 'personal';
}

/** The person's name, or the room's where it is told. */
function placeName(activity: JsonObject): string | undefined {
  if (isPersonal(activity)) return textOf(objectOf(activity['from'])?.['name'])?.slice(0, 200);
  const data = objectOf(activity['channelData']);
  const named = [objectOf(activity['conversation']), objectOf(data?.['channel']), objectOf(data?.['team'])];
  return named
    .map((each) => textOf(each?.['name']))
    .find((name) => name !== undefined)
    ?.slice(0, 200);
}

/** Who of a room did it; nothing in a chat with one person. */
export function authorOf(activity: JsonObject): Pick<InboundContent, 'author'> {
  const from = objectOf(activity['from']);
  const [id, name] = [textOf(from?.['id']), textOf(from?.['name'])];
  if (id === undefined || isPersonal(activity)) return {};
  return { author: { id: id.slice(0, 200), ...(name === undefined ? {} : { name: name.slice(0, 200) }) } };
}

/** Bots have ids that start with 28, this one too (Teams, conversation events). */
export function isBot(activity: JsonObject): boolean {
  return textOf(objectOf(activity['from'])?.['id'])?.startsWith('28:') === true;
}
