import { listOf, objectOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ChatLine, InboxButton, InboxEntry, InboxMedia, PersonSummary } from '../core/kind.js';
import { blobUrl } from '../core/own-links.js';
import type { Place, StoredFile, StoredMessage } from './places.js';
import type { DiscordSide } from './side.js';

/** What the bots of this place sent into it, and how they reacted, oldest first. */
export function inboxOf(side: DiscordSide, place: Place): InboxEntry[] {
  const received = place.messages.filter(({ fromBot }) => fromBot).map((message) => entryOf(side, message));
  return [...received, ...place.messages.flatMap((message) => reactionsOf(side, message))].sort(
    (one, other) => one.at.localeCompare(other.at),
  );
}

function entryOf(side: DiscordSide, message: StoredMessage): InboxEntry {
  const { id, atMs, channelId, content, files, raw } = message;
  const buttons = buttonsOf(message);
  const media = mediaOf(side, message);
  return {
    id,
    at: side.world.clock.stamp(atMs),
    channelId,
    type: typeOf(message, files[0]),
    text: content === '' ? null : content,
    ...(buttons.length === 0 ? {} : { buttons }),
    ...(media === undefined ? {} : { media }),
    raw,
    ...(message.editedMs === null ? {} : { edited: true }),
  };
}

function typeOf(message: StoredMessage, file: StoredFile | undefined): string {
  if (file) return kindOf(file.mimeType);
  const types = componentsOf(message).map((component) => component['type']);
  if (types.includes(3)) return 'select';
  if (types.length > 0) return 'buttons';
  return message.embeds.length > 0 ? 'embeds' : 'text';
}

function kindOf(mimeType: string): string {
  return ['image', 'video', 'audio'].find((kind) => mimeType.startsWith(`${kind}/`)) ?? 'file';
}

function componentsOf({ components }: StoredMessage): JsonObject[] {
  return components
    .flatMap((row) => listOf(objectOf(row)?.['components']))
    .map(objectOf)
    .filter((each) => each !== undefined);
}

/** Buttons, links and the options of a menu. */
export function buttonsOf(message: StoredMessage): InboxButton[] {
  return componentsOf(message).flatMap((component): InboxButton[] => {
    if (component['type'] === 3) return listOf(component['options']).flatMap(optionOf);
    const title = textOf(component['label']) ?? '';
    const url = textOf(component['url']);
    if (url !== undefined) return [{ id: url, title, type: 'url', url }];
    return [{ id: textOf(component['custom_id']) ?? '', title, type: 'button' }];
  });
}

function optionOf(value: unknown): InboxButton[] {
  const option = objectOf(value);
  if (!option) return [];
  const description = textOf(option['description']);
  return [
    {
      id: textOf(option['value']) ?? '',
      title: textOf(option['label']) ?? '',
      type: 'option',
      ...(description === undefined ? {} : { description }),
    },
  ];
}

function mediaOf(side: DiscordSide, { files, embeds }: StoredMessage): InboxMedia | undefined {
  const [file] = files;
  if (file) {
    const { filename, mimeType, sha256, size } = file;
    const url = blobUrl(side.world, sha256, mimeType);
    return { type: kindOf(mimeType), url, mimeType, filename, sha256, size };
  }
  const url = textOf(objectOf(objectOf(embeds[0])?.['image'])?.['url']);
  return url === undefined ? undefined : { type: 'image', url };
}

function reactionsOf(side: DiscordSide, { id, channelId, reactions }: StoredMessage): InboxEntry[] {
  const bots = [...side.accounts.keys()];
  return reactions
    .filter(({ userId }) => bots.includes(userId))
    .map(({ emoji, atMs }) => ({
      id: `${id}:${emoji}`,
      at: side.world.clock.stamp(atMs),
      channelId,
      type: 'reaction',
      text: emoji,
      raw: { message_id: id, emoji },
    }));
}

/** Everywhere that something was written, the most recent first. */
export function summaries(side: DiscordSide): PersonSummary[] {
  return side.places
    .all()
    .filter(({ messages }) => messages.length > 0)
    .map((place) => ({
      address: place.id,
      name: place.kind === 'direct' ? place.name : `#${place.name}`,
      messages: place.messages.length,
      unread: place.messages.filter(({ fromBot, read }) => fromBot && !read).length,
      lastAt: side.world.clock.stamp(place.messages.at(-1)?.atMs ?? 0),
    }))
    .sort((one, other) => other.lastAt.localeCompare(one.lastAt));
}

/** Both directions of one channel, in order. */
export function chatOf(side: DiscordSide, place: Place): ChatLine[] {
  return place.messages.map((message) => {
    const media = mediaOf(side, message);
    return {
      at: side.world.clock.stamp(message.atMs),
      direction: message.fromBot ? ('in' as const) : ('out' as const),
      ...(place.kind === 'direct' || message.fromBot ? {} : { title: message.author.name }),
      text: message.content,
      buttons: message.fromBot ? buttonsOf(message) : [],
      media: media ? [media] : [],
      ...(message.editedMs === null ? {} : { note: 'edited' }),
    };
  });
}
