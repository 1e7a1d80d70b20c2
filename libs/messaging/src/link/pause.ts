/** Waiting that can be ended early, for loops that must stop at once. */
export class Pause {
  private ended = false;
  private readonly waiting = new Set<() => void>();

  /** Resolves after `ms`, or at once when ended. */
  async for(ms: number): Promise<void> {
    if (this.ended) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
    });
  }

  /** Ends every wait under way and makes later ones return at once. */
  end(): void {
    this.ended = true;
    for (const done of [...this.waiting]) done();
  }
}
