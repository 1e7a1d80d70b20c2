import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { agentKey, claimTurns, Db, loadTurns, type ClaimedTurn } from '@skein/persistence';
import { CONFIG, LOGGER, RepeatedLog, type Logger } from '@skein/runtime';
import type { AgentsConfig } from './config.js';
import { LookAgain } from './look-again.js';
import { LookLater } from './look-later.js';
import { Places } from './places.js';
import { Turns, type Loading } from './turns.js';

/** Threads answered at once. Nearly all of that time is waiting for an agent; one agent gets half of it at most. */
const MAX_RUNNING = 64;
/** Milliseconds before another look at a thread whose turn is due but waits, mostly for the router to route what was released. */
const BEHIND_MS = 100;
/** Entries of the thread that an agent reads. */
const HISTORY = 50;
/** Looks in a row: five seconds, the time after which the sweeper comes. */
const MAX_LOOKS = 50;

/** Runs turns: threads side by side, the turns of one thread one after the other. */
@Injectable()
export class TurnRunner implements OnModuleDestroy {
  /** Threads to look at, in the order they rang. */
  private readonly waiting = new Set<string>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly places = new Places(MAX_RUNNING);
  private readonly again = new LookAgain(BEHIND_MS, MAX_LOOKS, (ids) => this.ring(ids));
  private readonly later = new LookLater((id) => this.ring([id]));
  private readonly repeated: RepeatedLog;
  private claiming: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly db: Db,
    private readonly turns: Turns,
    @Inject(CONFIG) private readonly config: AgentsConfig,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.repeated = new RepeatedLog(logger);
  }

  /** Looks at these threads as soon as there is room. */
  ring(threadIds: string[]): void {
    for (const id of threadIds) this.waiting.add(id);
    this.pump();
  }

  /** Starts nothing more and waits for the turns under way; bus and pool are still open. */
  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    this.again.stop();
    this.later.stop();
    await this.claiming;
    await Promise.allSettled(this.running.values());
  }

  /** How many more threads could be answered now. */
  get room(): number {
    const next = [...this.waiting].filter((id) => !this.running.has(id));
    return Math.max(0, this.places.free - next.length);
  }

  private pump(): void {
    if (this.stopped || this.claiming !== undefined) return;
    const next = [...this.waiting].filter((id) => !this.running.has(id)).slice(0, this.places.free);
    if (next.length === 0) return;
    for (const id of next) this.waiting.delete(id);
    this.claiming = this.claim(next).finally(() => {
      this.claiming = undefined;
      this.pump();
    });
  }

  /** Never rejects: a thread that could not be claimed is rung for by the sweeper. */
  private async claim(threadIds: string[]): Promise<void> {
    try {
      const { turnLeaseMs } = this.config;
      const { claimed, behind, writing, full } = await claimTurns(
        this.db,
        threadIds,
        turnLeaseMs,
        this.places,
      );
      const loading = loadTurns(
        this.db,
        claimed.map(({ id }) => id),
        HISTORY,
      );
      for (const turn of claimed)
        this.start(
          turn,
          loading.then((turns) => turns.get(turn.id)),
        );
      this.again.forget(threadIds.filter((id) => !behind.includes(id)));
      if (this.stopped) return;
      this.again.at(behind);
      for (const { threadId, waitMs } of writing) this.later.at(threadId, waitMs);
      for (const { threadId, agent } of full) this.places.park(agent, threadId);
      // Turns that ended in the meantime had nobody to make room for.
      for (const id of this.places.unpark()) this.waiting.add(id);
    } catch (error) {
      this.repeated.warn('claim', { err: error }, 'turns could not be claimed; the sweeper rings again');
    }
  }

  private start(turn: ClaimedTurn, loading: Loading): void {
    const { threadId } = turn;
    const agent = agentKey(turn);
    this.places.take(agent);
    const work = this.turns
      .run(turn, loading)
      .catch((error: unknown) =>
        this.repeated.error('turn', { err: error, turnId: turn.id }, 'a turn was left open'),
      )
      .finally(() => {
        this.running.delete(threadId);
        this.places.give(agent);
        // Who waited for a place goes before the next turn of the thread, if there is one.
        this.ring([...this.places.unpark(), threadId]);
      });
    this.running.set(threadId, work);
  }
}
