import { createHmac } from 'node:crypto';

/** What a signed call carries beside its body (Standard Webhooks 1.0.0, standardwebhooks.com, checked 2026-11). */
export interface SignedHeaders {
  'webhook-id': string;
  /** Unix time in seconds. */
  'webhook-timestamp': string;
  'webhook-signature': string;
}

const PREFIX = 'whsec_';

/**
 * Signs a call: `v1,<base64 HMAC-SHA256 of "id.timestamp.body">` under the key that the secret holds in base64 behind `whsec_`.
 *
 * @param id equal for every repetition of the same call.
 */
export function signWebhook(secret: string, id: string, body: string, now: Date): SignedHeaders {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
}
