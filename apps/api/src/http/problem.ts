import { ERROR_CODES, refusalOf, type ErrorCode, type FieldError, type Refusal } from '@skein/contracts';
import { isDatabaseAway } from '@skein/persistence';

/** An error as callers read it (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ErrorCode | 'internal';
  detail: string;
  messageId?: string;
  /** It may have been done: the same request with the same key tells. */
  outcomeUnknown?: true;
  errors?: FieldError[];
  choices?: string[];
  retryable?: boolean;
  next?: string[];
  /** Only where answers say so too. */
  success?: false;
}

/** Seconds after which a caller may try again when a server of ours is away. */
export const RETRY_AFTER_S = 2;

/** The problem that tells of a refusal. */
export function problemOf(refusal: Refusal): Problem {
  const { code, detail, messageId, outcomeUnknown, errors, choices } = refusal;
  const { http, title, retryable, next } = ERROR_CODES[code];
  return {
    type: `urn:skein:problem:${code}`,
    title,
    status: http,
    code,
    detail,
    ...(messageId === undefined ? {} : { messageId }),
    ...(outcomeUnknown === undefined ? {} : { outcomeUnknown }),
    ...(errors === undefined ? {} : { errors }),
    ...(choices === undefined ? {} : { choices }),
    retryable,
    next: [...next],
  };
}

/** What is told when something happened that nobody foresaw: nothing of its inside. */
export const INTERNAL: Problem = {
  type: 'urn:skein:problem:internal',
  title: 'Something went wrong on our side',
  status: 500,
  code: 'internal',
  detail: 'The error has been logged. Repeating with the same idempotency key is safe.',
};

const UNAVAILABLE: Refusal = {
  code: 'unavailable',
  detail: 'The service cannot be used right now; nothing was accepted.',
  retryAfterSeconds: RETRY_AFTER_S,
};

const BY_STATUS: Record<number, Refusal> = {
  404: { code: 'not_found', detail: 'There is nothing at this address.' },
  413: { code: 'payload_too_large', detail: 'The body is too large.' },
};

/** The refusal in anything thrown below a route; undefined for a defect. */
export function refusalIn(error: unknown): Refusal | undefined {
  const known = refusalOf(error);
  if (known !== undefined)
    return known.code === 'unavailable' ? { retryAfterSeconds: RETRY_AFTER_S, ...known } : known;
  if (isDatabaseAway(error) || isBrokerAway(error)) return UNAVAILABLE;
  const status = statusOf(error);
  if (status === undefined || status < 400 || status >= 500) return undefined;
  return BY_STATUS[status] ?? { code: 'invalid_request', detail: 'The request could not be read.' };
}

function isBrokerAway(error: unknown): boolean {
  const name = (error as { name?: unknown } | null | undefined)?.name;
  return name === 'NatsAwayError' || name === 'NoResponderError' || name === 'TimeoutError';
}

/** The HTTP status that Nest or Fastify gave an error. */
function statusOf(error: unknown): number | undefined {
  const seen = error as { getStatus?: () => number; statusCode?: number } | null | undefined;
  return typeof seen?.getStatus === 'function' ? seen.getStatus() : seen?.statusCode;
}
