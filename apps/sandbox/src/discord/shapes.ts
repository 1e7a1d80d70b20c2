import { createHmac } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import type { Account } from './accounts.js';
import type { Author, Place, StoredFile, StoredMessage } from './places.js';
import type { DiscordSide } from './side.js';

const CHANNEL_TYPES = { direct: 1, room: 0, thread: 11 } as const;
/** Signed addresses of attachments end after a day. */
const ATTACHMENT_LIVES_S = 24 * 3600;
const CDN_KEY = 'sandbox-cdn';

export function userObject({ id, name }: Author): JsonObject {
  return {
    id,
    username: name.toLowerCase().replace(/\W+/g, '_'),
    global_name: name,
    discriminator: '0',
    avatar: null,
  };
}

export function botObject({ config }: Account): JsonObject {
  return {
    id: config.applicationId,
    username: config.botName,
    global_name: null,
    discriminator: '0001',
    avatar: null,
    bot: true,
  };
}

export function memberObject({ name }: Author): JsonObject {
  return { nick: name, roles: [], joined_at: '2026-01-01T00:00:00.000000+00:00', deaf: false, mute: false };
}

export function channelObject(place: Place): JsonObject {
  const last = place.messages.at(-1)?.id ?? null;
  const base = { id: place.id, type: CHANNEL_TYPES[place.kind], last_message_id: last, flags: 0 };
  if (place.kind === 'direct') return base;
  return { ...base, name: place.name, guild_id: place.guildId, parent_id: place.parentId };
}

/** A message as the API shows it; a dispatch has what {@link dispatchedObject} adds. */
export function messageObject(side: DiscordSide, account: Account, message: StoredMessage): JsonObject {
  return {
    id: message.id,
    type: message.replyTo === null ? 0 : 19,
    channel_id: message.placeId,
    content: message.content,
    author: message.fromBot ? botObject(account) : userObject(message.author),
    attachments: message.files.map((file) => attachmentObject(side, message.placeId, file)),
    embeds: message.embeds,
    components: message.components,
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    timestamp: stampOf(message.atMs),
    edited_timestamp: message.editedMs === null ? null : stampOf(message.editedMs),
    flags: message.flags,
    ...reactionsOf(account, message),
    ...(message.nonce === null ? {} : { nonce: message.nonce }),
    ...(message.replyTo === null
      ? {}
      : { message_reference: { type: 0, message_id: message.replyTo, channel_id: message.placeId } }),
  };
}

/** What only a dispatch says: the kind of channel, the server and what the author is there. */
export function dispatchedObject(
  side: DiscordSide,
  account: Account,
  place: Place,
  message: StoredMessage,
): JsonObject {
  const shown = messageObject(side, account, message);
  const where = { channel_type: CHANNEL_TYPES[place.kind] };
  if (place.guildId === null) return { ...shown, ...where };
  return { ...shown, ...where, guild_id: place.guildId, member: memberObject(message.author) };
}

function attachmentObject({ world }: DiscordSide, placeId: string, file: StoredFile): JsonObject {
  const url = signedAddress(
    world.origin(),
    `/discord/attachments/${placeId}/${file.id}/${file.filename}`,
    world.clock.now(),
  );
  return {
    id: file.id,
    filename: file.filename,
    content_type: file.mimeType,
    size: file.size,
    url,
    proxy_url: url,
  };
}

function reactionsOf({ config }: Account, { reactions }: StoredMessage): JsonObject {
  if (reactions.length === 0) return {};
  const names = [...new Set(reactions.map(({ emoji }) => emoji))];
  return {
    reactions: names.map((name) => {
      const users = reactions.filter(({ emoji }) => emoji === name).map(({ userId }) => userId);
      return { emoji: emojiObject(name), count: users.length, me: users.includes(config.applicationId) };
    }),
  };
}

/** A character, or `name:id`. */
export function emojiObject(emoji: string): JsonObject {
  const [, name, id] = /^(\w+):(\d{17,20})$/.exec(emoji) ?? [];
  return name === undefined || id === undefined ? { id: null, name: emoji } : { id, name };
}

export function stampOf(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000+00:00');
}

function signedAddress(origin: string, path: string, nowMs: number): string {
  const now = Math.floor(nowMs / 1000);
  const [ex, is] = [now + ATTACHMENT_LIVES_S, now].map((value) => value.toString(16)) as [string, string];
  const where = encodeURI(path);
  return `${origin}${where}?ex=${ex}&is=${is}&hm=${macOf(where, ex, is)}`;
}

/** True while the address is one that was given out and its time has not ended. */
export function isSignedAddress(path: string, query: URLSearchParams, nowMs: number): boolean {
  const [ex, is, hm] = ['ex', 'is', 'hm'].map((name) => query.get(name) ?? '') as [string, string, string];
  return hm === macOf(path, ex, is) && Number.parseInt(ex, 16) * 1000 > nowMs;
}

function macOf(path: string, ex: string, is: string): string {
  return createHmac('sha256', CDN_KEY).update(`${path} ${ex} ${is}`).digest('hex');
}
