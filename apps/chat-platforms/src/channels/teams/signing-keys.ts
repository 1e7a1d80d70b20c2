import { listOf, objectOf, parsed, textOf } from '@skein/contracts';
import type { GuardedClient } from '@skein/channel-kit';
import type { JsonObject } from '@skein/contracts';
import { importJWK } from 'jose';
import type { CryptoKey } from 'jose';

export interface SigningKey {
  key: CryptoKey;
  /** Channels that it may speak for. */
  endorsements: readonly string[];
}

/** The platform's pages say that the keys may be kept for days. */
const FRESH_MS = 24 * 3_600_000;
/** Longer than that without an answer and they are no longer believed. */
const KEPT_MS = 5 * FRESH_MS;
/** A key that is not known, forged or just made, is looked for once in that time. */
const AGAIN_MS = 60_000;
/** Both documents twice are within the time that the platform waits for an answer to a webhook. */
const FETCH_MS = 3_000;
const ATTEMPTS = 2;
const MAX_BYTES = 1024 * 1024;

/**
 * The keys that one OpenID document names. While none could be fetched every webhook tries anew, one fetch at a time: a webhook that is
 * refused for want of keys is not repeated by the platform.
 */
class KeyRing {
  private keys: ReadonlyMap<string, SigningKey> = new Map();
  private fetchedAt = 0;
  private triedAt = 0;
  private fetching: Promise<void> | undefined;

  constructor(private readonly openIdUrl: string) {}

  async find(kid: string, http: GuardedClient, now: number): Promise<SigningKey | undefined> {
    const isFresh = now - this.fetchedAt < FRESH_MS;
    if (this.keys.has(kid) && isFresh) return this.keys.get(kid);
    if (this.keys.size === 0 || now - this.triedAt >= AGAIN_MS) {
      this.fetching ??= this.refresh(http, now).finally(() => (this.fetching = undefined));
      await this.fetching;
    }
    return now - this.fetchedAt < KEPT_MS ? this.keys.get(kid) : undefined;
  }

  private async refresh(http: GuardedClient, now: number): Promise<void> {
    this.triedAt = now;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const keys = await fetchKeys(this.openIdUrl, http).catch(() => undefined);
      if (keys === undefined || keys.size === 0) continue;
      this.keys = keys;
      this.fetchedAt = now;
      return;
    }
  }
}

const rings = new Map<string, KeyRing>();
/** Documents whose keys are kept. */
const KEPT = 100;

/** The key of that id, fetched when it is not known. */
export function signingKey(
  openIdUrl: string,
  kid: string,
  http: GuardedClient,
  now: Date,
): Promise<SigningKey | undefined> {
  const ring = rings.get(openIdUrl) ?? new KeyRing(openIdUrl);
  const [oldest] = rings.keys();
  if (!rings.has(openIdUrl) && rings.size >= KEPT && oldest !== undefined) rings.delete(oldest);
  rings.set(openIdUrl, ring);
  return ring.find(kid, http, now.getTime());
}

async function fetchKeys(openIdUrl: string, http: GuardedClient): Promise<Map<string, SigningKey>> {
  const metadata = await fetchJson(openIdUrl, http);
  const document = await fetchJson(textOf(metadata?.['jwks_uri']) ?? '', http);
  const keys = await Promise.all(listOf(document?.['keys']).map(readKey));
  return new Map(keys.filter((each) => each !== undefined));
}

async function fetchJson(url: string, http: GuardedClient): Promise<JsonObject | undefined> {
  const { status, body } = await http.request(url, { timeoutMs: FETCH_MS, maxBytes: MAX_BYTES });
  return status === 200 ? objectOf(parsed(body)) : undefined;
}

/** One key that cannot be read does not spoil the others. */
async function readKey(value: unknown): Promise<[string, SigningKey] | undefined> {
  const jwk = objectOf(value);
  const [kid, n, e] = [textOf(jwk?.['kid']), textOf(jwk?.['n']), textOf(jwk?.['e'])];
  if (kid === undefined || n === undefined || e === undefined || jwk?.['kty'] !== 'RSA') return undefined;
  try {
    const key = await importJWK({ kty: 'RSA', n, e }, 'RS256');
    if (key instanceof Uint8Array) return undefined;
    return [
      kid,
      { key, endorsements: listOf(jwk['endorsements']).filter((each) => typeof each === 'string') },
    ];
  } catch {
    return undefined;
  }
}
