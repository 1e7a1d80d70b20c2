/**
 * Threads that are looked at again soon, each a limited number of times in a row: what is not done by then is left to the sweeper.
 */
export class LookAgain {
  /** Looks so far at each thread that is still waited for. */
  private readonly looks = new Map<string, number>();
  private readonly due = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pauseMs: number,
    private readonly maxLooks: number,
    private readonly look: (threadIds: string[]) => void,
  ) {}

  /** Looks at these once more after at most the pause; one that is waited for already is not looked at more often. */
  at(threadIds: string[]): void {
    for (const id of threadIds) {
      const looks = (this.looks.get(id) ?? 0) + 1;
      if (looks > this.maxLooks) {
        this.looks.delete(id);
      } else {
        this.looks.set(id, looks);
        this.due.add(id);
      }
    }
    if (this.due.size > 0) this.timer ??= setTimeout(() => this.fire(), this.pauseMs);
  }

  /** These are waited for no longer. */
  forget(threadIds: string[]): void {
    for (const id of threadIds) {
      this.looks.delete(id);
      this.due.delete(id);
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.due.clear();
  }

  private fire(): void {
    this.timer = undefined;
    const ids = [...this.due];
    this.due.clear();
    if (ids.length > 0) this.look(ids);
  }
}
