import { listOf, objectOf, textOf } from '@skein/contracts';
import type { JsonObject } from '@skein/contracts';
import { isDirect, isPerson, isRoom, roomAddress } from './address.js';

/** What stands around an event: which app of which workspace it is for. */
export interface Envelope {
  appId: string;
  eventId?: string;
  /** The app's own user in the workspace, where Slack names it. */
  ownUserId?: string;
}

/** Who an event is from and where to answer. */
export interface Origin {
  address: string;
  profileName?: string;
  route?: Record<string, string>;
}

/** The envelope of an event (docs.slack.dev/apis/events-api, checked 2026-11-21). */
export function envelopeOf(body: JsonObject, appId: string): Envelope {
  const own = listOf(body['authorizations'])
    .map(objectOf)
    .find((each) => each?.['is_bot'] === true);
  const [eventId, ownUserId] = [textOf(body['event_id']), textOf(own?.['user_id'])];
  return {
    appId,
    ...(eventId === undefined ? {} : { eventId }),
    ...(ownUserId === undefined ? {} : { ownUserId }),
  };
}

/** Where something happened: a direct message is its person, anything else the room or the thread in it. */
export function originOf(
  channel: unknown,
  user: unknown,
  {
    ts,
    threadTs,
    personName,
    roomName,
  }: { ts?: string; threadTs?: unknown; personName?: unknown; roomName?: unknown },
): Origin | undefined {
  if (isDirect(channel)) {
    return isPerson(user) ? { address: user, ...named(personName), route: { dm: channel } } : undefined;
  }
  return isRoom(channel) ? { address: roomAddress(channel, ts, threadTs), ...named(roomName) } : undefined;
}

function named(value: unknown): { profileName?: string } {
  const profileName = textOf(value)?.slice(0, 200);
  return profileName === undefined ? {} : { profileName };
}

/** The name a person goes by, where an event brings their profile along. */
export function nameOf(profile: unknown): string | undefined {
  const known = objectOf(profile);
  return textOf(known?.['display_name']) ?? textOf(known?.['real_name']) ?? textOf(known?.['name']);
}
