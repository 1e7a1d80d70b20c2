import type { InboundEvent } from '@skein/contracts';

/** What a dispatch brought, in its place in the session. */
export interface Arrival {
  sequence: number;
  /** A function is asked when its turn comes. */
  events: InboundEvent[] | (() => Promise<InboundEvent[]>);
  /** What may be done once they are durable. */
  afterwards?: () => void;
}

export interface BacklogParts {
  /** Resolves when the events are durable. */
  accept(events: InboundEvent[]): Promise<void>;
  /** Everything up to this sequence number is durable. */
  onDurable(sequence: number): void;
  /** An event is bad in itself; the rest goes on. */
  onLost(error: unknown): void;
  /** Something could not be stored, or too much waits: what is not durable must be told again. */
  onTrouble(error: unknown): void;
}

/** Events stored with one statement at most. */
const BATCH = 100;
/** Dispatches that may wait while the database is slow; Discord keeps more for us than memory should. */
const LIMIT = 5_000;

/**
 * Stores what a session brings, in its order and one batch after the other. A session's sequence number moves on only when what it
 * stands for is durable, so that a resume brings again whatever was lost on the way.
 */
export class Backlog {
  private waiting: Arrival[] = [];
  private work: Promise<void> = Promise.resolve();
  private isWorking = false;
  private isClosed = false;

  constructor(private readonly parts: BacklogParts) {}

  push(arrival: Arrival): void {
    if (this.isClosed) return;
    if (this.waiting.length >= LIMIT) return this.fail(new Error('too many dispatches wait to be stored'));
    this.waiting.push(arrival);
    if (this.isWorking) return;
    this.isWorking = true;
    this.work = this.drain();
  }

  /** Takes nothing more. Resolves when what had come is stored, or given up. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.work;
  }

  private async drain(): Promise<void> {
    try {
      while (this.waiting.length > 0) await this.next();
    } catch (error) {
      this.fail(error);
    } finally {
      this.isWorking = false;
    }
  }

  private async next(): Promise<void> {
    const [first, ...rest] = this.waiting;
    const asked = first !== undefined && typeof first.events === 'function';
    const more = rest.findIndex(({ events }) => typeof events === 'function');
    const count = asked ? 1 : Math.min(BATCH, (more < 0 ? rest.length : more) + 1);
    const batch = this.waiting.splice(0, count);
    const events: InboundEvent[] = [];
    for (const arrival of batch)
      events.push(...(typeof arrival.events === 'function' ? await arrival.events() : arrival.events));
    if (events.length > 0) await this.store(events);
    const last = batch.at(-1);
    if (last) this.parts.onDurable(last.sequence);
    for (const { afterwards } of batch) afterwards?.();
  }

  /** One event that can never be stored must not keep the others from it: what fails is tried alone. */
  private async store(events: InboundEvent[]): Promise<void> {
    try {
      await this.parts.accept(events);
    } catch (error) {
      if (events.length === 1 && events[0]) return this.storeAlone(events[0], error);
      for (const event of events) await this.store([event]);
    }
  }

  /** If nothing else can be stored either, the database is away. Otherwise it is the event, and a note takes its place. */
  private async storeAlone(event: InboundEvent, error: unknown): Promise<void> {
    const { eventId, at } = event;
    const note = {
      type: 'unsupported',
      eventId: `${eventId}:unread`,
      at,
      what: 'an event that cannot be stored',
    } as const;
    await this.parts.accept([note]);
    await this.parts.accept([event]).catch(() => this.parts.onLost(error));
  }

  private fail(error: unknown): void {
    this.isClosed = true;
    this.waiting = [];
    this.parts.onTrouble(error);
  }
}
