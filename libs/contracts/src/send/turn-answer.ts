import type { MessageContent } from '../command.js';
import type { FieldError } from '../refusal.js';
import { checkBody } from './body-safety.js';
import { ContentDto } from './content.dto.js';
import { contentErrors, contentOf } from './message-content.js';
import { readShape } from './shape.js';

/** Messages of one answer at most: more is a mistake of the agent and not an answer. */
const MAX_MESSAGES = 20;

/**
 * Reads what an agent's backend answered: `{messages: [content, …]}` where a content is a string or the object of a send, or
 * `{text}` for one message. Nothing, `{}` and an empty list stay silent.
 *
 * @returns the contents, or every wrong field.
 */
export function readTurnAnswer(answer: unknown): { ok: MessageContent[] } | { errors: FieldError[] } {
  if (answer === undefined || answer === null) return { ok: [] };
  if (typeof answer !== 'object' || Array.isArray(answer)) return wrong('body', 'must be a JSON object');
  const safety = checkBody(answer);
  if (safety.errors.length > 0) return { errors: safety.errors };
  const { messages, text, ...unknown } = answer as Record<string, unknown>;
  const [odd] = Object.keys(unknown);
  if (odd !== undefined) return wrong(odd, 'is not a known field');
  if (messages !== undefined && text !== undefined)
    return wrong('text', 'cannot be given together with messages');
  const list = messages ?? (text === undefined ? [] : [text]);
  if (!Array.isArray(list)) return wrong('messages', 'must be a list');
  if (list.length > MAX_MESSAGES) return wrong('messages', `must have at most ${MAX_MESSAGES} items`);
  const read = list.map((content, index) => readContent(content, `messages.${index}`));
  const errors = read.flatMap((one) => ('errors' in one ? one.errors : []));
  return errors.length > 0 ? { errors } : { ok: read.flatMap((one) => ('ok' in one ? [one.ok] : [])) };
}

function readContent(content: unknown, at: string): { ok: MessageContent } | { errors: FieldError[] } {
  const given = typeof content === 'string' ? { text: content } : content;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return wrong(at, 'must be a text or an object');
  const shaped = readShape(ContentDto, given);
  if ('errors' in shaped)
    return { errors: shaped.errors.map(({ field, reason }) => ({ field: `${at}.${field}`, reason })) };
  const errors = contentErrors(shaped.value, at);
  return errors.length > 0 ? { errors } : { ok: contentOf(shaped.value) };
}

function wrong(field: string, reason: string): { errors: FieldError[] } {
  return { errors: [{ field, reason }] };
}
