import type { JsMsg, JetStreamManager, StoredMsg } from '@nats-io/jetstream';
import type { Logger } from '@skein/runtime';
import { DurableReader } from '../consume/durable-reader.js';
import { isMissing } from '../link/broker-errors.js';
import type { NatsLink } from '../link/nats-link.js';
import type { DurableSpec } from '../streams/durables.js';
import type { Provisioner } from '../streams/provisioner.js';
import { MAX_DELIVERIES } from '../streams/streams.js';
import { payloadOf, ownerOf } from './dead-entry.js';
import type { DeadLetters } from './dead-letters.js';

/** What JetStream says of a message it gave up on (schema io.nats.jetstream.advisory.v1.max_deliver). */
interface MaxDeliveries {
  stream: string;
  consumer: string;
  stream_seq: number;
  deliveries: number;
}

const ADVISORIES: DurableSpec = {
  durable: 'advisories',
  stream: 'DEAD',
  filters: [MAX_DELIVERIES],
  maxAckPending: 100,
};

/** Streams in which a message has one reader, so that giving up on it is the end of it. */
const SINGLE_READER = new Set(['SEND', 'DELIVER', 'WORK']);
const RETRY_MS = 5000;

/**
 * Turns "maximum deliveries" advisories into dead letters. The last permitted delivery of a message whose process
 * died is otherwise stranded silently: it stays in its stream, is never delivered again, and nobody is told.
 * All services share one durable, so each advisory is resolved once.
 */
export class AdvisoryResolver {
  private readonly reader: DurableReader;

  constructor(
    private readonly link: NatsLink,
    private readonly letters: DeadLetters,
    provisioner: Provisioner,
    private readonly logger: Logger,
  ) {
    const sink = { room: () => Promise.resolve(), accept: (message: JsMsg) => void this.take(message) };
    this.reader = new DurableReader({ link, provisioner, logger, spec: ADVISORIES }, sink);
  }

  start(): void {
    this.reader.start();
  }

  stop(): Promise<void> {
    return this.reader.stop();
  }

  private async take(message: JsMsg): Promise<void> {
    try {
      await this.resolve(message.json<MaxDeliveries>());
      message.ack();
    } catch (error) {
      this.logger.warn({ err: error }, 'an advisory could not be resolved now');
      message.nak(RETRY_MS);
    }
  }

  private async resolve(advisory: MaxDeliveries): Promise<void> {
    const { stream, consumer, stream_seq: seq, deliveries } = advisory;
    const manager = await this.link.manager();
    const original = SINGLE_READER.has(stream) ? await find(manager, stream, seq) : undefined;
    if (!original) return;
    await this.letters.store(ownerOf(original.subject), {
      at: new Date().toISOString(),
      service: consumer,
      reason: `delivered ${deliveries} times without an outcome`,
      subject: original.subject,
      ...payloadOf(original.data),
      source: { stream, seq, deliveries },
    });
    await manager.streams.deleteMessage(stream, seq, false);
  }
}

async function find(manager: JetStreamManager, stream: string, seq: number): Promise<StoredMsg | undefined> {
  try {
    return (await manager.streams.getMessage(stream, { seq })) ?? undefined;
  } catch (error) {
    if ((error as { code?: unknown }).code === 10037 || isMissing(error)) return undefined;
    throw error;
  }
}
