/**
 * A bucket that holds at most `capacity` tokens and regains `perSecond` of them, on real time.
 * Plain fields and no timer, because one lives per (number, person) pair.
 */
export class TokenBucket {
  private tokens: number;
  private at: number;

  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
    now: number,
  ) {
    this.tokens = capacity;
    this.at = now;
  }

  /** Takes one token if there is one. */
  take(now: number): boolean {
    this.refill(now);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Takes one token even when none is left, down to a debt of one full bucket: traffic that cannot be refused counts. */
  charge(now: number): void {
    this.refill(now);
    this.tokens = Math.max(-this.capacity, this.tokens - 1);
  }

  /** True when nothing is known any more that a fresh bucket would not know. */
  isFull(now: number): boolean {
    this.refill(now);
    return this.tokens >= this.capacity;
  }

  private refill(now: number): void {
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
  }
}
