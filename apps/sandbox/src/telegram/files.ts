import { createHash } from 'node:crypto';
import type { World } from '../core/kind.js';

export interface StoredFile {
  fileId: string;
  uniqueId: string;
  /** As `getFile` tells it, such as `documents/file_7.pdf`. */
  path: string;
  mimeType: string;
  filename: string;
  sha256: string;
  size: number;
}

/** Files by their id; the bytes are in the blob store. */
export class FileShelf {
  private readonly stored = new Map<string, StoredFile>();
  /** Starting from the clock keeps ids apart over restarts. */
  private next = Date.now();

  constructor(private readonly world: World) {}

  /** @param folder what the path starts with: `photos`, `documents` … */
  add(folder: string, bytes: Buffer, mimeType: string, filename: string): StoredFile {
    this.next += 1;
    const sha256 = this.world.blobs.put(bytes);
    const ending = /\.[A-Za-z0-9]{1,8}$/.exec(filename)?.[0] ?? '';
    const file: StoredFile = {
      fileId: `AgAC${createHash('sha256').update(`${this.next}:${sha256}`).digest('base64url')}`,
      uniqueId: `AQAD${sha256.slice(0, 12)}`,
      path: `${folder}/file_${this.next}${ending}`,
      mimeType,
      filename,
      sha256,
      size: bytes.length,
    };
    this.stored.set(file.fileId, file);
    this.world.changed();
    return file;
  }

  get(fileId: string): StoredFile | undefined {
    return this.stored.get(fileId);
  }

  at(path: string): StoredFile | undefined {
    return [...this.stored.values()].find((file) => file.path === path);
  }

  bytes(file: StoredFile): Buffer | undefined {
    return this.world.blobs.get(file.sha256);
  }

  snapshot(): unknown {
    return [...this.stored.values()];
  }

  restore(saved: unknown): void {
    for (const file of (saved ?? []) as StoredFile[]) this.stored.set(file.fileId, file);
  }

  clear(): void {
    this.stored.clear();
  }
}
