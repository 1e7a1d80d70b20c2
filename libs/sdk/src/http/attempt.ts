import type { Connection, FetchRequest } from '../settings.js';

/** What one try of a request came to. */
export type Attempt =
  | { kind: 'answer'; status: number; retryAfterSeconds: number | undefined; body: unknown }
  /** No answer. `left` is false when it is certain that no byte of the request left this machine. */
  | { kind: 'lost'; left: boolean; cause: unknown };

/** Codes of errors that come before a request is written: name, route, refusal, certificate. */
const BEFORE_LEAVING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Makes one request; never throws. @param timeoutMs until the whole answer must have been read */
export async function attempt(
  { fetch }: Connection,
  url: string,
  request: Omit<FetchRequest, 'signal'>,
  timeoutMs: number,
): Promise<Attempt> {
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(timeoutMs) });
    const text = await answer.text();
    return {
      kind: 'answer',
      status: answer.status,
      retryAfterSeconds: secondsIn(answer.headers.get('retry-after')),
      body: jsonIn(text),
    };
  } catch (cause) {
    return { kind: 'lost', left: !isBeforeLeaving(cause), cause };
  }
}

/** `fetch` wraps what happened; when it tried several addresses, each of them failed in its own way. */
function isBeforeLeaving(error: unknown): boolean {
  const { code, cause, errors } = (error ?? {}) as { code?: string; cause?: unknown; errors?: unknown[] };
  if (errors !== undefined && errors.length > 0) return errors.every(isBeforeLeaving);
  if (code !== undefined && BEFORE_LEAVING.has(code)) return true;
  return cause !== undefined && isBeforeLeaving(cause);
}

/** `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). */
function secondsIn(value: string | null): number | undefined {
  if (value === null || value === '') return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

function jsonIn(text: string): unknown {
  try {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
