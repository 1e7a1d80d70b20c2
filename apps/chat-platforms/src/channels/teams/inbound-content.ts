import { listOf, objectOf, plain, textOf } from '@skein/contracts';
import type { InboundContent, InboundMedia, JsonObject, MediaKind } from '@skein/contracts';
import { ACTION_ID, ACTION_LABEL } from './adaptive-card.js';
import { fileReference } from './file-reference.js';
import { writtenText } from './inbound-text.js';

const FILE = 'application/vnd.microsoft.teams.file.download.info';
/** The text once more, with its marks. */
const COPY_OF_TEXT = 'text/html';
/** Files of one message at most. */
const MAX_FILES = 10;

/** What a person said; undefined for a message without anything. */
export function contentOf(activity: JsonObject, appId: string): InboundContent | undefined {
  const press = pressOf(activity['value']);
  if (press !== undefined) return press;
  const text = writtenText(activity, appId);
  const attachments = listOf(activity['attachments'])
    .map(objectOf)
    .filter((each) => each !== undefined);
  const origin = originOf(textOf(activity['serviceUrl']));
  const media = attachments.map((each) => fileOf(each, origin)).filter((each) => each !== undefined);
  const data = dataOf(activity, attachments);
  if (text === undefined && media.length === 0 && data === undefined) return undefined;
  return {
    ...(text === undefined ? {} : { text }),
    ...(media.length === 0 ? {} : { media: media.slice(0, MAX_FILES) }),
    ...(data === undefined ? {} : { data }),
  };
}

/** A pressed button of a card of ours: its data comes back as the value, and no text with it. */
export function pressOf(value: unknown): InboundContent | undefined {
  const data = objectOf(value);
  const [id, label] = [textOf(data?.[ACTION_ID]), textOf(data?.[ACTION_LABEL])];
  if (id === undefined) return undefined;
  if (label === undefined) return { action: { id } };
  return { text: label, action: { id, label } };
}

/** Cards and quotes of others, and forms that they brought, as data. */
function dataOf(
  activity: JsonObject,
  attachments: readonly JsonObject[],
): Record<string, unknown> | undefined {
  const others = attachments.filter(
    (each) => fileOf(each, undefined) === undefined && kindOf(each) !== COPY_OF_TEXT,
  );
  const form = activity['value'];
  if (others.length === 0 && objectOf(form) === undefined) return undefined;
  return {
    ...(objectOf(form) === undefined ? {} : { form: plain(form) }),
    ...(others.length === 0 ? {} : { attachments: plain(others.slice(0, MAX_FILES)) }),
  };
}

function fileOf(attachment: JsonObject, connector: string | undefined): InboundMedia | undefined {
  const kind = kindOf(attachment);
  if (kind === FILE) return uploaded(attachment);
  return kind.startsWith('image/') ? inline(attachment, kind, connector) : undefined;
}

/** A file in the person's own store, with an address that works for some minutes without any token. */
function uploaded(attachment: JsonObject): InboundMedia {
  const content = objectOf(attachment['content']);
  const [url, filename] = [textOf(content?.['downloadUrl']), textOf(attachment['name'])];
  return {
    media: mediaKind(textOf(content?.['fileType']) ?? filename ?? ''),
    ...reference('signed', url),
    ...(filename === undefined ? {} : { filename }),
  };
}

/** A picture in the text. The bot's token goes to the connector that sent the activity, and nowhere else. */
function inline(attachment: JsonObject, kind: string, connector: string | undefined): InboundMedia {
  const [url, filename] = [textOf(attachment['contentUrl']), textOf(attachment['name'])];
  const way = connector !== undefined && originOf(url) === connector ? 'bot' : 'signed';
  return {
    media: 'image',
    ...reference(way, url),
    ...(kind === 'image/*' ? {} : { mimeType: kind }),
    ...(filename === undefined ? {} : { filename }),
  };
}

function reference(
  way: 'bot' | 'signed',
  url: string | undefined,
): Pick<InboundMedia, 'providerRef' | 'error'> {
  if (url === undefined || !/^https?:\/\/\S+$/.test(url))
    return { error: 'The platform gave no address of the file.' };
  return { providerRef: fileReference(way, url) };
}

function kindOf(attachment: JsonObject): string {
  return (textOf(attachment['contentType']) ?? '').toLowerCase();
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined;
}

const KINDS: readonly (readonly [MediaKind, RegExp])[] = [
  ['image', /^(?:jpe?g|png|gif|webp|bmp|heic|tiff?)$/],
  ['video', /^(?:mp4|mov|webm|avi|mkv|m4v|3gp)$/],
  ['audio', /^(?:mp3|m4a|aac|ogg|opus|wav|flac|amr)$/],
];

/** By the ending of its name, which the platform repeats as `fileType`. */
function mediaKind(name: string): MediaKind {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return KINDS.find(([, endings]) => endings.test(ending))?.[0] ?? 'file';
}
