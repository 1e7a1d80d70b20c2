interface Open {
  controller: AbortController;
  at: number;
}

/** Largest lateness of an abort in ms. */
const TICK_MS = 100;

/** Time limits of many calls, all equally long, on one timer: at 2,000 calls a second a timer each would be a cost of its own. */
export class Deadlines {
  private readonly open = new Set<Open>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly ms: number) {}

  /** Starts a limit. `close` must be called when the work is over. */
  start(): { signal: AbortSignal; close: () => void } {
    const entry = { controller: new AbortController(), at: Date.now() + this.ms };
    this.open.add(entry);
    this.timer ??= setInterval(() => this.tick(), Math.min(TICK_MS, this.ms));
    return { signal: entry.controller.signal, close: () => this.close(entry) };
  }

  private close(entry: Open): void {
    this.open.delete(entry);
    if (this.open.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** The set keeps the order of starting, which is the order of ending. */
  private tick(): void {
    const now = Date.now();
    for (const entry of [...this.open]) {
      if (entry.at > now) return;
      this.close(entry);
      entry.controller.abort(Object.assign(new Error('the call took too long'), { name: 'TimeoutError' }));
    }
  }
}
