import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import { ownFile } from '../core/own-links.js';
import { invalid, notFound } from '../core/refusal.js';
import type { Account } from './accounts.js';
import type { Address, Chat, ChatMessage } from './chats.js';
import type { StoredFile } from './files.js';
import { show } from './sent-files.js';
import type { TelegramSide } from './side.js';

/** Somebody does something in a chat. */
export interface WriteQuestion {
  side: TelegramSide;
  account: Account;
  chat: Chat;
  address: Address;
  fields: Fields;
}

type Builder = (question: WriteQuestion) => JsonObject;

/** What the message of a person can hold, by the field of the request that asks for it. */
const CONTENTS: Readonly<Record<string, Builder>> = {
  text: ({ fields }) => ({ text: fields.text('text') }),
  media,
  location: ({ fields }) => locationOf(fields),
  contact: ({ fields }) => ({ contact: { first_name: 'Contact', ...fields.object('contact')?.body } }),
  raw: ({ fields }) => fields.object('raw')?.body ?? {},
};

/** True when the request asks for a message. */
export function asksForMessage(fields: Fields): boolean {
  return Object.keys(CONTENTS).some((field) => fields.has(field));
}

/** The content of a Message object. */
export function contentOf(question: WriteQuestion): JsonObject {
  const [, build] = Object.entries(CONTENTS).find(([field]) => question.fields.has(field)) ?? [];
  return build?.(question) ?? {};
}

/** A point, or a named place when it has a title. */
function locationOf(fields: Fields): JsonObject {
  const { title, address, ...location } = fields.object('location')?.body ?? {};
  if (title === undefined) return { location };
  return { venue: { location, title, address: address ?? '' }, location };
}

const FIELD_OF_MIME: readonly [RegExp, string][] = [
  [/^image\/webp/, 'sticker'],
  [/^image\//, 'photo'],
  [/^audio\/ogg/, 'voice'],
  [/^audio\//, 'audio'],
  [/^video\//, 'video'],
  [/./, 'document'],
];

function media({ side, fields }: WriteQuestion): JsonObject {
  const given = fields.object('media');
  if (!given) throw invalid('media', 'must be an object');
  const asked = given.optionalText('type');
  const stored = storeFile(side, given);
  const field = asked ?? FIELD_OF_MIME.find(([mime]) => mime.test(stored.mimeType))?.[1] ?? 'document';
  const caption = given.optionalText('caption');
  const album = given.optionalText('album');
  const shown = show(field, stored);
  return {
    ...shown,
    // An animation is told as a document too, for clients that know only those.
    ...(field === 'animation' ? { document: shown['animation'] } : {}),
    ...(caption === undefined ? {} : { caption }),
    ...(album === undefined ? {} : { media_group_id: album }),
  };
}

/** The person's own file: `{base64, mimeType}`, or `{file}` / `{url}` naming one of the sandbox's files. */
function storeFile({ files, world }: TelegramSide, given: Fields): StoredFile {
  const filename = given.optionalText('filename');
  const base64 = given.optionalText('base64');
  if (base64 !== undefined)
    return files.add('documents', Buffer.from(base64, 'base64'), given.text('mimeType'), filename ?? 'file');
  const name = given.optionalText('file') ?? 'small.jpg';
  const file = ownFile(world, given.optionalText('url') ?? `${world.origin()}/files/${name}`);
  if (typeof file === 'string')
    throw invalid('media', 'must name a file of the sandbox, or carry base64 and mimeType');
  return files.add(
    'documents',
    file.bytes,
    given.optionalText('mimeType') ?? file.mimeType,
    filename ?? file.name,
  );
}

/** A message of this chat by its number or its whole id; without one the last that fits. */
export function messageAt(
  { chat }: WriteQuestion,
  id: string | undefined,
  fits: (message: ChatMessage) => boolean,
): ChatMessage {
  const number = id?.split(':').pop();
  const found =
    number === undefined
      ? chat.messages.findLast(fits)
      : chat.messages.find((message) => String(message.id) === number);
  if (!found) throw notFound('There is no such message in this chat.');
  return found;
}
