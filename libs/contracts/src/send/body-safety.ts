import type { FieldError } from '../refusal.js';
import { SEND_LIMITS } from './limits.js';

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
 * nesting without end and keys that name a prototype.
 */
export function checkBody(body: unknown): BodySafety {
  const found: BodySafety = { errors: [], tooLarge: false };
  walk(body, '', 0, found);
  return found;
}

function walk(value: unknown, path: string, depth: number, found: BodySafety): void {
  if (typeof value === 'string') return checkText(value, path, found);
  if (typeof value !== 'object' || value === null) return;
  if (depth >= SEND_LIMITS.depth) {
    found.errors.push({ field: path, reason: `is nested deeper than ${SEND_LIMITS.depth} levels` });
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    const field = path === '' ? key : `${path}.${key}`;
    if (key === '__proto__')
      found.errors.push({ field: path || 'body', reason: 'holds a key that is not allowed' });
    else if (!isStorable(key))
      found.errors.push({
        field: path || 'body',
        reason: 'holds a key with characters that cannot be stored',
      });
    else walk(member, field, depth + 1, found);
  }
}

function checkText(text: string, field: string, found: BodySafety): void {
  const limit = MAIL_BODIES.has(field) ? SEND_LIMITS.emailBodyBytes : SEND_LIMITS.textBytes;
  if (Buffer.byteLength(text) > limit) {
    found.tooLarge = true;
    found.errors.push({ field, reason: `has more than ${limit} bytes` });
  } else if (!isStorable(text)) {
    found.errors.push({ field, reason: 'contains U+0000 or half of a surrogate pair' });
  }
}

/** True when Postgres can hold the text as text and as JSON. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && !LONE_SURROGATE.test(text);
}

/** {@link checkBody} where no text is a message: everything it finds is a wrong field. */
export function bodyErrors(body: unknown): FieldError[] {
  return checkBody(body).errors;
}
