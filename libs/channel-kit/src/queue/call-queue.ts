import type { NextCall } from '@skein/persistence';

export interface QueueLimits {
  /** Ids held in all, and of one channel. */
  total: number;
  perChannel: number;
}

interface ChannelLine {
  waiting: string[];
  /** Epoch ms before which nothing of the channel is taken. */
  notBefore: number;
}

/**
 * Ids of calls that wait to be claimed: bounded, without doubles, fair between channels. It is a memory of hints; every id also has a
 * `wake_at` in the database, so what does not fit is simply left to the sweeper.
 */
export class CallQueue {
  private readonly lines = new Map<string, ChannelLine>();
  private readonly held = new Set<string>();
  /** Ids being claimed now, and whether they were rung again meanwhile. */
  private readonly claiming = new Map<string, boolean>();

  constructor(private readonly limits: QueueLimits) {}

  get size(): number {
    return this.held.size;
  }

  /** Adds an id; false when there is no room. An id being claimed is remembered and comes back if the claim did not take it. */
  add({ id, channelId }: NextCall): boolean {
    if (this.claiming.has(id)) {
      this.claiming.set(id, true);
      return true;
    }
    if (this.held.has(id)) return true;
    const line = this.lineOf(channelId);
    if (this.held.size >= this.limits.total || line.waiting.length >= this.limits.perChannel) return false;
    line.waiting.push(id);
    this.held.add(id);
    return true;
  }

  /**
   * Takes up to `max` ids, one of each channel in turn. `room` says how many more a channel may have under way. The channel served first
   * stands last the next time.
   */
  take(max: number, room: (channelId: string) => number, now = Date.now()): NextCall[] {
    const open = [...this.lines].filter(([, line]) => line.waiting.length > 0 && line.notBefore <= now);
    const shares = open.map(([channelId, line]) => ({ channelId, line, left: room(channelId), count: 0 }));
    let total = 0;
    for (let moved = true; moved && total < max;) {
      moved = false;
      for (const share of shares) {
        if (total >= max || share.left <= 0 || share.count >= share.line.waiting.length) continue;
        share.count += 1;
        share.left -= 1;
        total += 1;
        moved = true;
      }
    }
    return shares.flatMap((share) => this.takeFrom(share.channelId, share.line, share.count));
  }

  /** Ends the claim of ids. Those rung meanwhile and not claimed wait again. */
  release(calls: readonly NextCall[], claimed: ReadonlySet<string>): void {
    for (const call of calls) {
      const again = this.claiming.get(call.id) === true;
      this.claiming.delete(call.id);
      if (again && !claimed.has(call.id)) this.add(call);
    }
  }

  /** Puts ids back in front: their channel had no token, or the database was away. */
  putBack(calls: readonly NextCall[]): void {
    for (const call of [...calls].reverse()) {
      this.claiming.delete(call.id);
      if (this.held.has(call.id)) continue;
      this.lineOf(call.channelId).waiting.unshift(call.id);
      this.held.add(call.id);
    }
  }

  /** Nothing of the channel is taken for `ms`. */
  pause(channelId: string, ms: number, now = Date.now()): void {
    const line = this.lineOf(channelId);
    line.notBefore = Math.max(line.notBefore, now + ms);
  }

  /** Ms until a waiting channel may be served; undefined when none waits. */
  nextInMs(now = Date.now()): number | undefined {
    const times = [...this.lines.values()]
      .filter((line) => line.waiting.length > 0)
      .map((line) => line.notBefore - now);
    return times.length === 0 ? undefined : Math.max(0, Math.min(...times));
  }

  /** Channels with at least this many ids waiting. */
  busy(atLeast: number): string[] {
    return [...this.lines]
      .filter(([, line]) => line.waiting.length >= atLeast)
      .map(([channelId]) => channelId);
  }

  private takeFrom(channelId: string, line: ChannelLine, count: number): NextCall[] {
    if (count === 0) return [];
    const ids = line.waiting.splice(0, count);
    this.lines.delete(channelId);
    if (line.waiting.length > 0 || line.notBefore > Date.now()) this.lines.set(channelId, line);
    for (const id of ids) {
      this.held.delete(id);
      this.claiming.set(id, false);
    }
    return ids.map((id) => ({ id, channelId }));
  }

  private lineOf(channelId: string): ChannelLine {
    const found = this.lines.get(channelId);
    if (found) return found;
    const line: ChannelLine = { waiting: [], notBefore: 0 };
    this.lines.set(channelId, line);
    return line;
  }
}
