import type { TurnRoom } from '@skein/persistence';

/**
 * The turns that this process runs at once, and how many of them an agent may have: always fewer than are free. One agent alone gets
 * half of the places, two a third each; so however many agents hang, the next one finds a place (Choudhury and Hahne, Dynamic queue
 * length thresholds for shared-memory packet switches, 1998).
 */
export class Places implements TurnRoom {
  readonly running = new Map<string, number>();
  private taken = 0;
  /** Threads of agents that had no place, in the order in which they were looked at. */
  private readonly parked = new Map<string, Set<string>>();

  constructor(private readonly total: number) {}

  get free(): number {
    return this.total - this.taken;
  }

  take(agent: string): void {
    this.taken += 1;
    this.running.set(agent, (this.running.get(agent) ?? 0) + 1);
  }

  give(agent: string): void {
    const left = (this.running.get(agent) ?? 0) - 1;
    this.taken -= 1;
    if (left > 0) this.running.set(agent, left);
    else this.running.delete(agent);
  }

  /** Keeps a thread until its agent has a place. */
  park(agent: string, threadId: string): void {
    const threads = this.parked.get(agent);
    if (threads === undefined) this.parked.set(agent, new Set([threadId]));
    else threads.add(threadId);
  }

  /** Takes out the threads that have a place by now. */
  unpark(): string[] {
    return [...this.parked].flatMap(([agent, threads]) => {
      const room = Math.max(0, this.free - (this.running.get(agent) ?? 0));
      const next = [...threads].slice(0, room);
      for (const id of next) threads.delete(id);
      if (threads.size === 0) this.parked.delete(agent);
      return next;
    });
  }
}
