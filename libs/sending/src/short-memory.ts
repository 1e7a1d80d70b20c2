interface Entry<T> {
  value: Promise<T>;
  at: number;
}

/**
 * Remembers answers for a short time. Concurrent askers share one question, "there is none" is remembered too, and failures are
 * not. Bounded, so that strangers asking for what does not exist cannot fill the memory.
 */
export class ShortMemory<T> {
  private readonly entries = new Map<string, Entry<T>>();

  constructor(private readonly limits: { ms: number; entries: number }) {}

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const found = this.entries.get(key);
    if (found !== undefined && Date.now() - found.at < this.limits.ms) return found.value;
    const value = ask();
    value.catch(() => this.entries.delete(key));
    if (this.entries.size >= this.limits.entries) this.entries.clear();
    this.entries.set(key, { value, at: Date.now() });
    return value;
  }

  forget(key: string): void {
    this.entries.delete(key);
  }
}
