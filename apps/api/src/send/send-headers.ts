import { isStorable, SEND_LIMITS } from '@skein/contracts';
import type { FastifyRequest } from 'fastify';
import { refuseFields } from '../http/query.js';

/** The idempotency key of a request; null when it has none. @throws `invalid_request` */
export function idempotencyKeyOf(request: FastifyRequest): string | null {
  const value = request.headers['idempotency-key'] ?? request.headers['x-idempotency-key'];
  if (value === undefined || value === '') return null;
  return checkedKey(value, 'Idempotency-Key');
}

/** An idempotency key, wherever it stood. @throws `invalid_request` naming the field */
export function checkedKey(value: unknown, field: string): string {
  const key = typeof value === 'string' ? value : '';
  if (key === '' || key.length > SEND_LIMITS.keyLength || !isStorable(key))
    return refuseFields([{ field, reason: `must have 1 to ${SEND_LIMITS.keyLength} characters` }]);
  return key;
}

const MAX_WAIT_S = 60;

/** The seconds asked for with `Prefer: wait=<s>` (RFC 7240), at most 60; undefined when nothing is asked. */
export function waitOf(request: FastifyRequest): number | undefined {
  const prefer = request.headers['prefer'];
  const text = Array.isArray(prefer) ? prefer.join(',') : (prefer ?? '');
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?/i.exec(text)?.[1];
  return seconds === undefined ? undefined : Math.min(Number(seconds), MAX_WAIT_S);
}
