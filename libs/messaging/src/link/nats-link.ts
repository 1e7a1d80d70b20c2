import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type Msg, type NatsConnection, type Payload } from '@nats-io/transport-node';
import { RepeatedLog, type Logger } from '@skein/runtime';
import { isNoResponder, messageOf, NatsAwayError, NoResponderError, RemoteError } from './broker-errors.js';
import { CoreSubscriptions, failureIn, type CoreHandler } from './core-subscriptions.js';
import { connectOptions, type NatsAddress } from './connect-options.js';
import { Pause } from './pause.js';

const REDIAL_MS = 300;

/**
 * A connection to NATS that a service can hold while NATS is away: it dials for as long as it takes, keeps core
 * subscriptions over reconnects, and says at any time whether it is up. Nothing is buffered while it is down.
 */
export class NatsLink {
  private connection: NatsConnection | undefined;
  private client: JetStreamClient | undefined;
  private connected = false;
  private closed = false;
  /** Grows with every (re)connect: what was received under an older epoch must not be acknowledged under a newer one. */
  private epochs = 0;
  private problem = 'not connected yet';
  private readonly pause = new Pause();
  private readonly waiters = new Set<() => void>();
  private readonly upListeners = new Set<() => void>();
  private readonly subscriptions: CoreSubscriptions;
  private readonly repeated: RepeatedLog;

  constructor(
    address: NatsAddress,
    private readonly logger: Logger,
  ) {
    this.repeated = new RepeatedLog(logger);
    this.subscriptions = new CoreSubscriptions(this.repeated);
    const options = connectOptions(address);
    void this.dial(() => connect(options));
  }

  get up(): boolean {
    return this.connected;
  }

  get epoch(): number {
    return this.epochs;
  }

  /** For a health registry: throws what is wrong. */
  check(): void {
    if (!this.connected) throw new NatsAwayError(`NATS is away: ${this.problem}`);
  }

  /** The live connection. @throws NatsAwayError */
  get nats(): NatsConnection {
    if (!this.connection || !this.connected) throw new NatsAwayError();
    return this.connection;
  }

  /** JetStream publishing and pulling. @throws NatsAwayError */
  get js(): JetStreamClient {
    const connection = this.nats;
    return (this.client ??= jetstream(connection, { timeout: 5000 }));
  }

  /** Administration of streams and consumers. @throws NatsAwayError */
  manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.nats, { checkAPI: false });
  }

  /** Resolves to true once connected, to false after `ms` or when the link is closed. */
  async whenUp(ms: number): Promise<boolean> {
    if (this.connected || this.closed) return this.connected;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiters.add(done);
    });
    return this.connected;
  }

  /** Calls the listener after every connect and reconnect. Returns the function that takes it off. */
  onUp(listener: () => void): () => void {
    this.upListeners.add(listener);
    return () => this.upListeners.delete(listener);
  }

  /** Tells whoever listens now, as JSON. False when NATS is away; nobody hears of it later. */
  publishCore(subject: string, payload: unknown): boolean {
    if (!this.connected) return false;
    this.nats.publish(subject, JSON.stringify(payload));
    return true;
  }

  /**
   * Asks a question and returns the decoded JSON answer.
   *
   * @throws NatsAwayError, NoResponderError (nothing was done), TimeoutError (it may have been), RemoteError
   */
  async request(subject: string, payload: unknown, timeoutMs: number): Promise<unknown> {
    const answer = await this.ask(subject, JSON.stringify(payload), timeoutMs);
    const failure = failureIn(answer);
    if (failure) throw new RemoteError(failure);
    return answer.data.length === 0 ? undefined : answer.json();
  }

  /**
   * Serves a subject, now or as soon as NATS is there. With a queue name one of the services of that name gets each
   * message. What the handler returns is the answer, where one is expected.
   */
  subscribe(subject: string, handler: CoreHandler, queue?: string): void {
    this.subscriptions.add({ subject, queue, handler }, this.connection);
  }

  /** Finishes what is being sent and received, then disconnects. Never rejects. */
  async close(): Promise<void> {
    this.closed = true;
    this.pause.end();
    for (const done of [...this.waiters]) done();
    const connection = this.connection;
    if (!connection || connection.isClosed()) return;
    if (this.connected) await connection.drain().catch(() => undefined);
    await connection.close().catch(() => undefined);
  }

  private async ask(subject: string, payload: Payload, timeoutMs: number): Promise<Msg> {
    try {
      return await this.nats.request(subject, payload, { timeout: timeoutMs });
    } catch (error) {
      if (isNoResponder(error)) throw new NoResponderError(subject);
      throw error;
    }
  }

  private async dial(open: () => Promise<NatsConnection>): Promise<void> {
    while (!this.closed) {
      try {
        const connection = await open();
        await this.live(connection);
      } catch (error) {
        this.problem = messageOf(error);
        this.repeated.warn('dial', { err: error }, 'NATS is away');
      }
      await this.pause.for(REDIAL_MS * (1 + Math.random()));
    }
  }

  /** Resolves when the connection is closed for good, which happens only through `close`. */
  private async live(connection: NatsConnection): Promise<void> {
    if (this.closed) return void (await connection.close());
    this.connection = connection;
    this.client = undefined;
    this.subscriptions.attachAll(connection);
    this.wentUp();
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') this.wentDown('disconnected');
      else if (status.type === 'reconnect') this.wentUp();
      else if (status.type === 'error') {
        this.repeated.warn(`error:${status.error.message}`, { err: status.error }, 'NATS refused something');
      }
    }
    this.wentDown('closed');
  }

  private wentUp(): void {
    this.connected = true;
    this.epochs += 1;
    this.logger.info({ server: this.connection?.getServer() }, 'NATS is connected');
    for (const done of [...this.waiters]) done();
    for (const listener of [...this.upListeners]) listener();
  }

  private wentDown(problem: string): void {
    this.connected = false;
    this.problem = problem;
    if (!this.closed) this.repeated.warn('down', {}, 'NATS is disconnected');
  }
}

/** Opens a link and returns at once; it connects by itself. @throws TypeError when the address is not a URL. */
export function connectNats(address: NatsAddress & { logger: Logger }): NatsLink {
  return new NatsLink(address, address.logger);
}
