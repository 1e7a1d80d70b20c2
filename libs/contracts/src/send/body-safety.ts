import type { FieldError } from '../refusal.js';
import { SEND_LIMITS } from './limits.js';
import { SHOWN_ERRORS, shownErrors } from './shown-errors.js';

/** What no field may hold, found in one walk over the whole body. */
export interface BodySafety {
  errors: FieldError[];
  /** Some text is larger than any message may be. */
  tooLarge: boolean;
}

const MAIL_BODIES = new Set(['content.email.html', 'content.email.text']);
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Looks for text that cannot be stored (U+0000, half of a surrogate pair: Postgres refuses both), texts over their limit in bytes,
 * nesting without end, objects with too many members and keys that name a prototype. Ends at as many errors as are shown.
 */
export function checkBody(body: unknown): BodySafety {
  const found: BodySafety = { errors: [], tooLarge: false };
  walk(body, '', 0, found);
  return { ...found, errors: shownErrors(found.errors) };
}

function walk(value: unknown, path: string, depth: number, found: BodySafety): void {
  if (typeof value === 'string') return checkText(value, path, found);
  if (typeof value !== 'object' || value === null) return;
  const wrong = (reason: string): void => void found.errors.push({ field: path || 'body', reason });
  if (depth >= SEND_LIMITS.depth) return wrong(`is nested deeper than ${SEND_LIMITS.depth} levels`);
  const keys = Object.keys(value);
  if (keys.length > SEND_LIMITS.members && !Array.isArray(value))
    return wrong(`has more than ${SEND_LIMITS.members} fields`);
  for (const key of keys) {
    if (found.errors.length >= SHOWN_ERRORS) return;
    if (key === '__proto__') wrong('holds a key that is not allowed');
    else if (!isStorable(key)) wrong('holds a key with characters that cannot be stored');
    else
      walk((value as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`, depth + 1, found);
  }
}

function checkText(text: string, field: string, found: BodySafety): void {
  const limit = textLimit(text, field);
  if (limit !== undefined) {
    found.tooLarge = true;
    found.errors.push({ field, reason: `has more than ${limit} bytes` });
  } else if (!isStorable(text)) {
    found.errors.push({ field, reason: 'contains U+0000 or half of a surrogate pair' });
  }
}

/** The limit in bytes that a text is over. Paths are looked up for large texts only: each look-up reads the whole path. */
function textLimit(text: string, field: string): number | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes <= SEND_LIMITS.textBytes) return undefined;
  const limit = MAIL_BODIES.has(field) ? SEND_LIMITS.emailBodyBytes : SEND_LIMITS.textBytes;
  return bytes > limit ? limit : undefined;
}

/** True when Postgres can hold the text as text and as JSON. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && !LONE_SURROGATE.test(text);
}

/** {@link checkBody} where no text is a message: everything it finds is a wrong field. */
export function bodyErrors(body: unknown): FieldError[] {
  return checkBody(body).errors;
}
