import { connect as connectTls } from 'node:tls';
import type { Socket } from 'node:net';
import type { GuardedClient } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import { wireAddress } from './addresses.js';
import type { SmppConfig } from './config.js';
import { Dialogue } from './dialogue.js';
import { failureOfStatus } from './failures.js';
import { STATUS } from './library.js';
import type { BindCommand, Pdu, PduFields } from './library.js';
import { Window } from './window.js';

export interface BindParts {
  command: BindCommand;
  config: SmppConfig;
  http: GuardedClient;
  /** A deliver_sm came in; `session` stands for the connection it came over. */
  onDeliver(pdu: Pdu, session: object): Promise<number>;
  /** The login is refused; called once until it works again. */
  onRefused(detail: string): void;
}

/** The SMSC's answer to a submit, or why there is none. */
export type Submitted = { kind: 'answered'; status: number; messageId: string } | Failure;

const CONNECT_MS = 5_000;
const ANSWER_MS = 10_000;
/** An answer that comes after the call was given up still counts; after this time none comes. */
const SUBMIT_MS = 60_000;
const BACKOFF_MS = { first: 500, most: 30_000 };
/** A refused login is tried again, should nobody mend it. */
const REFUSED_MS = 60_000;

/** One bound connection that comes back by itself until it is stopped. */
export class Bind {
  private dialogue: Dialogue | undefined;
  private timer: NodeJS.Timeout | undefined;
  private enquiring: NodeJS.Timeout | undefined;
  private attempts = 0;
  private stopped = false;
  private problem: Failure = { kind: 'unavailable', detail: 'The connection to the SMSC is not up.' };
  private readonly waiting = new Set<() => void>();
  private readonly window: Window;
  private isBound = false;

  constructor(private readonly parts: BindParts) {
    this.window = new Window(parts.config.window);
    void this.connect();
  }

  /** Resolves when it is bound, cannot be, or `withinMs` has passed; undefined when it is bound. */
  async ready(withinMs: number): Promise<Failure | undefined> {
    if (!this.isBound && this.problem.kind !== 'misconfigured' && !this.stopped) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(late);
          this.waiting.delete(done);
          resolve();
        };
        const late = setTimeout(done, withinMs);
        this.waiting.add(done);
      });
    }
    return this.isBound ? undefined : this.problem;
  }

  /** Sends one submit_sm within the window. Given up before it is written: `unavailable`; no answer after it: `indeterminate`. */
  async submit(fields: PduFields, signal: AbortSignal): Promise<Submitted> {
    const leave = await this.window.enter(signal);
    if (!leave) return { kind: 'unavailable', detail: 'The SMSC has not answered what was sent before.' };
    try {
      const dialogue = this.isBound ? this.dialogue : undefined;
      const answer = await dialogue?.ask('submit_sm', fields, SUBMIT_MS);
      if (answer === undefined || answer.kind === 'unwritten') return this.problem;
      if (answer.kind === 'lost')
        return { kind: 'indeterminate', detail: 'The connection was lost before the SMSC answered.' };
      const { command_status: status, message_id: id } = answer.pdu;
      return { kind: 'answered', status, messageId: typeof id === 'string' ? id : '' };
    } finally {
      leave();
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.enquiring);
    if (this.isBound) await this.dialogue?.ask('unbind', {}, 1_000);
    this.dialogue?.end('stopped');
    this.wake();
  }

  private async connect(): Promise<void> {
    try {
      const socket = await openSocket(this.parts.config, this.parts.http);
      if (this.stopped) return void socket.destroy();
      await this.bind(socket);
    } catch (error) {
      const { code, name } = error as { code?: unknown; name?: unknown };
      if (code === 'blocked_address') this.refuse('The address of the SMSC may not be called.');
      else this.comeBack(`The SMSC could not be reached (${String(code ?? name)}).`);
    }
  }

  private async bind(socket: Socket): Promise<void> {
    const session = {};
    const dialogue = new Dialogue(socket, {
      onDeliver: (pdu) => this.parts.onDeliver(pdu, session),
      onGone: (reason) => this.lost(dialogue, reason),
    });
    this.dialogue = dialogue;
    const answer = await dialogue.ask(this.parts.command, loginOf(this.parts.config), ANSWER_MS);
    // Whatever ended the connection has already seen to its coming back.
    if (this.dialogue !== dialogue || this.stopped) return;
    if (answer.kind !== 'answer') return dialogue.end('no answer to the bind');
    const status = answer.pdu.command_status;
    if (status === STATUS.ok) return this.bound(dialogue);
    const failure = failureOfStatus(status);
    this.dialogue = undefined;
    dialogue.end('the bind was refused');
    if (failure.kind === 'misconfigured') this.refuse(failure.detail);
    else this.comeBack(failure.detail);
  }

  private bound(dialogue: Dialogue): void {
    this.isBound = true;
    this.attempts = 0;
    this.problem = { kind: 'unavailable', detail: 'The connection to the SMSC is not up.' };
    this.enquiring = setInterval(() => {
      void dialogue.ask('enquire_link', {}, ANSWER_MS).then(({ kind }) => {
        if (kind !== 'answer') dialogue.end('no answer to enquire_link');
      });
    }, this.parts.config.enquireSeconds * 1000);
    this.wake();
  }

  private lost(dialogue: Dialogue, reason: string): void {
    if (this.dialogue !== dialogue) return;
    this.dialogue = undefined;
    this.isBound = false;
    clearInterval(this.enquiring);
    this.comeBack(`The connection to the SMSC was lost (${reason}).`);
  }

  private refuse(detail: string): void {
    const isNew = this.problem.kind !== 'misconfigured';
    this.problem = { kind: 'misconfigured', detail };
    if (isNew && !this.stopped) this.parts.onRefused(detail);
    this.wake();
    this.again(REFUSED_MS);
  }

  /** Pauses grow, and differ between replicas, so that an SMSC that comes back is not met by all of them at once. */
  private comeBack(detail: string): void {
    this.problem = { kind: 'unavailable', detail };
    this.attempts += 1;
    const pause = Math.min(BACKOFF_MS.first * 2 ** Math.min(this.attempts - 1, 10), BACKOFF_MS.most);
    // The first failure is no news for those who wait: they wait for the next try.
    if (this.attempts > 1) this.wake();
    this.again(pause * (0.5 + Math.random() / 2));
  }

  private again(ms: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), ms);
  }

  private wake(): void {
    for (const done of this.waiting) done();
  }
}

function loginOf({ systemId, password, systemType, sourceAddress }: SmppConfig): PduFields {
  const { ton, npi } = wireAddress(sourceAddress);
  return {
    system_id: systemId,
    password,
    system_type: systemType,
    interface_version: 0x34,
    addr_ton: ton,
    addr_npi: npi,
  };
}

/** The address is guarded like every one that a workspace names; TLS checks the certificate against the name. */
async function openSocket({ host, port, tls }: SmppConfig, http: GuardedClient): Promise<Socket> {
  const socket = await http.connect(host, port, CONNECT_MS);
  socket.setNoDelay(true);
  if (!tls) return socket;
  const secured = connectTls({ socket, host, servername: host });
  await new Promise<void>((resolve, reject) => {
    secured.once('secureConnect', resolve);
    secured.once('error', reject);
  });
  return secured;
}
