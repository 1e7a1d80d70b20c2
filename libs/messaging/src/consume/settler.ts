import type { JsMsg } from '@nats-io/jetstream';
import { RepeatedLog, type Logger, type Metrics } from '@skein/runtime';
import { payloadOf, ownerOf } from '../dead/dead-entry.js';
import type { DeadLetters } from '../dead/dead-letters.js';
import type { NatsLink } from '../link/nats-link.js';
import type { Settlement } from './settlement.js';

export interface SettlerParts {
  link: NatsLink;
  letters: DeadLetters;
  logger: Logger;
  service: string;
  durable: string;
  metrics?: Metrics;
}

/** What settling needs to know of a message. */
export interface Delivered {
  message: JsMsg;
  epoch: number;
}

/** A nak without delay redelivers at once and spins, and so does one with a fraction of a millisecond; this is the least. */
const MIN_NAK_MS = 50;
/** Milliseconds before a message is tried again whose dead letter could not be stored. */
const DEAD_RETRY_MS = 5000;

/**
 * Tells JetStream what became of a message. Says nothing about a message delivered over an earlier connection: after
 * a wipe its number may belong to another message. It is then delivered again, and handlers are idempotent.
 */
export class Settler {
  private readonly repeated: RepeatedLog;

  constructor(private readonly parts: SettlerParts) {
    this.repeated = new RepeatedLog(parts.logger);
  }

  async settle(delivered: Delivered, settlement: Settlement): Promise<void> {
    this.count(settlement.kind);
    if (settlement.kind === 'dead') return this.bury(delivered, settlement.reason);
    if (!this.isCurrent(delivered)) return;
    if (settlement.kind === 'done') delivered.message.ack();
    else delivered.message.nak(Math.max(Math.round(settlement.delayMs), MIN_NAK_MS));
  }

  /** Keeps a message for as long again as its ack wait. */
  working(delivered: Delivered): void {
    if (this.isCurrent(delivered)) delivered.message.working();
  }

  /** The dead letter is stored first: a message must not vanish between the two. */
  private async bury(delivered: Delivered, reason: string): Promise<void> {
    const { message } = delivered;
    const { service, letters, durable } = this.parts;
    const { stream, streamSequence: seq, deliveryCount: deliveries } = message.info;
    try {
      await letters.store(ownerOf(message.subject), {
        at: new Date().toISOString(),
        service,
        reason,
        subject: message.subject,
        ...payloadOf(message.data),
        source: { stream, seq, deliveries },
      });
      if (this.isCurrent(delivered)) message.term('dead letter stored');
      this.repeated.warn(
        `dead:${durable}`,
        { durable, seq, subject: message.subject, reason },
        'a message is dead',
      );
    } catch (error) {
      this.repeated.error('bury', { err: error, durable, seq }, 'a dead letter could not be stored');
      if (this.isCurrent(delivered)) message.nak(DEAD_RETRY_MS);
    }
  }

  private isCurrent(delivered: Delivered): boolean {
    return this.parts.link.up && this.parts.link.epoch === delivered.epoch;
  }

  private count(outcome: string): void {
    const { durable, metrics } = this.parts;
    metrics
      ?.counter('skein_messages_settled_total', 'Broker messages by what became of them.', [
        'durable',
        'outcome',
      ])
      .inc({ durable, outcome });
  }
}
