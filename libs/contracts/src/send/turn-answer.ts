import type { MessageContent } from '../command.js';
import type { FieldError } from '../refusal.js';
import { checkBody } from './body-safety.js';
import { ContentDto } from './content.dto.js';
import { contentErrors, contentOf } from './message-content.js';
import { readShape } from './shape.js';
import { shownErrors } from './shown-errors.js';

/** What an answer took, as its backend reports it. */
export interface TurnUsage {
  /** All of them, whatever they were for. */
  tokens: number;
  inputTokens?: number;
  outputTokens?: number;
}

/** A right answer: what is sent, and what it took where the backend says so. */
export interface TurnAnswer {
  ok: MessageContent[];
  usage?: TurnUsage;
}

/** More tokens in one turn are a mistake of the agent. */
export const MAX_TOKENS = 1_000_000_000;

/** Messages of one answer at most: more is a mistake of the agent and not an answer. */
export const MAX_MESSAGES = 20;

/**
 * Reads what an agent's backend answered: `{messages: [content, …]}` where a content is a string or the object of a send, or
 * `{text}` for one message. Nothing, `{}` and an empty list stay silent. `usage` says what it took: `{tokens}`, or `{inputTokens,
 * outputTokens}` of which one may be left out.
 *
 * @returns the contents, or every wrong field.
 */
export function readTurnAnswer(answer: unknown): TurnAnswer | { errors: FieldError[] } {
  if (answer === undefined || answer === null) return { ok: [] };
  if (typeof answer !== 'object' || Array.isArray(answer)) return wrong('body', 'must be a JSON object');
  const safety = checkBody(answer);
  if (safety.errors.length > 0) return { errors: safety.errors };
  const { messages, text, usage, ...unknown } = answer as Record<string, unknown>;
  const [odd] = Object.keys(unknown);
  if (odd !== undefined) return wrong(odd, 'is not a known field');
  if (messages !== undefined && text !== undefined)
    return wrong('text', 'cannot be given together with messages');
  const list = messages ?? (text === undefined ? [] : [text]);
  if (!Array.isArray(list)) return wrong('messages', 'must be a list');
  if (list.length > MAX_MESSAGES) return wrong('messages', `must have at most ${MAX_MESSAGES} items`);
  const read = list.map((content, index) => readTurnContent(content, `messages.${index}`));
  const errors = read.flatMap((one) => ('errors' in one ? one.errors : []));
  const took = readUsage(usage);
  errors.push(...('errors' in took ? took.errors : []));
  if (errors.length > 0 || 'errors' in took) return { errors: shownErrors(errors) };
  return { ok: read.flatMap((one) => ('ok' in one ? [one.ok] : [])), ...took };
}

function readUsage(usage: unknown): { usage?: TurnUsage } | { errors: FieldError[] } {
  if (usage === undefined || usage === null) return {};
  if (typeof usage !== 'object' || Array.isArray(usage)) return wrong('usage', 'must be an object');
  const { tokens, inputTokens, outputTokens, ...unknown } = usage as Record<string, unknown>;
  const [odd] = Object.keys(unknown);
  if (odd !== undefined) return wrong(`usage.${odd}`, 'is not a known field');
  const parts = present({ inputTokens, outputTokens });
  const counts = present({ tokens, ...parts });
  const bad = Object.keys(counts).find((name) => !isCount(counts[name]));
  if (bad !== undefined) return wrong(`usage.${bad}`, `must be a whole number from 0 to ${MAX_TOKENS}`);
  if (tokens !== undefined && Object.keys(parts).length > 0)
    return wrong('usage.tokens', 'cannot be given together with inputTokens or outputTokens');
  const all = Object.values(counts as Record<string, number>);
  if (all.length === 0) return wrong('usage', 'must have tokens, or inputTokens and outputTokens');
  return { usage: { ...parts, tokens: all.reduce((sum, count) => sum + count, 0) } };
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MAX_TOKENS;
}

/** The members that are there. */
function present(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Reads one message of an answer: a text, or the object of a send. `at` is its path in the answer. */
export function readTurnContent(
  content: unknown,
  at: string,
): { ok: MessageContent } | { errors: FieldError[] } {
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
  return { errors: shownErrors([{ field, reason }]) };
}
