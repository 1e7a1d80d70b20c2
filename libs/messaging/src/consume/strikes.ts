/** Failures of its own after which an item is dead. */
const MAX_STRIKES = 3;
/** Deliveries at which a failing item is dead even if this process has not seen its other failures. */
const MAX_FAILED_DELIVERIES = 8;
/** Deliveries after which an item is not tried again: nothing was ever heard of it, so it probably kills its process. */
const MAX_SILENT_DELIVERIES = 12;
/** Items remembered; the oldest is forgotten, and the server's count of deliveries still ends it. */
const MAX_REMEMBERED = 10_000;

/** Counts the failures of single items. Deliveries are counted by the server and survive restarts of this process. */
export class Strikes {
  private readonly counts = new Map<number, number>();

  /** Counts a failure of an item handled alone. True when it is now dead. */
  strike(seq: number, deliveries: number): boolean {
    const count = (this.counts.get(seq) ?? 0) + 1;
    this.counts.delete(seq);
    this.counts.set(seq, count);
    if (this.counts.size > MAX_REMEMBERED) {
      const oldest = this.counts.keys().next();
      if (!oldest.done) this.counts.delete(oldest.value);
    }
    return count >= MAX_STRIKES || deliveries >= MAX_FAILED_DELIVERIES;
  }

  /** True when an item arrives so often that it must not be tried again. */
  isHopeless(deliveries: number): boolean {
    return deliveries > MAX_SILENT_DELIVERIES;
  }

  forget(seq: number): void {
    this.counts.delete(seq);
  }
}
