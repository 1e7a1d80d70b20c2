import { listOf, objectOf, plain, textOf } from '@skein/contracts';
import type { InboundContent, InboundMedia, JsonObject, MediaKind } from '@skein/contracts';

/** What a message says: its text, its files, and what has no field of its own as data. Undefined when there is nothing. */
export function contentOf(message: JsonObject): InboundContent | undefined {
  const forwarded = objectOf(objectOf(listOf(message['message_snapshots'])[0])?.['message']);
  const text = textOf(message['content']) ?? textOf(forwarded?.['content']);
  const files = [...listOf(message['attachments']), ...listOf(forwarded?.['attachments'])].flatMap(fileOf);
  const data = dataOf(message);
  if (text === undefined && files.length === 0 && data === undefined) return undefined;
  return {
    ...(text === undefined ? {} : { text }),
    ...(files.length === 0 ? {} : { media: files }),
    ...(data === undefined ? {} : { data }),
  };
}

const KINDS: readonly MediaKind[] = ['image', 'video', 'audio'];

function fileOf(value: unknown): InboundMedia[] {
  const attachment = objectOf(value);
  if (attachment === undefined) return [];
  const providerRef = textOf(attachment['url']);
  const mimeType = textOf(attachment['content_type'])?.split(';')[0]?.trim();
  const filename = textOf(attachment['filename']);
  const size = attachment['size'];
  return [
    {
      media: KINDS.find((kind) => mimeType?.startsWith(`${kind}/`)) ?? 'file',
      ...(providerRef === undefined ? { error: 'Discord gave no address of the file.' } : { providerRef }),
      ...(mimeType === undefined ? {} : { mimeType }),
      ...(filename === undefined ? {} : { filename: filename.slice(0, 200) }),
      ...(typeof size === 'number' ? { sizeBytes: size } : {}),
    },
  ];
}

function dataOf(message: JsonObject): Record<string, unknown> | undefined {
  const stickers = listOf(message['sticker_items']);
  const poll = objectOf(message['poll']);
  if (stickers.length === 0 && poll === undefined) return undefined;
  return {
    ...(stickers.length === 0 ? {} : { stickers: plain(stickers) }),
    ...(poll === undefined ? {} : { poll: plain(poll) }),
  };
}
