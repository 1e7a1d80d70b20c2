import type { InboundEvent } from '@skein/contracts';
import { objectOf, textOf } from '@skein/contracts';
import type { RawData, WebSocket } from 'ws';
import { Backlog } from './backlog.js';
import { endingOf } from './close-codes.js';
import type { Ending } from './close-codes.js';
import { eventsOf } from './dispatch.js';
import { frameOf, heartbeatOf, identifyOf, OP, resumeOf } from './frames.js';
import type { Frame } from './frames.js';
import { Heart } from './heart.js';
import type { Memory, Session } from './memory.js';
import { SendBudget } from './send-budget.js';

export interface LinkParts {
  token: string;
  memory: Memory;
  /** Resolves when the events are durable. */
  accept(events: InboundEvent[]): Promise<void>;
  /** What was written between the last session and this new one. */
  missed(): Promise<InboundEvent[]>;
  /** An interaction is durable, and somebody waits for a sign. */
  answer(interaction: unknown): void;
  onReady(how: 'ready' | 'resumed'): void;
  /** An event could not be stored, and something else could. */
  onLost(error: unknown): void;
}

/** Closing with it keeps the session, which 1000 and 1001 end. */
const KEEP_SESSION = 4000;
const END_SESSION = 1000;
/** From the open line to the first dispatch. */
const READY_WITHIN_MS = 30_000;
/** For the other side to close too. */
const CLOSE_WITHIN_MS = 2_000;

/**
 * One connection, from Hello to its end: identifies or resumes, beats, and hands dispatches on in their order. It mends nothing; whoever
 * made it reads `ended` and makes the next one.
 */
export class Link {
  /** Resolves when the connection is closed and everything it brought is stored or given up. */
  readonly ended: Promise<Ending>;
  private readonly heart: Heart;
  private readonly backlog: Backlog;
  private readonly budget = new SendBudget();
  private session: Session | undefined;
  private ending: Ending | undefined;
  private timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: LinkParts,
  ) {
    this.session = parts.memory.session;
    this.heart = new Heart({
      beat: () => this.write(heartbeatOf(this.session?.sequence ?? null)),
      onSilence: () => this.end({ next: 'resume', detail: 'a heartbeat was not acknowledged' }),
    });
    this.backlog = new Backlog({
      accept: (events) => this.accept(events),
      onDurable: (sequence) => this.moveOn(sequence),
      onLost: (error) => this.parts.onLost(error),
      onTrouble: () => this.end({ next: 'resume', detail: 'events could not be stored' }),
    });
    this.ended = this.live();
  }

  /** Leaves for good. */
  stop(): void {
    this.end({ next: 'resume', detail: 'stopped' }, END_SESSION);
  }

  private async live(): Promise<Ending> {
    this.after(READY_WITHIN_MS, () => this.end({ next: 'resume', detail: 'Discord did not answer in time' }));
    let trouble = '';
    this.socket.on('message', (data: RawData) => this.read(data));
    this.socket.on('error', (error) => (trouble = (error as NodeJS.ErrnoException).code ?? error.name));
    const code = await new Promise<number>((resolve) => this.socket.on('close', resolve));
    this.heart.stop();
    for (const timer of this.timers) clearTimeout(timer);
    await this.backlog.close();
    const ending = this.ending ?? endingOf(code);
    return trouble === '' ? ending : { ...ending, detail: `${ending.detail} (${trouble})` };
  }

  private read(data: RawData): void {
    if (this.ending) return;
    const frame = frameOf((data as Buffer).toString());
    if (frame === undefined) return this.end({ next: 'resume', detail: 'a frame could not be read' });
    this.answer(frame);
  }

  private answer(frame: Frame): void {
    switch (frame.op) {
      case OP.hello:
        return this.greet(frame.d);
      case OP.dispatch:
        return this.dispatched(frame);
      case OP.heartbeat:
        return this.heart.beatNow();
      case OP.heartbeatAck:
        return this.heart.acknowledged();
      case OP.reconnect:
        return this.end({ next: 'resume', detail: 'Discord asked to reconnect' });
      case OP.invalidSession:
        return this.end(invalid(frame.d === true));
    }
  }

  private greet(hello: unknown): void {
    const interval = objectOf(hello)?.['heartbeat_interval'];
    this.heart.start(typeof interval === 'number' && interval > 0 ? interval : 41_250);
    const { token } = this.parts;
    this.write(this.session ? resumeOf(token, this.session) : identifyOf(token));
  }

  private dispatched({ t: type = '', s: sequence, d: data }: Frame): void {
    if (sequence === undefined) return;
    if (type === 'READY') return this.begin(data, sequence);
    const { memory } = this.parts;
    memory.names.learn(type, data);
    if (type === 'RESUMED') this.ready('resumed');
    const told = `${this.session?.id ?? ''}:${sequence}`;
    const events = eventsOf({ type, data, told }, memory.reading);
    const afterwards = type === 'INTERACTION_CREATE' ? () => this.parts.answer(data) : undefined;
    this.backlog.push({ sequence, events, ...(afterwards && { afterwards }) });
  }

  /** A new session: what came before it is told to nobody any more. */
  private begin(data: unknown, sequence: number): void {
    const ready = objectOf(data);
    const [id, url] = [textOf(ready?.['session_id']), textOf(ready?.['resume_gateway_url'])];
    if (id === undefined || url === undefined)
      return this.end({ next: 'fresh', detail: 'Discord gave no session' });
    const { memory } = this.parts;
    const userId = textOf(objectOf(ready?.['user'])?.['id']);
    if (userId !== undefined) memory.iAm(userId);
    this.session = { id, url, sequence };
    memory.session = this.session;
    if (memory.marked.size > 0) this.backlog.push({ sequence, events: () => this.parts.missed() });
    this.ready('ready');
  }

  private ready(how: 'ready' | 'resumed'): void {
    for (const timer of this.timers.splice(0)) clearTimeout(timer);
    this.parts.onReady(how);
  }

  private async accept(events: InboundEvent[]): Promise<void> {
    await this.parts.accept(events);
    this.parts.memory.mark(events);
  }

  private moveOn(sequence: number): void {
    if (this.session) this.session.sequence = Math.max(this.session.sequence, sequence);
  }

  private write(frame: Frame): boolean {
    if (this.socket.readyState !== this.socket.OPEN || !this.budget.take()) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private end(ending: Ending, code = KEEP_SESSION): void {
    if (this.ending) return;
    this.ending = ending;
    if (this.socket.readyState === this.socket.CONNECTING) return this.socket.terminate();
    this.socket.close(code);
    this.after(CLOSE_WITHIN_MS, () => this.socket.terminate());
  }

  private after(ms: number, work: () => void): void {
    this.timers.push(setTimeout(work, ms));
  }
}

/** Discord wants one to five seconds before a new session (gateway events, invalid session). */
function invalid(isResumable: boolean): Ending {
  return isResumable
    ? { next: 'resume', detail: 'Discord asked to resume again' }
    : { next: 'fresh', detail: 'Discord no longer knows the session', waitMs: 1_000 + Math.random() * 4_000 };
}
