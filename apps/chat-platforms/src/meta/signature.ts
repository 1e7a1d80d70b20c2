import { isHmac, sameSecret } from '@skein/contracts';
import type { RawAnswer, RawRequest } from '@skein/contracts';

/**
 * `X-Hub-Signature-256: sha256=<64 hex>` over the bytes as they came: the platform signs its own spelling of the JSON, with everything
 * outside ASCII escaped, so that writing it again would not fit (Meta, webhooks, validating payloads, checked 2026-11-21).
 */
export function isSigned({ headers, body }: RawRequest, appSecret: string): boolean {
  const [scheme, digest] = (headers['x-hub-signature-256'] ?? '').split('=');
  return (
    scheme === 'sha256' && isHmac(digest, body, { secret: appSecret, algorithm: 'sha256', encoding: 'hex' })
  );
}

/** The GET with which the platform checks an address: the challenge goes back when the token is ours. */
export function shakeHands({ method, query }: RawRequest, verifyToken: string): RawAnswer | undefined {
  if (method !== 'GET') return undefined;
  const asked = query['hub.mode'] === 'subscribe' && sameSecret(query['hub.verify_token'], verifyToken);
  if (!asked) return { status: 403 };
  return { status: 200, contentType: 'text/plain', body: query['hub.challenge'] ?? '' };
}
