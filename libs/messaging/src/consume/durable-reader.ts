import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { RepeatedLog, type Logger } from '@skein/runtime';
import { isMissing } from '../link/broker-errors.js';
import type { NatsLink } from '../link/nats-link.js';
import { Pause } from '../link/pause.js';
import { ensureDurable, type DurableSpec } from '../streams/durables.js';
import type { Provisioner } from '../streams/provisioner.js';

/** Where a reader puts what it pulls. */
export interface Sink {
  /** Resolves when another pull may be opened. */
  room(): Promise<void>;
  /** Takes a message; must not wait. */
  accept(message: JsMsg): void;
}

export interface ReaderParts {
  link: NatsLink;
  provisioner: Provisioner;
  logger: Logger;
  spec: DurableSpec;
}

/** Bytes asked for in one pull (up to 100 messages come with them). */
const PULL_BYTES = 4 * 1024 * 1024;
/**
 * Milliseconds that one pull stays open. The client ends it when two heartbeats (at half of this) are missed, so a
 * consumer that has messages and delivers none is pulled from anew within about 5 s.
 */
const PULL_MS = 5000;
/** A pull that outlives this is ended whatever its client thinks. */
const STUCK_MS = 3 * PULL_MS;
const RETRY_MS = 200;
const MAX_RETRY_MS = 2000;

/**
 * Pulls from one durable, one bounded request after the other, for as long as it runs: over reconnects, a deleted
 * consumer and a wiped store, which it puts back.
 */
export class DurableReader {
  private stopped = false;
  private consumer: Consumer | undefined;
  private open: ConsumerMessages | undefined;
  private finished: Promise<void> = Promise.resolve();
  private failures = 0;
  private readonly pause = new Pause();
  private readonly repeated: RepeatedLog;

  constructor(
    private readonly parts: ReaderParts,
    private readonly sink: Sink,
  ) {
    this.repeated = new RepeatedLog(parts.logger);
  }

  start(): void {
    this.finished = this.run();
  }

  /** Stops pulling; resolves when nothing more will be accepted. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.pause.end();
    this.open?.stop();
    await this.finished;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.sink.room();
      if (this.stopped) return;
      if (!(await this.parts.link.whenUp(PULL_MS))) {
        // A closed link says no at once: do not spin.
        await this.pause.for(RETRY_MS);
        continue;
      }
      try {
        await this.pull();
        this.failures = 0;
      } catch (error) {
        await this.recover(error);
      }
    }
  }

  private async pull(): Promise<void> {
    const consumer = (this.consumer ??= await this.ensure());
    // `bind`: after a reconnect pull again without asking for the consumer; if it is gone, the pull says so.
    const messages = await consumer.fetch({ max_bytes: PULL_BYTES, expires: PULL_MS, bind: true });
    this.open = messages;
    if (this.stopped) messages.stop();
    const watchdog = setTimeout(() => messages.stop(), STUCK_MS);
    let taken = 0;
    try {
      for await (const message of messages) {
        taken += 1;
        this.sink.accept(message);
      }
    } catch (error) {
      // A pull that brought something may end with a status (the byte limit is reached): go on with the next one.
      if (taken === 0) throw error;
    } finally {
      clearTimeout(watchdog);
      this.open = undefined;
    }
  }

  private async ensure(): Promise<Consumer> {
    const { link, spec, provisioner } = this.parts;
    const manager = await link.manager();
    try {
      await ensureDurable(manager, spec);
    } catch (error) {
      if (!isMissing(error)) throw error;
      await provisioner.repair();
      await ensureDurable(manager, spec);
    }
    return link.js.consumers.get(spec.stream, spec.durable);
  }

  private async recover(error: unknown): Promise<void> {
    this.consumer = undefined;
    this.failures += 1;
    const { durable, stream } = this.parts.spec;
    this.repeated.warn('pull', { err: error, durable, stream }, 'a pull failed, trying again');
    await this.pause.for(Math.min(RETRY_MS * this.failures, MAX_RETRY_MS) * (0.5 + Math.random()));
  }
}
