import type { OutboundCall } from '@skein/channel-kit';
import type { Action, Failure, JsonObject, MediaKind, MediaSource, Part } from '@skein/contracts';
import { chatFields, messageFields } from './address.js';

/** A file of a call: given by its address, or as bytes where it has none that the platform could fetch. */
export interface AttachedFile {
  /** The field of the method that takes it. */
  field: string;
  source: MediaSource;
  filename?: string;
  maxBytes: number;
  /** As bytes, whatever its source. */
  upload: boolean;
}

/** One method of the Bot API with its fields. */
export interface BotCall {
  method: string;
  fields: JsonObject;
  file?: AttachedFile;
}

export type Encoded = BotCall | { failure: Failure };

/** The method and the fields of one call (Bot API 10.3, available methods, checked 2026-11-21). */
export function encode({ address, part }: OutboundCall): Encoded {
  const chat = chatFields(address);
  if (chat === undefined) return refused('invalid_address', 'The address is no Telegram chat.');
  return encodePart(part, chat) ?? refused('provider_rejected', `Telegram does not carry this ${part.type}.`);
}

function refused(reason: 'invalid_address' | 'provider_rejected', detail: string): Encoded {
  return { failure: { kind: 'rejected', reason, detail } };
}

function encodePart(part: Part, chat: JsonObject): BotCall | undefined {
  switch (part.type) {
    case 'text':
      return { method: 'sendMessage', fields: { ...chat, ...written(part.text) } };
    case 'media':
      return media(part, chat);
    case 'buttons':
      return buttons(part, chat);
    case 'link':
      return link(part, chat);
    case 'reaction':
      return reaction(part);
    case 'edit':
      return edit(part);
    case 'list':
    case 'flow':
    case 'template':
    case 'cards':
    case 'components':
    case 'email':
      return undefined;
  }
}

type Of<Type extends Part['type']> = Extract<Part, { type: Type }>;

const HTML = { parse_mode: 'HTML' };
const NO_PREVIEW = { link_preview_options: { is_disabled: true } };
const MB = 1024 * 1024;

/** What each kind of file is sent with. By address a document may only be a PDF or ZIP, so that documents always go as bytes. */
const MEDIA: Record<MediaKind, { method: string; field: string; maxBytes: number; upload: boolean }> = {
  image: { method: 'sendPhoto', field: 'photo', maxBytes: 10 * MB, upload: false },
  video: { method: 'sendVideo', field: 'video', maxBytes: 20 * MB, upload: false },
  audio: { method: 'sendAudio', field: 'audio', maxBytes: 20 * MB, upload: false },
  file: { method: 'sendDocument', field: 'document', maxBytes: 20 * MB, upload: true },
};

/** UTF-16 units of a caption after its entities are read; what is longer is no caption. */
const CAPTION_MAX = 1024;

function written(text: string): JsonObject {
  return { text, ...HTML, ...NO_PREVIEW };
}

function media({ media: kind, source, caption, filename }: Of<'media'>, chat: JsonObject): BotCall {
  const { method, ...file } = MEDIA[kind];
  const captioned = caption === undefined ? {} : { caption, ...HTML };
  const named = filename === undefined ? {} : { filename };
  return { method, fields: { ...chat, ...captioned }, file: { ...file, source, ...named } };
}

/** The picture carries text and buttons when the text fits a caption, else text and buttons stand below its preview. */
function buttons({ text, buttons: offered, image, footer }: Of<'buttons'>, chat: JsonObject): BotCall {
  const whole = footer === undefined ? text : `${text}\n\n${footer}`;
  const reply_markup = { inline_keyboard: keyboard(offered) };
  if (image === undefined)
    return { method: 'sendMessage', fields: { ...chat, ...written(whole), reply_markup } };
  if (whole.length <= CAPTION_MAX) {
    const part: Of<'media'> = { type: 'media', media: 'image', source: image, caption: whole };
    const shown = media(part, chat);
    return { ...shown, fields: { ...shown.fields, reply_markup } };
  }
  const preview = 'url' in image ? { url: image.url, show_above_text: true } : { is_disabled: true };
  const fields = { ...chat, ...written(whole), link_preview_options: preview, reply_markup };
  return { method: 'sendMessage', fields };
}

/** Short labels stand beside each other; a phone cuts a long one that shares its row. */
const SHORT_LABEL = 12;
const PER_ROW = 3;

function keyboard(offered: readonly Action[]): JsonObject[][] {
  const perRow = offered.every(({ label }) => label.length <= SHORT_LABEL) ? PER_ROW : 1;
  const keys = offered.map(({ id, label }) => ({ text: label, callback_data: id }));
  const rows = Array.from({ length: Math.ceil(keys.length / perRow) }, (_, row) => row * perRow);
  return rows.map((from) => keys.slice(from, from + perRow));
}

function link({ text, label, url }: Of<'link'>, chat: JsonObject): BotCall {
  const reply_markup = { inline_keyboard: [[{ text: label, url }]] };
  return { method: 'sendMessage', fields: { ...chat, ...written(text), reply_markup } };
}

/** The platform's list of reactions writes ❤ and its like without the variation selector that keyboards add. */
function reaction({ providerMessageId, emoji }: Of<'reaction'>): BotCall | undefined {
  const message = messageFields(providerMessageId);
  const chosen = emoji === '' ? [] : [{ type: 'emoji', emoji: emoji.replaceAll('\ufe0f', '') }];
  return message && { method: 'setMessageReaction', fields: { ...message, reaction: chosen } };
}

function edit({ providerMessageId, text }: Of<'edit'>): BotCall | undefined {
  const message = messageFields(providerMessageId);
  return message && { method: 'editMessageText', fields: { ...message, ...written(text) } };
}
