import { createPublicKey, verify } from 'node:crypto';

/** What comes before the 32 bytes of an Ed25519 key in its DER form (RFC 8410 §4). */
const DER_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const KEY = /^[0-9a-f]{64}$/i;
const SIGNATURE = /^[0-9a-f]{128}$/i;

/** True when `signature` (hex) is the Ed25519 signature of the message under the public key (hex); false for whatever is malformed. */
export function isEd25519(signature: string, message: Buffer, publicKey: string): boolean {
  if (!SIGNATURE.test(signature) || !KEY.test(publicKey)) return false;
  const key = Buffer.concat([DER_PREFIX, Buffer.from(publicKey, 'hex')]);
  try {
    return verify(
      null,
      message,
      createPublicKey({ key, format: 'der', type: 'spki' }),
      Buffer.from(signature, 'hex'),
    );
  } catch {
    // 32 bytes that are no point of the curve.
    return false;
  }
}
