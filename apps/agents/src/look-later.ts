/** Threads that are looked at once at a time of their own; the last time that was said counts. */
export class LookLater {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly look: (threadId: string) => void) {}

  /** @param waitMs from now */
  at(threadId: string, waitMs: number): void {
    clearTimeout(this.timers.get(threadId));
    const timer = setTimeout(() => {
      this.timers.delete(threadId);
      this.look(threadId);
    }, waitMs);
    this.timers.set(threadId, timer);
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}
