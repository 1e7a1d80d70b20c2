import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isHmac, objectOf, parsed, type JsonObject } from '@skein/contracts';

/** What a signed text is for; one cannot be used as the other. */
type Purpose = 'visitor' | 'upload' | 'file';

/** How long each holds, in seconds. A visitor who comes back within a year is the same one. */
const VALID_S: Record<Purpose, number> = { visitor: 400 * 86_400, upload: 86_400, file: 3600 };

const keyed = (secret: string, channelId: string, purpose: Purpose, body: string): string =>
  createHmac('sha256', secret).update(`${purpose}\n${channelId}\n${body}`).digest('base64url');

/** Signs claims for one channel: `<claims in base64url>.<signature>`. */
export function signed(
  secret: string,
  channelId: string,
  purpose: Purpose,
  claims: JsonObject,
  nowMs = Date.now(),
): string {
  const until = Math.floor(nowMs / 1000) + VALID_S[purpose];
  const body = Buffer.from(JSON.stringify({ ...claims, until })).toString('base64url');
  return `${body}.${keyed(secret, channelId, purpose, body)}`;
}

/** The claims of a text that was signed for this channel and purpose and still holds; undefined for everything else. */
export function claimsOf(
  secret: string,
  channelId: string,
  purpose: Purpose,
  token: string | undefined,
  nowMs = Date.now(),
): JsonObject | undefined {
  const [body = '', signature = '', ...more] = (token ?? '').split('.');
  if (more.length > 0 || body === '') return undefined;
  const wanted = Buffer.from(keyed(secret, channelId, purpose, body));
  const given = Buffer.from(signature);
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
  const claims = objectOf(parsed(Buffer.from(body, 'base64url')));
  return claims !== undefined && Number(claims['until']) * 1000 > nowMs ? claims : undefined;
}

/** The address of a new visitor. */
export function newVisitor(): string {
  return `v:${randomBytes(18).toString('base64url')}`;
}

/** True when the host page's server vouches for the user id. */
export function isProved(userId: string, hash: string, identitySecret: string): boolean {
  return isHmac(hash.toLowerCase(), userId, { secret: identitySecret, algorithm: 'sha256', encoding: 'hex' });
}
