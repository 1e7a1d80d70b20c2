import type { Failure } from '@skein/contracts';
import type { GuardedClient } from './guarded-fetch.js';
import { Multipart } from './multipart.js';

export interface ProviderRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  /** An object goes out as JSON; text, bytes, URLSearchParams and a {@link Multipart} as they are. */
  body?: object | string | Buffer;
  signal: AbortSignal;
  http: GuardedClient;
  /** Bytes of the answer read at most; default 10 MB. */
  maxBytes?: number;
}

export interface ProviderAnswer {
  status: number;
  headers: Record<string, string>;
  /** From `Retry-After`. */
  retryAfterMs?: number;
  body: Buffer;
}

/** One request to a provider. A transport fault comes back as the failure it is; any HTTP status is an answer. */
export async function providerRequest(request: ProviderRequest): Promise<ProviderAnswer | Failure> {
  const { method, url, body, signal, http, maxBytes } = request;
  if (signal.aborted) return { kind: 'unavailable', detail: 'The call was not started in its time.' };
  const written = writtenOf(body);
  try {
    const answer = await http.request(url, {
      method,
      headers: { ...written.headers, ...request.headers },
      ...(written.body === undefined ? {} : { body: written.body }),
      signal,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
    const retryAfterMs = retryAfter(answer.headers['retry-after']);
    return { ...answer, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  } catch (error) {
    return transportFailure(error);
  }
}

function writtenOf(body: ProviderRequest['body']): {
  headers: Record<string, string>;
  body?: string | Buffer;
} {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    return { headers: {}, ...(body === undefined ? {} : { body }) };
  }
  if (body instanceof Multipart) return { headers: { 'content-type': body.contentType }, body: body.body };
  if (body instanceof URLSearchParams) {
    return { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: body.toString() };
  }
  return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
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
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, 86_400_000) : undefined;
}
