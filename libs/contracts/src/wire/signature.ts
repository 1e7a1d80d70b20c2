import { createHmac, timingSafeEqual } from 'node:crypto';

/** Compares two texts in a time that does not depend on where they differ. Empty is never equal, so that a missing secret fails. */
export function sameSecret(given: string | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined || given === '' || expected === '') return false;
  // Equal lengths whatever came in: the digest of each, so that not even the length is told.
  const [a, b] = [given, expected].map((text) => createHmac('sha256', 'compare').update(text).digest());
  return timingSafeEqual(a as Buffer, b as Buffer);
}

/** True when `given` is the HMAC of the content under the secret, in the encoding. False for an empty secret. */
export function isHmac(
  given: string | undefined,
  content: string | Buffer,
  {
    secret,
    algorithm,
    encoding,
  }: { secret: string; algorithm: 'sha1' | 'sha256'; encoding: 'hex' | 'base64' },
): boolean {
  if (secret === '') return false;
  return sameSecret(given, createHmac(algorithm, secret).update(content).digest(encoding));
}
