import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EmailConfig } from './config.js';

type Keyed = Pick<EmailConfig, 'address' | 'returnPathKey'> & { smtp: Pick<EmailConfig['smtp'], 'password'> };

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** 50 bits: a guess costs one mail. */
const SIGNS = 10;

/** Tag of the envelope sender: names the call and its attempt, so that a bounce without any content can be told. Undefined without a key. */
export function bounceTag(callRef: string, config: Keyed): string | undefined {
  const signed = signatureOf(callRef, config);
  return signed === undefined ? undefined : `bounce-${callRef.replace(':', '-')}-${signed}`;
}

/** `<callId>:<attempt>` out of a bounce tag that this account made; undefined for any other. */
export function callRefOfTag(tag: string | undefined, config: Keyed): string | undefined {
  const found = /^bounce-(\d{1,19})-(\d{1,9})-([a-z2-7]{10})$/.exec(tag ?? '');
  const [, callId = '', attempt = '', given = ''] = found ?? [];
  const callRef = `${callId}:${attempt}`;
  const expected = signatureOf(callRef, config);
  if (found === null || expected === undefined) return undefined;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected)) ? callRef : undefined;
}

/** After a change of the key, bounces of earlier mails are still told by the Message-ID that they return. */
function signatureOf(callRef: string, { address, returnPathKey, smtp }: Keyed): string | undefined {
  const key = returnPathKey || smtp.password;
  if (!key) return undefined;
  const about = `return-path:${address.toLowerCase()}:${callRef}`;
  const digest = createHmac('sha256', key).update(about).digest();
  return [...digest.subarray(0, SIGNS)].map((byte) => BASE32[byte & 31]).join('');
}
