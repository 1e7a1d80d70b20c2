import { bodyErrors } from '@skein/contracts';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { PayloadClass } from './payloads.js';

/** A decoded payload, or why it can never be handled. */
export type Decoded = { ok: true; data: unknown } | { ok: false; reason: string };

/** Reasons listed in a dead letter: enough to see what is wrong, not a dump. */
const MAX_REASONS = 5;

/**
 * Decodes a broker payload and checks it where there is a class for it. Unknown fields are removed and not refused, so that this version still takes
 * what a newer one publishes.
 */
export function decodePayload(bytes: Uint8Array, Class: PayloadClass | undefined): Decoded {
  let data: unknown;
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { ok: false, reason: 'the payload is not JSON' };
  }
  if (!Class) return { ok: true, data };
  return check(data, Class);
}

function check(data: unknown, Class: PayloadClass): Decoded {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return { ok: false, reason: 'the payload is not an object' };
  }
  const [unsafe] = bodyErrors(data);
  if (unsafe) return { ok: false, reason: `${unsafe.field}: ${unsafe.reason}` };
  const instance = plainToInstance(Class, data);
  const errors = validateSync(instance, { whitelist: true, forbidUnknownValues: false });
  if (errors.length === 0) return { ok: true, data: instance };
  const reasons = errors.flatMap((error) => reasonsOf(error, ''));
  return { ok: false, reason: reasons.slice(0, MAX_REASONS).join('; ') };
}

function reasonsOf(error: ValidationError, path: string): string[] {
  const field = path === '' ? error.property : `${path}.${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((reason) => `${field}: ${reason}`);
  return [...own, ...(error.children ?? []).flatMap((child) => reasonsOf(child, field))];
}
