import type { ProviderAnswer } from '../core/journal.js';
import type { JsonObject } from '../core/json.js';
import { botObject } from './accounts.js';
import type { Account } from './accounts.js';
import { badRequest, ok } from './bot-errors.js';
import { addMessage, chatObject, newMessage } from './chats.js';
import { parseHtml } from './entities.js';
import type { Parsed } from './entities.js';
import { keyboardProblem } from './keyboard.js';
import { FILE_METHODS, LIMITS } from './limits.js';
import { keepPace } from './pace.js';
import type { Params } from './params.js';
import { reach } from './reach.js';
import type { Reached } from './reach.js';
import { fileOf } from './sent-files.js';
import { seconds } from './side.js';
import type { TelegramSide } from './side.js';

type Content = JsonObject | { problem: string };

/** What each method puts into the message it makes; `problem` is in the platform's words. */
const CONTENTS: Readonly<Record<string, (side: TelegramSide, params: Params) => Content>> = {
  sendMessage: (_, params) => writtenText(params),
  sendLocation: (_, params) => location(params),
  sendContact: (_, params) => contact(params),
  ...Object.fromEntries(
    Object.keys(FILE_METHODS).map((method) => [
      method,
      (side: TelegramSide, params: Params) => file(side, method, params),
    ]),
  ),
};

/** True for methods that make a message. */
export function makesMessage(method: string): boolean {
  return Object.hasOwn(CONTENTS, method);
}

/** One message of the bot: checked in the platform's order, then shown to the person. */
export function sendMessage(
  side: TelegramSide,
  account: Account,
  method: string,
  params: Params,
): ProviderAnswer {
  const reached = reach(side, account, params);
  if ('problem' in reached) return reached.problem;
  const content = CONTENTS[method]?.(side, params) ?? { problem: 'method not found' };
  if (isProblem(content)) return badRequest(content.problem);
  const markup = params.json('reply_markup');
  const wrong = keyboardProblem(markup);
  if (wrong !== undefined) return badRequest(wrong);
  const throttled = keepPace(account, reached.chat);
  if (throttled) return throttled;
  return ok(
    deliver(side, account, reached, markup === undefined ? content : { ...content, reply_markup: markup }),
  );
}

function isProblem(content: Content): content is { problem: string } {
  return typeof content['problem'] === 'string';
}

function deliver(
  side: TelegramSide,
  account: Account,
  { chat, topic }: Reached,
  content: JsonObject,
): JsonObject {
  account.nextMessageId += 1;
  const id = account.nextMessageId;
  const message = {
    message_id: id,
    from: botObject(account),
    chat: chatObject(chat),
    date: seconds(side.world),
    ...(topic === null ? {} : { message_thread_id: topic, is_topic_message: true }),
    ...content,
  };
  addMessage(chat, newMessage({ id, atMs: side.world.clock.now(), direction: 'in', topic, message }));
  side.world.changed();
  return message;
}

/** The text of a call, without marks; `most` counts what is left of it. */
export function readText(params: Params, field: string, most: number): Parsed | { problem: string } {
  const raw = params.text(field) ?? '';
  const mode = params.text('parse_mode')?.toLowerCase();
  if (mode !== undefined && mode !== 'html') return { problem: 'unsupported parse_mode' };
  const parsed = mode === undefined ? { text: raw, entities: [] } : parseHtml(raw);
  if ('problem' in parsed) return parsed;
  const name = field === 'text' ? 'message' : 'message caption';
  return parsed.text.length > most ? { problem: `${name} is too long` } : parsed;
}

function writtenText(params: Params): Content {
  const read = readText(params, 'text', LIMITS.text);
  if ('problem' in read) return read;
  if (read.text.trim() === '') return { problem: 'message text is empty' };
  return { text: read.text, ...(read.entities.length > 0 ? { entities: read.entities } : {}) };
}

function file(side: TelegramSide, method: string, params: Params): Content {
  const found = fileOf(side, method, params);
  if (isProblem(found)) return found;
  const caption = readText(params, 'caption', LIMITS.caption);
  if ('problem' in caption) return caption;
  if (caption.text === '') return found;
  const marks = caption.entities.length > 0 ? { caption_entities: caption.entities } : {};
  return { ...found, caption: caption.text, ...marks };
}

function location(params: Params): Content {
  const [latitude, longitude] = [Number(params.text('latitude')), Number(params.text('longitude'))];
  const wrong = Number.isNaN(latitude) || Number.isNaN(longitude);
  return wrong ? { problem: 'latitude and longitude are required' } : { location: { latitude, longitude } };
}

function contact(params: Params): Content {
  const [phone_number, first_name] = [params.text('phone_number'), params.text('first_name')];
  if (!phone_number || !first_name) return { problem: 'phone number and first name are required' };
  return { contact: { phone_number, first_name } };
}
