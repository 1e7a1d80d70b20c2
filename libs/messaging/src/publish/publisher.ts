import { createHash } from 'node:crypto';
import { subjects } from '@skein/contracts';
import { RepeatedLog, type Logger, type Metrics } from '@skein/runtime';
import { isMissing, isRefusedPublish, NatsAwayError } from '../link/broker-errors.js';
import type { NatsLink } from '../link/nats-link.js';
import type { Provisioner } from '../streams/provisioner.js';
import { Doorbells, type Doorbell } from './doorbells.js';
import { splitItems } from './split.js';

export interface PublisherParts {
  link: NatsLink;
  provisioner: Provisioner;
  logger: Logger;
  metrics?: Metrics;
}

/** Doorbells waiting for their PubAck at once; more are dropped, because whoever sweeps the rows rings again. */
const MAX_RINGING = 2000;
/** Bytes of facts waiting for their PubAck at once, so that an outage cannot fill the memory. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const ACK_TIMEOUT_MS = 5000;
/** Milliseconds over which a fact is tried again before its caller hears of the failure. */
const SURE_MS = 15_000;
const RETRY_MS = 100;

/** Publishes doorbells (hints) and facts. */
export class Publisher {
  private readonly doorbells: Doorbells;
  private readonly repeated: RepeatedLog;
  private ringing = 0;
  private waitingBytes = 0;

  constructor(private readonly parts: PublisherParts) {
    this.repeated = new RepeatedLog(parts.logger);
    this.doorbells = new Doorbells((subject, json) => this.ringNow(subject, json));
  }

  /**
   * Rings a doorbell: "rows with these ids want attention". Merged with others of the same subject within about 2 ms,
   * unless it has a `msgId`. Never rejects: the row's `wake_at` is the promise, this only makes it quick.
   *
   * @returns whether JetStream stored it.
   */
  ring(subject: string, bell: Doorbell, options: { msgId?: string } = {}): Promise<boolean> {
    if (!this.parts.link.up) return this.dropped('away');
    if (options.msgId !== undefined) return this.ringNow(subject, JSON.stringify(bell), options.msgId);
    return this.doorbells.add(subject, bell);
  }

  /**
   * Publishes facts on `skein.event.<ws>.<type>` as arrays of at most 500 items and 512 KB, and waits until JetStream
   * has stored them, one after the other: together they could be more than may wait at once. Each array has a message id made from
   * the ids of its items, so a repeat within 2 minutes is dropped by the server.
   *
   * @throws NatsAwayError when NATS is away for longer than 15 s or too much is waiting; the client's error when the
   *   server refuses. A timeout means it may have been stored.
   */
  async publishEvents(ws: string, type: string, items: readonly { id: string }[]): Promise<void> {
    const subject = subjects.event(ws, type);
    let from = 0;
    for (const chunk of splitItems(items)) {
      const ids = items.slice(from, from + chunk.count).map((item) => item.id);
      from += chunk.count;
      await this.publishSurely(subject, chunk.json, idOf(ids));
    }
  }

  /**
   * Publishes one message and waits until JetStream has stored it, over reconnects and a wiped store.
   *
   * @throws as {@link publishEvents}
   */
  async publishSurely(subject: string, json: string, msgId: string): Promise<void> {
    const bytes = json.length;
    if (this.waitingBytes + bytes > MAX_WAITING_BYTES) {
      throw new NatsAwayError('too much is waiting for NATS already');
    }
    this.waitingBytes += bytes;
    try {
      await this.persist(subject, json, msgId);
    } finally {
      this.waitingBytes -= bytes;
    }
  }

  /** Rings what is gathered. For the end of a service, before its connection drains. */
  flush(): void {
    this.doorbells.flush();
  }

  private async persist(subject: string, json: string, msgId: string): Promise<void> {
    const deadline = Date.now() + SURE_MS;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.publish(subject, json, msgId);
      } catch (error) {
        if (isRefusedPublish(error) || Date.now() >= deadline) throw error;
        await this.mend(error, deadline - Date.now(), attempt);
      }
    }
  }

  /** A timeout is no failure: the message may be stored later, so it is repeated with the same id. */
  private async mend(error: unknown, msLeft: number, attempt: number): Promise<void> {
    await this.parts.link.whenUp(msLeft);
    if (isMissing(error)) await this.parts.provisioner.repair().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, Math.min(RETRY_MS * attempt, msLeft, 1000)));
  }

  private async ringNow(subject: string, json: string, msgId?: string): Promise<boolean> {
    if (!this.parts.link.up) return this.dropped('away');
    if (this.ringing >= MAX_RINGING) return this.dropped('full');
    this.ringing += 1;
    try {
      await this.publish(subject, json, msgId).catch((error: unknown) =>
        this.ringAgain(error, subject, json),
      );
      return true;
    } catch (error) {
      this.repeated.warn(
        `ring:${subject}`,
        { err: error, subject },
        'a doorbell was not rung; the sweeper will',
      );
      return this.dropped('refused');
    } finally {
      this.ringing -= 1;
    }
  }

  /** Only a missing stream is worth a second try: it is put back at once and nothing was stored. */
  private async ringAgain(error: unknown, subject: string, json: string): Promise<void> {
    if (!isMissing(error)) throw error;
    await this.parts.provisioner.repair();
    await this.publish(subject, json);
  }

  private async publish(subject: string, json: string, msgId?: string): Promise<void> {
    const options = { timeout: ACK_TIMEOUT_MS, ...(msgId === undefined ? {} : { msgID: msgId }) };
    await this.parts.link.js.publish(subject, json, options);
  }

  private dropped(reason: string): Promise<false> {
    this.parts.metrics
      ?.counter('skein_doorbells_dropped_total', 'Doorbells that were not rung.', ['reason'])
      .inc({ reason });
    return Promise.resolve(false);
  }
}

function idOf(ids: string[]): string {
  return createHash('sha256').update(ids.join('\n')).digest('base64url').slice(0, 32);
}
