import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isObject } from './json.js';
import type { JsonObject } from './json.js';
import type { Timers } from './timers.js';

const QUIET_MS = 500;
/** A write may cost this share of the time between two writes, so that a benchmark does not pay for the snapshot. */
const SHARE = 20;

/** Keeps the sandbox's state in one file, written shortly after changes and once more at the stop. */
export class SnapshotFile {
  private dirty = false;
  private scheduled = false;
  private writing: Promise<void> = Promise.resolve();
  private lastCostMs = 0;

  /** @param path undefined keeps nothing. */
  constructor(
    private readonly path: string | undefined,
    private readonly timers: Timers,
    private readonly collect: () => JsonObject,
  ) {}

  /** The saved state, or undefined when there is none or it cannot be read. */
  load(): JsonObject | undefined {
    if (this.path === undefined) return undefined;
    try {
      const saved: unknown = JSON.parse(readFileSync(this.path, 'utf8'));
      return isObject(saved) ? saved : undefined;
    } catch {
      // No file, or one torn by a crash: the sandbox starts empty, which is a valid state of it.
      return undefined;
    }
  }

  changed(): void {
    this.dirty = true;
    if (this.scheduled || this.path === undefined) return;
    this.scheduled = true;
    this.timers.after(Math.max(QUIET_MS, this.lastCostMs * SHARE), () => {
      this.scheduled = false;
      this.writing = this.writing.then(() => this.write());
    });
  }

  /** Writes what is not yet written, synchronously, because the process may be about to end. */
  async stop(): Promise<void> {
    await this.writing;
    if (this.path === undefined || !this.dirty) return;
    mkdirSync(dirname(this.path), { recursive: true });
    const temporary = `${this.path}.new`;
    writeFileSync(temporary, JSON.stringify(this.collect()), { mode: 0o600 });
    renameSync(temporary, this.path);
  }

  private async write(): Promise<void> {
    if (this.path === undefined || !this.dirty) return;
    this.dirty = false;
    const startedAt = performance.now();
    const text = JSON.stringify(this.collect());
    this.lastCostMs = performance.now() - startedAt;
    const temporary = `${this.path}.new`;
    try {
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, this.path);
    } catch {
      // A full disk or a folder that is being removed must not stop the provider side; the next change tries again.
      this.dirty = true;
    }
  }
}
