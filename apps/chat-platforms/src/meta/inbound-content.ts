import { listOf, objectOf, plain, textOf } from '@skein/contracts';
import type { InboundContent, InboundMedia, JsonObject, MediaKind } from '@skein/contracts';

const FILES: Readonly<Record<string, MediaKind>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'file',
  sticker: 'image',
};

/** The thumb beside Messenger's input line, in its three sizes: who taps it says this. */
const THUMBS: ReadonlySet<string> = new Set(['369239263222822', '369239343222814', '369239383222810']);

/**
 * What a person said in a `message`; undefined when there is nothing in it. Files are fetched. What is only pointed to, such as a post,
 * a reel or a story, stays an address inside `data`: the platform forbids to keep it (Meta, story mentions, checked 2026-11-21).
 */
export function contentOf(message: JsonObject): InboundContent | undefined {
  const attachments = listOf(message['attachments'])
    .map(objectOf)
    .filter((each) => each !== undefined);
  const text = textOf(message['text']) ?? spoken(attachments);
  const pressed = textOf(objectOf(message['quick_reply'])?.['payload']);
  const content: InboundContent = {
    ...optional('text', text),
    ...optional('media', nonEmpty(filesOf(attachments))),
    ...(pressed === undefined ? {} : { action: { id: pressed, ...optional('label', text) } }),
    ...optional(
      'location',
      attachments.map(locationOf).find((each) => each !== undefined),
    ),
    ...optional('data', dataOf(message, attachments)),
  };
  return Object.keys(content).length === 0 ? undefined : content;
}

/** A single tap that stands for an emoji. */
function spoken(attachments: readonly JsonObject[]): string | undefined {
  if (attachments.some((each) => THUMBS.has(stickerOf(each) ?? ''))) return '👍';
  return attachments.some(({ type }) => type === 'like_heart') ? '❤️' : undefined;
}

function filesOf(attachments: readonly JsonObject[]): InboundMedia[] {
  const seen = new Set<string>();
  return attachments.flatMap((each) => {
    const sticker = stickerOf(each);
    // During the change of 2026 a sticker comes twice, as a sticker and as an image.
    if (sticker !== undefined && (THUMBS.has(sticker) || seen.has(sticker))) return [];
    if (sticker !== undefined) seen.add(sticker);
    return fileOf(each) ?? [];
  });
}

function fileOf({ type, payload }: JsonObject): InboundMedia | undefined {
  const kind = textOf(type) ?? '';
  const media = Object.hasOwn(FILES, kind) ? FILES[kind] : undefined;
  if (media === undefined) return undefined;
  const providerRef = textOf(objectOf(payload)?.['url']);
  if (providerRef === undefined) return { media, error: 'The platform gave no address for the file.' };
  return { media, providerRef, ...(media === 'file' ? optional('filename', nameIn(providerRef)) : {}) };
}

/** Numbers in older webhooks, texts in newer ones. */
function stickerOf({ payload }: JsonObject): string | undefined {
  const id = objectOf(payload)?.['sticker_id'];
  return typeof id === 'number' ? String(id) : textOf(id);
}

function nameIn(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const last = new URL(url).pathname.split('/').pop() ?? '';
  try {
    return textOf(
      decodeURIComponent(last)
        .replace(/[\p{Cc}/\\]/gu, '_')
        .slice(0, 200),
    );
  } catch {
    return undefined;
  }
}

function locationOf({ type, title, payload }: JsonObject): InboundContent['location'] {
  const { lat, long } = objectOf(objectOf(payload)?.['coordinates']) ?? {};
  if (type !== 'location' || typeof lat !== 'number' || typeof long !== 'number') return undefined;
  return { latitude: lat, longitude: long, ...optional('name', textOf(title)) };
}

/** Posts, reels, links, products, bookings, the story that is answered, the advertisement that was clicked. */
function dataOf(
  message: JsonObject,
  attachments: readonly JsonObject[],
): Record<string, unknown> | undefined {
  const shared = attachments.flatMap((each) => sharedOf(each) ?? []);
  const story = objectOf(objectOf(message['reply_to'])?.['story']);
  const referral = objectOf(message['referral']);
  const data = {
    ...optional('shared', nonEmpty(shared)),
    ...(story === undefined ? {} : { story: plain(story) }),
    ...(referral === undefined ? {} : { referral: plain(referral) }),
  };
  return Object.keys(data).length === 0 ? undefined : data;
}

/** Kinds of attachment that say themselves what they are. */
const NOT_SHARED: ReadonlySet<string> = new Set([...Object.keys(FILES), 'like_heart', 'location']);

function sharedOf({ type, title, url, payload }: JsonObject): Record<string, unknown> | undefined {
  const kind = textOf(type) ?? 'unknown';
  const details = objectOf(plain(payload)) ?? {};
  const shared = {
    ...optional('title', textOf(title)),
    ...optional('url', textOf(url)),
    ...details,
  };
  if (NOT_SHARED.has(kind) || Object.keys(shared).length === 0) return undefined;
  return { ...shared, type: kind };
}

function nonEmpty<Item>(items: Item[]): Item[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** A member that is only there when it has a value. */
export function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}
