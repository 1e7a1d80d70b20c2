import type { JsonObject } from '../core/json.js';
import type { ProviderAnswer } from '../core/journal.js';

/** A refusal in the Bot API's form; the HTTP status is its code. */
export function botError(code: number, description: string, parameters?: JsonObject): ProviderAnswer {
  const body = { ok: false, error_code: code, description };
  return { status: code, body: parameters === undefined ? body : { ...body, parameters } };
}

export function badRequest(description: string): ProviderAnswer {
  return botError(400, `Bad Request: ${description}`);
}

export function forbidden(description: string): ProviderAnswer {
  return botError(403, `Forbidden: ${description}`);
}

/** @param seconds whole seconds to wait. */
export function tooManyRequests(seconds: number): ProviderAnswer {
  return botError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

export function ok(result: unknown): ProviderAnswer {
  return { status: 200, body: { ok: true, result } };
}
