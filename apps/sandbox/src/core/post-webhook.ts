import { request } from 'undici';
import type { Dispatcher } from 'undici';
import type { DeliveryOutcome } from './outbox.js';

export interface WebhookAnswer {
  outcome: DeliveryOutcome;
  /** The HTTP status or the error code, for the account's report. */
  detail: string;
  /** What the receiver answered, for platforms that act on it; '' without an answer. */
  body: string;
}

/** Answers that mean "nobody is home", as opposed to "I do not want this one". */
const AWAY_STATUS = new Set([408, 429, 502, 503, 504]);
const ANSWER_WITHIN_MS = 10_000;

/** Posts one webhook. Any 2xx is taken; no answer within 10 s, or none at all, counts as away. Never throws. */
export async function postWebhook(
  dispatcher: Dispatcher,
  url: string,
  body: string | Buffer,
  headers: Record<string, string>,
): Promise<WebhookAnswer> {
  try {
    const limits = { headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS };
    const answer = await request(url, { dispatcher, method: 'POST', headers, body, ...limits });
    const [text, detail] = [await answer.body.text(), `HTTP ${answer.statusCode}`];
    if (answer.statusCode >= 200 && answer.statusCode < 300) return { outcome: 'done', detail, body: text };
    return { outcome: AWAY_STATUS.has(answer.statusCode) ? 'away' : 'refused', detail, body: text };
  } catch (error) {
    return { outcome: 'away', detail: errorCode(error), body: '' };
  }
}

/** The `code` of a thrown value, or its name. */
export function errorCode(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: string | number; name?: string };
  return String(code ?? name ?? 'unknown error');
}
