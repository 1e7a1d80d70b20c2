import { createHmac } from 'node:crypto';
import { sameSecret } from '@skein/contracts';

/** The headers of a call signed in the Standard Webhooks scheme (1.0.0, standardwebhooks.com, checked 2026-11). */
export interface SignatureHeaders {
  id: string | undefined;
  timestamp: string | undefined;
  signature: string | undefined;
}

/** A stamp may be this far from now, both ways: five minutes, as the scheme says. */
export const TOLERANCE_S = 300;

const PREFIX = 'whsec_';
const VERSION = 'v1,';

/**
 * Verifies a signed call over the bytes of its body. Signatures are compared in constant time; several secrets and several signatures
 * are allowed, so that a secret can be changed without a gap.
 *
 * @returns why it is refused; undefined when it is right.
 */
export function refusalOfSignature(
  secrets: readonly string[],
  { id, timestamp, signature }: SignatureHeaders,
  body: Uint8Array,
  now: Date,
): string | undefined {
  if (!id || !timestamp || !signature) return 'The call is not signed.';
  if (!/^\d{1,12}$/.test(timestamp)) return 'The time stamp is not a number of seconds.';
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE_S)
    return 'The time stamp is more than five minutes off.';
  const given = signature.split(' ').filter((one) => one.startsWith(VERSION));
  const right = secrets.map((secret) => signatureOf(secret, id, timestamp, body));
  const isRight = right.some((expected) => given.some((one) => sameSecret(one, expected)));
  return isRight ? undefined : 'The signature is wrong.';
}

function signatureOf(secret: string, id: string, timestamp: string, body: Uint8Array): string {
  const key = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, 'base64');
  // An empty key would accept what anybody can compute.
  if (key.length === 0) return '';
  return VERSION + createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
}
