/** Calls under way at once, in all and of one channel, from the claim to the settle. */
export class Slots {
  private readonly used = new Map<string, number>();
  private total = 0;
  private idle: (() => void)[] = [];

  constructor(private readonly limits: { total: number; perChannel: number }) {}

  get free(): number {
    return this.limits.total - this.total;
  }

  get inUse(): number {
    return this.total;
  }

  freeOf(channelId: string): number {
    return this.limits.perChannel - (this.used.get(channelId) ?? 0);
  }

  take(channelId: string): void {
    this.total += 1;
    this.used.set(channelId, (this.used.get(channelId) ?? 0) + 1);
  }

  release(channelId: string): void {
    this.total -= 1;
    const left = (this.used.get(channelId) ?? 0) - 1;
    if (left > 0) this.used.set(channelId, left);
    else this.used.delete(channelId);
    if (this.total === 0) for (const done of this.idle.splice(0)) done();
  }

  /** Resolves when nothing is under way. */
  whenIdle(): Promise<void> {
    return this.total === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }
}
