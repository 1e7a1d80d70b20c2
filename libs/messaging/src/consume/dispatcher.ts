import type { JsMsg } from '@nats-io/jetstream';
import { RepeatedLog, within, type Logger } from '@skein/runtime';
import { messageOf } from '../link/broker-errors.js';
import { Pause } from '../link/pause.js';
import { decodePayload } from './decode.js';
import type { Sink } from './durable-reader.js';
import { isSuspect, MAX_BATCH_WEIGHT, takeBatch, type Held } from './held-message.js';
import type { PayloadClass } from './payloads.js';
import { dead, retry, settlementsOf, type Item, type Settlement } from './settlement.js';
import type { Settler } from './settler.js';
import { Strikes } from './strikes.js';
import { isTransient } from './transient.js';
import { weightOf } from './weight.js';

export interface DispatcherParts {
  durable: string;
  /** Calls the handler with a batch; resolves to what it returned, rejects with what it threw. */
  handle(items: Item[]): Promise<unknown>;
  /** The class for the payload of a subject with these tokens. */
  payloadClass(tokens: string[]): PayloadClass | undefined;
  settler: Settler;
  logger: Logger;
  /** The connection epoch now. */
  epoch(): number;
  ackWaitMs: number;
  /** Batches handled at once. */
  concurrency: number;
}

/** What one service holds of one durable at most, waiting and under way, before it pulls no more. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;
const MAX_HELD_WEIGHT = 2 * MAX_BATCH_WEIGHT;
/** Milliseconds after which a handler that has not returned loses its hold: it hangs, and others should try. */
const MAX_HOLD_MS = 5 * 60_000;
/** Milliseconds between tries while something a handler needs is away. */
const AWAY_MS = 500;
const MAX_AWAY_MS = 5000;
/** Milliseconds before a failed batch comes back. */
const FAILED_MS = 500;
const STOPPED_MS = 100;

/**
 * Forms batches of what a reader pulls, calls the handler of each, and settles every message by what came of it.
 * Its own semaphore: JetStream hands out more than a service can work on.
 */
export class Dispatcher implements Sink {
  private readonly queue: Held[] = [];
  private readonly running = new Map<Promise<void>, { batch: Held[]; since: number }>();
  private readonly strikes = new Strikes();
  private readonly pause = new Pause();
  private readonly repeated: RepeatedLog;
  private readonly heartbeat: NodeJS.Timeout;
  private stopped = false;
  private heldBytes = 0;
  private heldWeight = 0;
  private wakeReader: (() => void) | undefined;

  constructor(private readonly parts: DispatcherParts) {
    this.repeated = new RepeatedLog(parts.logger);
    // Three signs of life within the ack wait: one may be lost.
    this.heartbeat = setInterval(() => this.keepAlive(), parts.ackWaitMs / 3);
  }

  async room(): Promise<void> {
    while (!this.stopped && (this.heldBytes >= MAX_HELD_BYTES || this.heldWeight >= MAX_HELD_WEIGHT)) {
      await new Promise<void>((resolve) => (this.wakeReader = resolve));
    }
  }

  accept(message: JsMsg): void {
    const delivered = { message, epoch: this.parts.epoch() };
    const refuse = (reason: string) => void this.parts.settler.settle(delivered, dead(reason));
    const { deliveryCount, streamSequence: seq } = message.info;
    if (this.stopped) return void this.parts.settler.settle(delivered, retry(STOPPED_MS));
    if (this.strikes.isHopeless(deliveryCount))
      return refuse(`delivered ${deliveryCount} times without an outcome`);
    const tokens = message.subject.split('.');
    const decoded = decodePayload(message.data, this.parts.payloadClass(tokens));
    if (!decoded.ok) return refuse(decoded.reason);
    const { data } = decoded;
    const item = { subject: message.subject, tokens, data, seq, redeliveries: deliveryCount - 1 };
    this.hold({ ...delivered, item, bytes: message.data.length, weight: weightOf(data) });
  }

  /** Ends what waits and gives what is under way `budgetMs` to finish; the rest is delivered again to others. */
  async stop(budgetMs: number): Promise<void> {
    this.stopped = true;
    this.pause.end();
    this.wakeReader?.();
    const waiting = this.queue.splice(0);
    await Promise.all(waiting.map((held) => this.release(held, retry(STOPPED_MS))));
    await within(budgetMs, 'the batches under way', Promise.allSettled(this.running.keys())).catch(
      () => undefined,
    );
    clearInterval(this.heartbeat);
    const unfinished = [...this.running.values()].flatMap((entry) => entry.batch);
    for (const held of unfinished) await this.parts.settler.settle(held, retry(STOPPED_MS));
  }

  private hold(held: Held): void {
    this.queue.push(held);
    this.heldBytes += held.bytes;
    this.heldWeight += held.weight;
    this.pump();
  }

  private pump(): void {
    while (!this.stopped && this.queue.length > 0 && this.running.size < this.parts.concurrency) {
      const batch = takeBatch(this.queue);
      const work: Promise<void> = this.run(batch).finally(() => {
        this.running.delete(work);
        this.pump();
      });
      this.running.set(work, { batch, since: Date.now() });
    }
  }

  private async run(batch: Held[]): Promise<void> {
    const settlements = await this.handle(batch);
    await Promise.all(batch.map((held, index) => this.release(held, settlements[index] ?? retry(FAILED_MS))));
  }

  /** Never rejects: every failure becomes a settlement. */
  private async handle(batch: Held[]): Promise<Settlement[]> {
    const items: Item[] = batch.map((held) => held.item);
    for (let attempt = 1; ; attempt++) {
      try {
        return settlementsOf(await this.parts.handle(items), batch.length);
      } catch (error) {
        if (!isTransient(error)) return this.failed(batch, error);
        if (this.stopped) return batch.map(() => retry(STOPPED_MS));
        this.repeated.warn(
          'away',
          { err: error, durable: this.parts.durable },
          'a handler waits for what is away',
        );
        this.renew(batch);
        await this.pause.for(Math.min(AWAY_MS * attempt, MAX_AWAY_MS) * (0.5 + Math.random()));
      }
    }
  }

  private failed(batch: Held[], error: unknown): Settlement[] {
    const { durable } = this.parts;
    this.repeated.error('failed', { err: error, durable, items: batch.length }, 'a handler failed');
    return batch.map((held) => {
      const { seq, redeliveries } = held.item;
      if (isSuspect(held) && this.strikes.strike(seq, redeliveries + 1)) return dead(messageOf(error));
      return retry(FAILED_MS * (redeliveries + 1) * (0.75 + Math.random() / 2));
    });
  }

  private async release(held: Held, settlement: Settlement): Promise<void> {
    if (settlement.kind !== 'retry') this.strikes.forget(held.item.seq);
    await this.parts.settler.settle(held, settlement);
    this.heldBytes -= held.bytes;
    this.heldWeight -= held.weight;
    this.wakeReader?.();
  }

  /** Waiting for something that is away is no hanging: the clock of the hold starts anew. */
  private renew(batch: Held[]): void {
    for (const entry of this.running.values()) if (entry.batch === batch) entry.since = Date.now();
  }

  private keepAlive(): void {
    for (const held of this.queue) this.parts.settler.working(held);
    for (const { batch, since } of this.running.values()) {
      if (Date.now() - since > MAX_HOLD_MS) {
        this.repeated.error('hangs', { durable: this.parts.durable, items: batch.length }, 'a handler hangs');
      } else {
        for (const held of batch) this.parts.settler.working(held);
      }
    }
  }
}
