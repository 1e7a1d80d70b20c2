import type { Timers } from './timers.js';

/**
 * `away`: nobody answers, everything waits. `refused`: this batch alone was not taken, it is tried again and others may
 * pass it. `rejected`: it will never be taken.
 */
export type DeliveryOutcome = 'done' | 'refused' | 'away' | 'rejected';

export interface OutboxOptions<T> {
  deliver(items: T[]): Promise<DeliveryOutcome>;
  timers: Timers;
  /** How long an item waits for company; one stage later means one linger later. */
  lingerMs: number;
  batchSize: number;
  /** Batches under way at once; ordered items never overlap each other. */
  parallel: number;
}

export interface PushOptions {
  /** Lingers to wait: 0 goes with the next batch, 1 with the one after it. */
  stage?: number;
  /** Items whose order matters go one batch at a time. */
  ordered?: boolean;
}

interface Batch<T> {
  seq: number;
  items: T[];
  ordered: boolean;
  attempts: number;
  bornAt: number;
  dueAt: number;
}

interface Staged<T> {
  item: T;
  ordered: boolean;
}

/** Platforms keep trying for hours or days; half an hour is longer than any test and still bounded. */
const GIVE_UP_AFTER_MS = 30 * 60 * 1000;
const AWAY_BACKOFF_MS = { first: 250, most: 5_000 };
const REFUSED_BACKOFF_MS = { first: 1_000, most: 60_000 };
/** Items waiting at most; beyond it the oldest are dropped and counted. */
const WAITING_LIMIT = 100_000;

/**
 * What a platform does with events for a receiver: collects them for a moment, sends them in batches, repeats what was not
 * taken with growing pauses. While the receiver is away the queue stands still and keeps its order.
 */
export class Outbox<T> {
  private stages: Staged<T>[][] = [];
  private ordered: T[] = [];
  private loose: T[] = [];
  private retries: Batch<T>[] = [];
  private ticking = false;
  private inFlight = 0;
  private orderedInFlight = false;
  private awayCount = 0;
  private pausedUntil = 0;
  private nextSeq = 1;
  private generation = 0;
  private cancelWake: () => void = () => undefined;
  readonly counts = { delivered: 0, refused: 0, away: 0, rejected: 0, dropped: 0 };

  constructor(private readonly options: OutboxOptions<T>) {}

  push(item: T, { stage = 0, ordered = true }: PushOptions = {}): void {
    (this.stages[stage] ??= []).push({ item, ordered });
    if (this.ticking) return;
    this.ticking = true;
    this.options.timers.after(this.options.lingerMs, () => this.tick());
  }

  /** Items not yet taken by the receiver. */
  get waiting(): number {
    const staged = this.stages.reduce((sum, stage) => sum + (stage?.length ?? 0), 0);
    return (
      staged +
      this.ordered.length +
      this.loose.length +
      this.retries.reduce((sum, each) => sum + each.items.length, 0)
    );
  }

  /** Forgets everything that waits; what is under way may still arrive. */
  clear(): void {
    this.generation += 1;
    this.stages = [];
    this.ordered = [];
    this.loose = [];
    this.retries = [];
    this.awayCount = 0;
    this.pausedUntil = 0;
  }

  private tick(): void {
    for (const { item, ordered } of this.stages.shift() ?? [])
      (ordered ? this.ordered : this.loose).push(item);
    this.trim(this.ordered);
    this.trim(this.loose);
    this.ticking = this.stages.length > 0;
    if (this.ticking) this.options.timers.after(this.options.lingerMs, () => this.tick());
    this.pump();
  }

  private trim(queue: T[]): void {
    const excess = queue.length - WAITING_LIMIT;
    if (excess <= 0) return;
    queue.splice(0, excess);
    this.counts.dropped += excess;
  }

  private pump(): void {
    for (let batch = this.nextBatch(); batch; batch = this.nextBatch()) void this.attempt(batch);
    this.scheduleWake();
  }

  private nextBatch(): Batch<T> | undefined {
    const now = Date.now();
    const limit = this.awayCount > 0 ? 1 : this.options.parallel;
    if (now < this.pausedUntil || this.inFlight >= limit) return undefined;
    const retry = this.retries.findIndex(
      (each) => each.dueAt <= now && !(each.ordered && this.orderedInFlight),
    );
    if (retry >= 0) return this.retries.splice(retry, 1)[0];
    const size = this.options.batchSize;
    if (this.ordered.length > 0 && !this.orderedInFlight) {
      const items = this.ordered.splice(0, size);
      return this.batch(items.concat(this.loose.splice(0, size - items.length)), true, now);
    }
    const worthwhile = this.loose.length >= size || (this.loose.length > 0 && this.inFlight === 0);
    return worthwhile ? this.batch(this.loose.splice(0, size), false, now) : undefined;
  }

  private batch(items: T[], ordered: boolean, now: number): Batch<T> {
    this.nextSeq += 1;
    return { seq: this.nextSeq, items, ordered, attempts: 0, bornAt: now, dueAt: now };
  }

  private async attempt(batch: Batch<T>): Promise<void> {
    const { generation } = this;
    this.inFlight += 1;
    if (batch.ordered) this.orderedInFlight = true;
    const outcome = await this.options.deliver(batch.items).catch((): DeliveryOutcome => 'away');
    this.inFlight -= 1;
    if (batch.ordered) this.orderedInFlight = false;
    if (generation === this.generation) this.settle(batch, outcome);
    this.pump();
  }

  private settle(batch: Batch<T>, outcome: DeliveryOutcome): void {
    const now = Date.now();
    this.awayCount = outcome === 'away' ? this.awayCount + 1 : 0;
    if (outcome === 'done') {
      this.counts.delivered += batch.items.length;
      return;
    }
    this.counts[outcome] += 1;
    if (outcome === 'rejected') return;
    if (now - batch.bornAt > GIVE_UP_AFTER_MS) {
      this.counts.dropped += batch.items.length;
      return;
    }
    batch.attempts += 1;
    if (outcome === 'away') this.pausedUntil = now + backoff(AWAY_BACKOFF_MS, this.awayCount);
    batch.dueAt = outcome === 'away' ? now : now + backoff(REFUSED_BACKOFF_MS, batch.attempts);
    this.retries.push(batch);
    this.retries.sort((one, other) => one.seq - other.seq);
  }

  private scheduleWake(): void {
    this.cancelWake();
    const queued = this.ordered.length + this.loose.length > 0;
    if (!queued && this.retries.length === 0) return;
    const now = Date.now();
    const due = queued ? now : Math.min(...this.retries.map((each) => each.dueAt));
    const at = Math.max(due, this.pausedUntil);
    // Whatever is due now waits for a call under way, which pumps again when it ends. Without one it became due since the last look.
    if (at > now || this.inFlight === 0)
      this.cancelWake = this.options.timers.after(Math.max(1, at - now), () => this.pump());
  }
}

function backoff({ first, most }: { first: number; most: number }, attempt: number): number {
  return Math.min(most, first * 2 ** Math.min(attempt - 1, 16));
}
