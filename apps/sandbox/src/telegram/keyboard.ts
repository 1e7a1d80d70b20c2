import { isObject, listOf, textOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import type { InboxButton } from '../core/kind.js';
import { LIMITS } from './limits.js';

/** What is wrong with a `reply_markup`, in the platform's words; undefined when nothing is. */
export function keyboardProblem(markup: unknown): string | undefined {
  if (markup === undefined) return undefined;
  if (!isObject(markup)) return 'object expected as reply markup';
  const rows = markup['inline_keyboard'];
  if (rows === undefined) return undefined;
  if (!Array.isArray(rows) || !rows.every(Array.isArray))
    return 'field "inline_keyboard" must be an Array of Arrays';
  const keys = rows.flat() as unknown[];
  if (keys.length > LIMITS.keys) return 'reply markup is too long';
  for (const key of keys) {
    const problem = isObject(key) ? keyProblem(key) : 'InlineKeyboardButton must be an Object';
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function keyProblem(key: JsonObject): string | undefined {
  const [text, data, url] = [key['text'], key['callback_data'], key['url']];
  if (typeof text !== 'string' || text.trim() === '') return 'inline keyboard button text is empty';
  if (data === undefined && url === undefined) return 'Text buttons are unallowed in the inline keyboard';
  if (data !== undefined) {
    const bytes = typeof data === 'string' ? Buffer.byteLength(data) : 0;
    return bytes < 1 || bytes > LIMITS.callbackDataBytes ? 'BUTTON_DATA_INVALID' : undefined;
  }
  const wrong = typeof url !== 'string' || !URL.canParse(url) || !/^(?:https?|tg|tel):/.test(url);
  return wrong ? `inline keyboard button URL '${String(url)}' is invalid: Wrong HTTP URL` : undefined;
}

/** The keys under a message as the person sees them. */
export function keysOf(markup: unknown): InboxButton[] {
  const rows = isObject(markup) ? listOf(markup['inline_keyboard']) : [];
  return rows.flatMap(listOf).filter(isObject).map(keyOf);
}

function keyOf(key: JsonObject): InboxButton {
  const title = textOf(key['text']) ?? '';
  const [data, url] = [textOf(key['callback_data']), textOf(key['url'])];
  if (data !== undefined) return { id: data, title, type: 'callback' };
  return { id: url ?? title, title, type: 'url', ...(url === undefined ? {} : { url }) };
}
