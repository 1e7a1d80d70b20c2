/** A token bucket per key; keys that are full again are forgotten. */
export class Buckets {
  private readonly used = new Map<string, { left: number; atMs: number }>();
  private forgotMs = 0;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
  ) {}

  /** Takes one token. @returns ms until there is one again; 0 when it was taken. */
  take(key: string, nowMs = Date.now()): number {
    const left = Math.min(this.burst, this.left(key, nowMs));
    if (left < 1) return Math.ceil(((1 - left) / this.perSecond) * 1000);
    this.used.set(key, { left: left - 1, atMs: nowMs });
    if (this.used.size > MAX_KEYS && nowMs - this.forgotMs > FORGET_MS) this.forget(nowMs);
    return 0;
  }

  private left(key: string, nowMs: number): number {
    const known = this.used.get(key);
    return known === undefined ? this.burst : known.left + ((nowMs - known.atMs) / 1000) * this.perSecond;
  }

  private forget(nowMs: number): void {
    this.forgotMs = nowMs;
    for (const key of this.used.keys()) if (this.left(key, nowMs) >= this.burst) this.used.delete(key);
  }
}

const MAX_KEYS = 10_000;
/** Looking through all keys is worth it this often, in ms. */
const FORGET_MS = 1000;

/** Counts what is open per key. */
export class Counts {
  private readonly open = new Map<string, number>();

  /** @returns whether one more may be opened; if so, `leave` must follow. */
  enter(key: string, max: number): boolean {
    const count = this.open.get(key) ?? 0;
    if (count >= max) return false;
    this.open.set(key, count + 1);
    return true;
  }

  leave(key: string): void {
    const count = (this.open.get(key) ?? 1) - 1;
    if (count > 0) this.open.set(key, count);
    else this.open.delete(key);
  }
}
