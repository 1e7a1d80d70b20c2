import type { World } from '../core/kind.js';
import { ownFile } from '../core/own-links.js';
import { NOT_FETCHED, NOT_UPLOADED, TOO_LARGE } from './graph-errors.js';
import type { GraphProblem } from './graph-errors.js';
import type { Platform } from './platform.js';

export interface StoredAttachment {
  id: string;
  type: string;
  mimeType: string;
  filename: string;
  sha256: string;
  size: number;
}

/** The platform fetches while the caller waits, and gives up after this. */
const FETCH_WITHIN_MS = 10_000;

/** Uploaded files by attachment id; the bytes are in the blob store. */
export class Attachments {
  private readonly stored = new Map<string, StoredAttachment>();
  /** Ids are long digit strings; starting from the clock keeps them apart over restarts. */
  private nextId = Date.now() * 1000;

  constructor(
    private readonly world: World,
    private readonly platform: Platform,
  ) {}

  add(type: string, file: { bytes: Buffer; mimeType: string; filename: string }): StoredAttachment {
    this.nextId += 1;
    const { bytes, mimeType, filename } = file;
    const sha256 = this.world.blobs.put(bytes);
    const stored = { id: String(this.nextId), type, mimeType, filename, sha256, size: bytes.length };
    this.stored.set(stored.id, stored);
    this.world.changed();
    return stored;
  }

  /** By an id as callers write it: a text or a number. */
  get(id: unknown): StoredAttachment | undefined {
    const named = typeof id === 'number' ? String(id) : id;
    return typeof named === 'string' ? this.stored.get(named) : undefined;
  }

  /** Type and size against what the kind of attachment may hold. */
  check(type: string, mimeType: string, size: number): GraphProblem | undefined {
    const limit = this.platform.media[type];
    const [essence = ''] = mimeType.split(';');
    if (!limit?.types.test(essence.trim())) return NOT_UPLOADED;
    return size > limit.maxBytes ? TOO_LARGE : undefined;
  }

  /** What is wrong with a file named by its address. Addresses of other hosts are taken unseen. */
  checkLink(type: string, link: string): GraphProblem | undefined {
    const file = ownFile(this.world, link);
    if (file === 'foreign') return undefined;
    if (file === 'missing' || file.delayMs > FETCH_WITHIN_MS) return NOT_FETCHED;
    return this.check(type, file.mimeType, file.bytes.length);
  }

  /** Keeps what is behind an address; undefined for another host's. */
  keepLink(type: string, link: string): StoredAttachment | undefined {
    const file = ownFile(this.world, link);
    if (typeof file === 'string') return undefined;
    return this.add(type, { bytes: file.bytes, mimeType: file.mimeType, filename: file.name });
  }

  clear(): void {
    this.stored.clear();
  }

  snapshot(): unknown {
    return [...this.stored.values()];
  }

  restore(saved: unknown): void {
    for (const each of (saved ?? []) as StoredAttachment[]) this.stored.set(each.id, each);
  }
}
