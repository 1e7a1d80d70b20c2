/** At most so many at once; the others wait in their order. */
export class Window {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly size: number) {}

  /** Resolves to the function that gives the place back, or to undefined when the signal aborts first. */
  async enter(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.taken < this.size) {
      this.taken += 1;
      return this.leaver();
    }
    return new Promise((resolve) => {
      const give = (): void => {
        signal.removeEventListener('abort', cancel);
        resolve(this.leaver());
      };
      const cancel = (): void => {
        this.waiting.splice(this.waiting.indexOf(give), 1);
        resolve(undefined);
      };
      signal.addEventListener('abort', cancel, { once: true });
      this.waiting.push(give);
    });
  }

  /** A place goes to the next who waits, without ever being free. */
  private leaver(): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.waiting.shift();
      if (next) next();
      else this.taken -= 1;
    };
  }
}
