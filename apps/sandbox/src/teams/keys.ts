import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../core/json.js';

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  /** As the key document shows it. */
  shown: JsonObject;
}

/** What a token of the platform says; without a field, what it says of a genuine request. */
export interface Claims {
  audience: string;
  serviceUrl: string;
  issuer?: string;
  /** From now; negative: it has run out. */
  lifeSeconds?: number;
  /** Signed by a key that may not speak for Teams. */
  unendorsed?: boolean;
}

const ISSUER = 'https://api.botframework.com';
const LIFE_SECONDS = 3600;
const ENDORSED = ['msteams', 'webchat', 'directline'];

/** The keys that requests to bots are signed with: one for Teams, one for other channels. Made at the start, never kept. */
export class Keys {
  private constructor(
    private teams: SigningKey,
    private readonly others: SigningKey,
  ) {}

  static async make(): Promise<Keys> {
    return new Keys(await makeKey(ENDORSED), await makeKey(['emulator']));
  }

  /** A new key takes the place of the old one, which is forgotten at once. */
  async rotate(): Promise<void> {
    this.teams = await makeKey(ENDORSED);
  }

  /** The document behind `jwks_uri`. */
  document(): JsonObject {
    return { keys: [this.teams.shown, this.others.shown] };
  }

  sign({
    audience,
    serviceUrl,
    issuer = ISSUER,
    lifeSeconds = LIFE_SECONDS,
    unendorsed = false,
  }: Claims): Promise<string> {
    const { kid, privateKey } = unendorsed ? this.others : this.teams;
    const end = Math.floor(Date.now() / 1000) + lifeSeconds;
    return new SignJWT({ serviceurl: serviceUrl })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid, x5t: kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setNotBefore(end - LIFE_SECONDS)
      .setExpirationTime(end)
      .sign(privateKey);
  }
}

async function makeKey(endorsements: string[]): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const kid = randomBytes(20).toString('base64url');
  return {
    kid,
    privateKey,
    shown: { ...(await exportJWK(publicKey)), use: 'sig', kid, x5t: kid, endorsements },
  };
}

/** The document at `/v1/.well-known/openidconfiguration`. */
export function openIdDocument(base: string): JsonObject {
  return {
    issuer: ISSUER,
    authorization_endpoint: 'https://invalid.botframework.com',
    jwks_uri: `${base}/v1/.well-known/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
  };
}
