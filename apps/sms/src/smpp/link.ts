import type { GuardedClient } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import { Bind } from './bind.js';
import type { Submitted } from './bind.js';
import type { SmppConfig } from './config.js';
import { STATUS } from './library.js';
import type { Pdu, PduFields } from './library.js';
import { RecentIds } from './message-ids.js';
import { PartReceipts } from './part-receipts.js';

/** Who takes what comes in over a link. */
export interface Inward {
  /** @returns the command_status of the answer. */
  deliver(pdu: Pdu, session: object): Promise<number>;
  refused(detail: string): void;
}

/** A link that nobody listens on, such as one that only a test or a late call has opened, ends by itself. */
const IDLE_MS = 30_000;
/** Accounts are looked at every other second; what comes in before that waits. */
const UNHEARD_MS = 5_000;

/** Everything that is kept of one account while this process runs: its binds, and the ids that receipts will name. */
export class Link {
  readonly ids = new RecentIds();
  readonly parts = new PartReceipts();
  private readonly binds: Bind[];
  private inward: Inward | undefined;
  /** Submits without an answer. */
  private readonly open = new Set<object>();
  private readonly answered = new Set<() => void>();
  private readonly unheard = new Set<() => void>();
  private idle: NodeJS.Timeout | undefined;
  private stopped = false;
  private reference = Math.floor(Math.random() * 256);

  constructor(
    readonly config: SmppConfig,
    readonly http: GuardedClient,
    private readonly onIdle: () => void,
  ) {
    const commands = config.bind === 'pair' ? PAIR : TRANSCEIVER;
    this.binds = commands.map(
      (command) =>
        new Bind({
          command,
          config,
          http,
          onDeliver: (pdu, session) => this.deliver(pdu, session),
          onRefused: (detail) => this.inward?.refused(detail),
        }),
    );
    this.rest();
  }

  /** From now on `inward` takes what comes in, until it is taken away with undefined. */
  listen(inward: Inward | undefined): void {
    this.inward = inward;
    for (const look of this.unheard) look();
    this.rest();
  }

  /** Undefined when submits can go out. */
  ready(withinMs: number): Promise<Failure | undefined> {
    return this.binds[0]?.ready(withinMs) ?? Promise.resolve(undefined);
  }

  async submit(fields: PduFields, signal: AbortSignal): Promise<Submitted> {
    const token = {};
    this.open.add(token);
    try {
      return await (this.binds[0] as Bind).submit(fields, signal);
    } finally {
      // Whoever waits for an id looks for it only after the caller has recorded it.
      setImmediate(() => {
        this.open.delete(token);
        for (const look of this.answered) look();
        this.rest();
      });
    }
  }

  /** Marks the parts of one message; phones forget it long before it comes around. */
  nextReference(): number {
    this.reference = (this.reference + 1) & 0xff;
    return this.reference;
  }

  /**
   * The id of a recent submit that this one stands for. A receipt may overtake the answer to its submit, so the answers that are out now
   * are waited for, at most `withinMs`.
   */
  async submitted(id: string, withinMs: number): Promise<string | undefined> {
    const found = this.ids.find(id);
    const out = [...this.open];
    if (found !== undefined || out.length === 0) return found;
    return new Promise((resolve) => {
      const look = (isLate: boolean): void => {
        const late = this.ids.find(id);
        if (late === undefined && !isLate && out.some((token) => this.open.has(token))) return;
        clearTimeout(timer);
        this.answered.delete(onAnswer);
        resolve(late);
      };
      const onAnswer = (): void => look(false);
      const timer = setTimeout(() => look(true), withinMs);
      this.answered.add(onAnswer);
    });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.idle);
    for (const look of this.unheard) look();
    await Promise.all(this.binds.map((bind) => bind.stop()));
  }

  /** A call may have opened the link a moment before anybody listens; after that the SMSC has to keep it. */
  private async deliver(pdu: Pdu, session: object): Promise<number> {
    if (!this.inward) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(late);
          this.unheard.delete(done);
          resolve();
        };
        const late = setTimeout(done, UNHEARD_MS);
        this.unheard.add(done);
      });
    }
    return this.inward?.deliver(pdu, session) ?? STATUS.temporary;
  }

  private rest(): void {
    clearTimeout(this.idle);
    if (this.stopped || this.inward || this.open.size > 0) return;
    this.idle = setTimeout(() => this.onIdle(), IDLE_MS);
    this.idle.unref();
  }
}

const TRANSCEIVER = ['bind_transceiver'] as const;
const PAIR = ['bind_transmitter', 'bind_receiver'] as const;
