import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Db, findApiKey, type KeyOwner } from '@skein/persistence';
import { ShortMemory } from '@skein/sending';

/** A revoked key works for at most this many ms longer. */
const FRESH_MS = 2000;

/** Looks API keys up by their hash. */
@Injectable()
export class KeyRing {
  private readonly owners = new ShortMemory<KeyOwner | undefined>({ ms: FRESH_MS, entries: 10_000 });

  constructor(private readonly db: Db) {}

  /** Whose key it is; undefined for one that does not exist or was revoked. */
  ownerOf(key: string): Promise<KeyOwner | undefined> {
    const hash = createHash('sha256').update(key).digest();
    return this.owners.get(hash.toString('base64'), () => findApiKey(this.db, hash));
  }
}
