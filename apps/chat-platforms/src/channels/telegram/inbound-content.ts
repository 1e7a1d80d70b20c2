import { listOf, numberOf, objectOf, plain, textOf } from '@skein/contracts';
import type { InboundContent, InboundMedia, JsonObject, MediaKind } from '@skein/contracts';

type Reader = (part: JsonObject, message: JsonObject) => InboundContent | undefined;

/** What a person said; undefined for notices, and for what this does not know. */
export function contentOf(message: JsonObject): InboundContent | undefined {
  const text = textOf(message['text']);
  if (text !== undefined) return { text };
  const photo = largest(listOf(message['photo']));
  if (photo !== undefined)
    return withCaption(message, [file('image', { ...photo, mime_type: 'image/jpeg' })]);
  for (const [name, read] of READERS) {
    const part = objectOf(message[name]);
    if (part !== undefined) return read(part, message);
  }
  return undefined;
}

/** In this order: an animation also comes as a document, a venue also as a location. */
const READERS: readonly (readonly [string, Reader])[] = [
  ['animation', media('video')],
  ['video', media('video')],
  ['video_note', media('video')],
  ['voice', media('audio')],
  ['audio', media('audio')],
  ['document', media('file')],
  ['sticker', sticker],
  ['venue', venue],
  ['location', location],
  ['contact', (contact) => ({ data: { contacts: [plain(contact)] } })],
  ['web_app_data', (form) => ({ data: { form: plain(form) } })],
  ['dice', ({ emoji, value }) => ({ text: textOf(emoji), data: { dice: plain({ emoji, value }) } })],
];

/** The photo comes in several sizes. */
function largest(sizes: readonly unknown[]): JsonObject | undefined {
  const area = (size: JsonObject): number => numberOf(size['width']) * numberOf(size['height']) || 0;
  const known = sizes.map(objectOf).filter((size) => size !== undefined);
  return known.reduce<JsonObject | undefined>(
    (best, size) => (best === undefined || area(size) >= area(best) ? size : best),
    undefined,
  );
}

function media(kind: MediaKind): Reader {
  return (part, message) => withCaption(message, [file(kind, part)]);
}

/** A picture; the moving ones are a small film, or a vector drawing that nothing else shows. */
function sticker(part: JsonObject): InboundContent {
  const [kind, mime_type]: [MediaKind, string] =
    part['is_animated'] === true
      ? ['file', 'application/x-tgsticker']
      : part['is_video'] === true
        ? ['video', 'video/webm']
        : ['image', 'image/webp'];
  const emoji = textOf(part['emoji']);
  return { ...(emoji === undefined ? {} : { text: emoji }), media: [file(kind, { ...part, mime_type })] };
}

function file(media: MediaKind, part: JsonObject): InboundMedia {
  const [providerRef, mimeType] = [textOf(part['file_id']), textOf(part['mime_type'])];
  const [filename, size] = [textOf(part['file_name']), part['file_size']];
  return {
    media,
    ...(providerRef === undefined ? { error: 'The platform gave no file id.' } : { providerRef }),
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(filename === undefined ? {} : { filename }),
    ...(Number.isSafeInteger(size) ? { sizeBytes: Number(size) } : {}),
  };
}

/** Files of one album come as messages of their own, which share a word. */
function withCaption(message: JsonObject, files: InboundMedia[]): InboundContent {
  const [caption, album] = [textOf(message['caption']), textOf(message['media_group_id'])];
  return {
    ...(caption === undefined ? {} : { text: caption }),
    media: files,
    ...(album === undefined ? {} : { data: { album } }),
  };
}

function location(part: JsonObject): InboundContent | undefined {
  const { latitude, longitude } = part;
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return undefined;
  return { location: { latitude, longitude } };
}

function venue(part: JsonObject): InboundContent | undefined {
  const found = location(objectOf(part['location']) ?? {});
  if (found?.location === undefined) return undefined;
  const [name, address] = [textOf(part['title']), textOf(part['address'])];
  const named = { ...(name === undefined ? {} : { name }), ...(address === undefined ? {} : { address }) };
  return { location: { ...found.location, ...named } };
}
