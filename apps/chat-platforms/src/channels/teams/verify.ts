import { objectOf, parsed, textOf } from '@skein/contracts';
import type { VerifyContext } from '@skein/channel-kit';
import type { RawRequest } from '@skein/contracts';
import { jwtVerify } from 'jose';
import type { TeamsConfig } from './config.js';
import { signingKey } from './signing-keys.js';

const ISSUER = 'https://api.botframework.com';
const CHANNEL = 'msteams';
/** Clocks may be this far apart, in seconds. */
const SKEW = 300;
const BEARER = /^Bearer ([\w-]+\.[\w-]+\.([\w-]+))$/i;

/**
 * Checks the token that the platform signs for each request (Bot Connector authentication, steps 2 to 4, checked 2026-11-21): RS256 by a key
 * of the OpenID document that is endorsed for Teams, issuer, audience, life, and the claim that repeats the activity's `serviceUrl`. The
 * token says nothing else about the body, and a repeated request within its life is known by the activity's id.
 *
 * False as well while the keys cannot be fetched: nobody is believed without them.
 */
export async function verify(
  { headers, body }: RawRequest,
  { appId, openIdUrl }: TeamsConfig,
  { now, http }: Pick<VerifyContext, 'now' | 'http'>,
): Promise<boolean> {
  const [, token, signature] = BEARER.exec(headers['authorization'] ?? '') ?? [];
  const activity = objectOf(parsed(body));
  const serviceUrl = textOf(activity?.['serviceUrl']);
  if (token === undefined || serviceUrl === undefined || activity?.['channelId'] !== CHANNEL || appId === '')
    return false;
  if (!isCanonical(signature ?? '')) return false;
  try {
    const { payload } = await jwtVerify(token, ({ kid = '' }) => endorsedKey(openIdUrl, kid, { now, http }), {
      algorithms: ['RS256'],
      issuer: ISSUER,
      audience: [appId, `api://${appId}`, `api://botid-${appId}`],
      clockTolerance: SKEW,
      currentDate: now,
      requiredClaims: ['exp'],
    });
    return sameUrl(textOf(payload['serviceurl']), serviceUrl);
  } catch {
    return false;
  }
}

/** @throws Error when there is no such key, or it may not speak for Teams. */
async function endorsedKey(
  openIdUrl: string,
  kid: string,
  { now, http }: Pick<VerifyContext, 'now' | 'http'>,
) {
  const found = kid === '' ? undefined : await signingKey(openIdUrl, kid, http, now);
  if (found === undefined || !found.endorsements.includes(CHANNEL)) throw new Error('no endorsed key');
  return found.key;
}

/** The last character of a signature has bits to spare; one signature has one spelling. */
function isCanonical(signature: string): boolean {
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

/** The platform is not strict about the slash at the end. */
function sameUrl(one: string | undefined, other: string): boolean {
  return one?.replace(/\/$/, '') === other.replace(/\/$/, '');
}
