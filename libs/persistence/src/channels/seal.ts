import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** First byte of what is stored, so that another scheme can be told apart later. */
const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + IV_BYTES + TAG_BYTES;

/** Sealed credentials could not be opened: another key, another channel, or damaged bytes. Says nothing of the content. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly code = 'seal_broken';

  constructor() {
    super('the stored credentials do not open with SKEIN_SECRET_KEY');
  }
}

/**
 * Seals a channel's credentials for the `credentials` column: AES-256-GCM, bound to the channel id, so that a row copied to
 * another channel does not open.
 *
 * @param secretKey 32 bytes in base64 (`SKEIN_SECRET_KEY`).
 */
export function sealCredentials(secretKey: string, channelId: string, credentials: object): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secretKey), iv).setAAD(Buffer.from(channelId));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(credentials), 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), sealed]);
}

/** Opens what {@link sealCredentials} made. @throws SealError */
export function openCredentials(secretKey: string, channelId: string, sealed: Buffer): unknown {
  try {
    if (sealed[0] !== VERSION) throw new SealError();
    const iv = sealed.subarray(1, 1 + IV_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secretKey), iv, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(channelId))
      .setAuthTag(sealed.subarray(1 + IV_BYTES, HEAD_BYTES));
    const text = Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]).toString(
      'utf8',
    );
    return JSON.parse(text);
  } catch {
    throw new SealError();
  }
}

function keyOf(secretKey: string): Buffer {
  const key = Buffer.from(secretKey, 'base64');
  if (key.length !== 32) throw new SealError();
  return key;
}
