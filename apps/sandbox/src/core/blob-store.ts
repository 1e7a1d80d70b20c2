import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes held in memory at most; older ones are read back from the folder, when there is one. */
const MEMORY_LIMIT = 128 * 1024 * 1024;

/** Bytes by their SHA-256: uploads, inbound media, attachments. */
export class BlobStore {
  private readonly memory = new Map<string, Buffer>();
  private held = 0;

  /** @param folder where bytes survive a restart; undefined keeps them in memory only. */
  constructor(private readonly folder?: string) {
    if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Stores bytes once and returns their lower-case hex SHA-256. */
  put(bytes: Buffer): string {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!this.memory.has(sha256)) {
      this.keep(sha256, bytes);
      const path = this.path(sha256);
      if (path !== undefined && !existsSync(path)) writeFileSync(path, bytes, { mode: 0o600 });
    }
    return sha256;
  }

  get(sha256: string): Buffer | undefined {
    const held = this.memory.get(sha256);
    if (held || !/^[0-9a-f]{64}$/.test(sha256)) return held;
    const path = this.path(sha256);
    if (path === undefined || !existsSync(path)) return undefined;
    const bytes = readFileSync(path);
    this.keep(sha256, bytes);
    return bytes;
  }

  private path(sha256: string): string | undefined {
    return this.folder === undefined ? undefined : join(this.folder, sha256);
  }

  private keep(sha256: string, bytes: Buffer): void {
    this.memory.set(sha256, bytes);
    this.held += bytes.length;
    for (const [oldest, old] of this.memory) {
      if (this.held <= MEMORY_LIMIT || oldest === sha256) return;
      this.memory.delete(oldest);
      this.held -= old.length;
    }
  }
}
