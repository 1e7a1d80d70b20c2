import { isObject, listOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { ChatLine, InboxEntry, InboxMedia, PersonSummary } from '../core/kind.js';
import { blobUrl } from '../core/own-links.js';
import type { Account } from './accounts.js';
import type { Chat, ChatMessage } from './chats.js';
import { keysOf } from './keyboard.js';
import { FILE_METHODS } from './limits.js';
import type { TelegramSide } from './side.js';

/** What this platform shows besides: the bot's reactions, that a text was changed, and presses that still show a spinner. */
interface TelegramEntry extends InboxEntry {
  reactions: string[];
  edited: boolean;
  waiting: number;
}

const FILE_FIELDS = [
  ...new Set(Object.values(FILE_METHODS).map(({ field }) => field)),
  'sticker',
  'video_note',
];

export function presentMessage(
  side: TelegramSide,
  { config }: Account,
  chat: Chat,
  message: ChatMessage,
): TelegramEntry {
  const { message: shown, reactions, edited } = message;
  const media = mediaOf(side, shown);
  const buttons = keysOf(shown['reply_markup']);
  return {
    id: `${chat.id}:${message.id}`,
    at: side.world.clock.stamp(message.atMs),
    channelId: config.channelId,
    type: media?.type ?? (shown['text'] === undefined ? 'other' : 'text'),
    text: textOf(shown['text']) ?? textOf(shown['caption']) ?? null,
    ...(buttons.length > 0 ? { buttons } : {}),
    ...(media ? { media } : {}),
    reactions,
    edited,
    waiting: message.presses.filter(({ answered }) => !answered).length,
    raw: shown,
  };
}

function mediaOf(side: TelegramSide, message: JsonObject): InboxMedia | undefined {
  const type = FILE_FIELDS.find((field) => message[field] !== undefined);
  if (type === undefined) return undefined;
  const value = type === 'photo' ? listOf(message['photo']).at(-1) : message[type];
  const id = isObject(value) ? textOf(value['file_id']) : undefined;
  const file = side.files.get(id ?? '');
  if (!file) return { type, url: id ?? '' };
  const { mimeType, filename, sha256, size } = file;
  return { type, url: blobUrl(side.world, sha256, mimeType), mimeType, filename, sha256, size };
}

/** Everyone who has received or written something, the most recent first. */
export function summaries(side: TelegramSide): PersonSummary[] {
  const chats = [...side.accounts.values()].flatMap(({ chats: all }) => [...all.values()]);
  const lively = chats.filter(({ messages }) => messages.length > 0);
  const lines = lively.map(({ id, name, messages }) => ({
    address: id,
    name,
    messages: messages.length,
    unread: messages.filter(({ direction, read }) => direction === 'in' && !read).length,
    lastAt: side.world.clock.stamp(messages.at(-1)?.atMs ?? 0),
  }));
  return lines.sort((one, other) => other.lastAt.localeCompare(one.lastAt));
}

/** One line of a chat as the page shows it. */
export function chatLine(side: TelegramSide, account: Account, chat: Chat, message: ChatMessage): ChatLine {
  const { at, text, buttons, media, edited, reactions } = presentMessage(side, account, chat, message);
  const note = [edited ? 'edited' : '', ...reactions].filter((word) => word !== '').join(' ');
  return {
    at,
    direction: message.direction,
    text: text ?? '',
    buttons: buttons ?? [],
    media: media ? [media] : [],
    ...(note === '' ? {} : { note }),
  };
}
