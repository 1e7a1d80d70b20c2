import { ERROR_CODES, isErrorCode, type ErrorCode, type FieldError } from '@skein/contracts';
import type { SkeinError } from './skein-error.js';
import { errorFor } from './table.js';

/** An error answer of the server (RFC 9457), as far as it can be trusted to be one. */
export interface Problem {
  code: ErrorCode;
  detail?: string;
  messageId?: string;
  /** Nobody knows whether it was done; the same key tells. */
  outcomeUnknown?: true;
  errors?: FieldError[];
  choices?: string[];
  next?: string[];
}

/** The problem in a body; undefined for anything else, such as the page of a proxy. */
export function problemIn(body: unknown): Problem | undefined {
  const code = (body as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' && isErrorCode(code) ? (body as Problem) : undefined;
}

/** The error that tells of a problem. */
export function errorOfProblem(
  status: number,
  { code, detail, next, messageId, errors, choices }: Problem,
  retryAfterSeconds: number | undefined,
  idempotencyKey?: string,
): SkeinError {
  const known = ERROR_CODES[code];
  return errorFor(detail ?? known.title, {
    ...{ code, status },
    retryable: known.retryable,
    next: next ?? known.next,
    ...(messageId === undefined ? {} : { messageId }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(errors === undefined ? {} : { errors }),
    ...(choices === undefined ? {} : { choices }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
