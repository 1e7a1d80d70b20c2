import {
  BaseRpcContext,
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
} from '@nestjs/microservices';
import type { Logger, Metrics } from '@skein/runtime';
import { lastValueFrom } from 'rxjs';
import { AdvisoryResolver } from '../dead/advisories.js';
import type { DeadLetters } from '../dead/dead-letters.js';
import type { NatsLink } from '../link/nats-link.js';
import type { Provisioner } from '../streams/provisioner.js';
import { Dispatcher } from './dispatcher.js';
import { DurableReader } from './durable-reader.js';
import { checkHandlers, HandlerTableError, isSubjectName, type HandledDurable } from './handled-durable.js';
import { payloadClass } from './payloads.js';
import type { Item } from './settlement.js';
import { Settler } from './settler.js';

export interface JetStreamStrategyParts {
  /** The name of the service: in dead letters and logs. */
  service: string;
  link: NatsLink;
  provisioner: Provisioner;
  letters: DeadLetters;
  logger: Logger;
  metrics?: Metrics;
  durables: HandledDurable[];
}

/** Durables read in this process by connection: two readers of one would halve each other's batches and hide a wrong wiring. */
const READ = new WeakMap<NatsLink, Set<string>>();
const ACK_WAIT_MS = 30_000;
const STOP_MS = 8000;

/**
 * JetStream as a Nest transport. A controller method with `@EventPattern('<name in the table of subjects>')` is called
 * with `Item[]` and may return a settlement for each item. A message is acknowledged only after the method has really
 * finished; what fails is delivered again, what keeps failing becomes a dead letter.
 *
 * Boot fails for a second handler of a name, a request handler, a handler without durable and a durable without handler.
 */
export class JetStreamStrategy extends Server implements CustomTransportStrategy {
  private readonly readers: { reader: DurableReader; dispatcher: Dispatcher }[] = [];
  private readonly advisories: AdvisoryResolver;
  private readonly claimed: string[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly parts: JetStreamStrategyParts) {
    super();
    const { link, letters, provisioner, logger } = parts;
    this.advisories = new AdvisoryResolver(link, letters, provisioner, logger);
  }

  /** Called by Nest for every handler it finds. @throws HandlerTableError */
  override addHandler(pattern: unknown, callback: MessageHandler, isEvent = false): void {
    const name = String(pattern);
    if (!isSubjectName(name)) throw new HandlerTableError(`"${name}" is not in the table of subjects`);
    if (!isEvent)
      throw new HandlerTableError(`"${name}" must be an @EventPattern: work is settled, not answered`);
    if (this.messageHandlers.has(name)) throw new HandlerTableError(`"${name}" has two handlers`);
    callback.isEventHandler = true;
    this.messageHandlers.set(name, callback);
  }

  /** Called by Nest once all handlers are known: starts pulling. @throws HandlerTableError */
  listen(callback: (error?: unknown) => void): void {
    const { durables } = this.parts;
    checkHandlers([...this.messageHandlers.keys()], durables);
    this.claim(durables);
    this.readers.push(...durables.map((durable) => this.read(durable)));
    for (const { reader } of this.readers) reader.start();
    this.advisories.start();
    callback();
  }

  /**
   * Stops pulling, waits for batches under way as long as the budget lasts, and gives back the rest. Safe to repeat.
   * The connection stays open.
   */
  stop(budgetMs = STOP_MS): Promise<void> {
    this.stopping ??= this.stopAll(budgetMs);
    return this.stopping;
  }

  /** Called by Nest when the application closes. */
  close(): Promise<void> {
    return this.stop();
  }

  on(): never {
    throw new HandlerTableError('this transport has no events; watch the link');
  }

  unwrap<T>(): T {
    return this.parts.link as T;
  }

  private read(durable: HandledDurable): { reader: DurableReader; dispatcher: Dispatcher } {
    const { link, provisioner, letters, logger, service, metrics } = this.parts;
    const dispatcher = new Dispatcher({
      durable: durable.durable,
      handle: (items) => this.call(durable.name, items),
      payloadClass: (tokens) => payloadClass(durable.name, tokens),
      settler: new Settler({ link, letters, logger, service, durable: durable.durable, metrics }),
      logger,
      epoch: () => link.epoch,
      ackWaitMs: durable.ackWaitMs ?? ACK_WAIT_MS,
      concurrency: durable.concurrency ?? 1,
    });
    const reader = new DurableReader({ link, provisioner, logger, spec: durable }, dispatcher);
    return { reader, dispatcher };
  }

  /** Nest's own `handleEvent` does not wait for the handler, so its stream is awaited here. */
  private async call(name: string, items: Item[]): Promise<unknown> {
    const handler = this.messageHandlers.get(name);
    if (!handler) throw new HandlerTableError(`"${name}" has no handler`);
    const result: unknown = await handler(items, new BaseRpcContext([name]));
    return lastValueFrom(this.transformToObservable(result), { defaultValue: undefined });
  }

  private async stopAll(budgetMs: number): Promise<void> {
    // Dispatchers first refuse, then readers end: a message that arrives in between is given back at once.
    const dispatching = this.readers.map(({ dispatcher }) => dispatcher.stop(budgetMs));
    await Promise.all([...this.readers.map(({ reader }) => reader.stop()), this.advisories.stop()]);
    await Promise.all(dispatching);
    for (const durable of this.claimed) READ.get(this.parts.link)?.delete(durable);
  }

  private claim(durables: HandledDurable[]): void {
    const read = READ.get(this.parts.link) ?? new Set<string>();
    READ.set(this.parts.link, read);
    const twice = durables.find(({ durable }) => read.has(durable));
    if (twice) throw new HandlerTableError(`"${twice.durable}" is read by another strategy of this process`);
    for (const { durable } of durables) {
      read.add(durable);
      this.claimed.push(durable);
    }
  }
}
