import type { JsonObject } from '@skein/contracts';

/**
 * Addresses on Telegram: `<chat id>`, or `<chat id>:<topic>` for a topic of a forum. Groups have negative ids. Messages are numbered in
 * each chat by themselves, so that `<chat id>:<message id>` names one (Bot API 10.3, Chat and Message, checked 2026-11-21).
 */
const ADDRESS = /^(-?\d{1,19})(?::(\d{1,19}))?$/;
const MESSAGE = /^(-?\d{1,19}):(\d{1,19})$/;

/** An id of the platform as text: ids have up to 52 bits and come as numbers. Undefined for what is no id. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? value : undefined;
}

/** How a call names its chat; undefined for what is no address. */
export function chatFields(address: string): JsonObject | undefined {
  const [, chat, topic] = ADDRESS.exec(address) ?? [];
  if (chat === undefined) return undefined;
  return { chat_id: chat, ...(topic === undefined ? {} : { message_thread_id: Number(topic) }) };
}

/** How a call names a message; undefined for what is no id of one. */
export function messageFields(providerMessageId: string): JsonObject | undefined {
  const [, chat, message] = MESSAGE.exec(providerMessageId) ?? [];
  return chat === undefined ? undefined : { chat_id: chat, message_id: Number(message) };
}

/** The id of a message that is unique over its bot; undefined when either part is missing. */
export function messageIdOf(chat: unknown, message: unknown): string | undefined {
  const [chatId, messageId] = [idOf(chat), idOf(message)];
  return chatId === undefined || messageId === undefined ? undefined : `${chatId}:${messageId}`;
}
