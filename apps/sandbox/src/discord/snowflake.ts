const EPOCH_MS = 1_420_070_400_000;

/** Ids that grow with time and never repeat, as the platform makes them. */
export class Snowflakes {
  private lastMs = 0;
  private count = 0;

  next(nowMs: number): string {
    const ms = Math.max(nowMs, this.lastMs);
    this.count = ms === this.lastMs ? this.count + 1 : 0;
    this.lastMs = ms;
    return ((BigInt(ms - EPOCH_MS) << 22n) + BigInt(this.count)).toString();
  }
}

/** True for what looks like an id. */
export function isSnowflake(text: string): boolean {
  return /^\d{17,20}$/.test(text);
}
