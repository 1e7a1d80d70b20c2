import { createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** What comes before the 32 octets of a private Ed25519 key in its DER form (RFC 8410 §7). */
const DER_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key of a seed of 32 octets, given as hex. */
export function privateKeyOf(seed: string): KeyObject {
  const key = Buffer.concat([DER_PREFIX, Buffer.from(seed, 'hex')]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** The headers of a signed request: the time stamp in seconds and the signature over it and the body. */
export function signed(key: KeyObject, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    'content-type': 'application/json',
    'user-agent': 'Discord-Interactions/1.0 (+https://discord.com)',
    'x-signature-timestamp': timestamp,
    'x-signature-ed25519': sign(null, Buffer.from(timestamp + body), key).toString('hex'),
  };
}
