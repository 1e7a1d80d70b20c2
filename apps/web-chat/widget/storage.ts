/** What the browser keeps for one chat. A page without storage (private windows, sandboxed frames) works without it. */
export class Storage {
  constructor(private readonly prefix: string) {}

  get(name: string): string | undefined {
    try {
      return localStorage.getItem(this.prefix + name) ?? undefined;
    } catch {
      return undefined;
    }
  }

  set(name: string, value: string | undefined): void {
    try {
      if (value === undefined || value === '') localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, value);
    } catch {
      // Full or forbidden: the chat goes on, only a reload forgets.
    }
  }

  /** Takes over what another chat of this browser holds, where this one holds nothing. */
  adopt(other: Storage, names: readonly string[]): void {
    for (const name of names) {
      if (this.get(name) === undefined) this.set(name, other.get(name));
      other.set(name, undefined);
    }
  }

  list<Item>(name: string): Item[] {
    try {
      const value: unknown = JSON.parse(this.get(name) ?? '[]');
      return Array.isArray(value) ? (value as Item[]) : [];
    } catch {
      return [];
    }
  }
}
