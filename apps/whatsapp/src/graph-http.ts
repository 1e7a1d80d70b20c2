import type { GuardedClient } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';

export interface GraphRequest {
  method: 'GET' | 'POST';
  url: string;
  accessToken: string;
  body?: string;
  signal: AbortSignal;
  http: GuardedClient;
}

export interface GraphAnswer {
  status: number;
  retryAfterMs?: number;
  body: Buffer;
}

/** One request. A transport fault comes back as the failure it is. */
export async function graphRequest(request: GraphRequest): Promise<GraphAnswer | Failure> {
  const { method, url, accessToken, body, signal, http } = request;
  if (signal.aborted) return { kind: 'unavailable', detail: 'The call was not started in its time.' };
  const headers = {
    authorization: `Bearer ${accessToken}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    const answer = await http.request(url, { method, headers, body, signal });
    const retryAfterMs = retryAfter(answer.headers['retry-after']);
    return {
      status: answer.status,
      body: answer.body,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  } catch (error) {
    return transportFailure(error);
  }
}

/** Faults that happen before a request is written; after any other one the platform may have read it. */
const BEFORE_WRITING: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What a failed exchange means for the call. */
export function transportFailure(error: unknown): Failure {
  const { code, name } = error as { code?: string | number; name?: string };
  const word = String(code ?? name ?? 'unknown');
  if (word === 'blocked_address')
    return { kind: 'misconfigured', detail: 'The base address may not be called.' };
  if (word === 'too_large')
    return { kind: 'rejected', reason: 'media_too_large', detail: 'The answer is too large.' };
  return BEFORE_WRITING.has(word) || allRefused(error)
    ? { kind: 'unavailable', detail: `The platform could not be reached (${word}).`, providerCode: word }
    : { kind: 'indeterminate', detail: `No answer came after the request was written (${word}).` };
}

/** A host with several addresses fails with one error for each of them. */
function allRefused(error: unknown): boolean {
  const { errors } = error as { errors?: unknown };
  if (!Array.isArray(errors) || errors.length === 0) return false;
  return errors.every((each) => BEFORE_WRITING.has(String((each as { code?: unknown }).code)));
}

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110 §10.2.3), at most a day. */
export function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, 86_400_000) : undefined;
}
