import { TOLERANCE_S } from './verify-signature.js';

/** Calls that are remembered at most. */
const MOST = 100_000;

/**
 * Remembers signed calls for as long as their stamp would be accepted. A repeated try of a turn has the id of the first and a stamp of
 * its own; only the very same call is a replay.
 */
export class Replays {
  private readonly seen = new Map<string, number>();

  /** True when the call was seen before; else it is remembered. */
  isReplay(id: string, timestamp: string, now: Date): boolean {
    this.forget(now.getTime());
    const call = `${id} ${timestamp}`;
    if (this.seen.has(call)) return true;
    this.seen.set(call, (Number(timestamp) + TOLERANCE_S) * 1000);
    return false;
  }

  /** Oldest first: stamps of the past leave, and the oldest make room. */
  private forget(now: number): void {
    for (const [call, until] of this.seen) {
      if (until >= now && this.seen.size < MOST) return;
      this.seen.delete(call);
    }
  }
}
