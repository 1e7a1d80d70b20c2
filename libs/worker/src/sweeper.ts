import { isDatabaseAway } from '@skein/persistence';
import { RepeatedLog, type Logger } from '@skein/runtime';

/** One thing that is looked for again and again. */
export interface Sweep {
  name: string;
  /** @returns how many rows were taken: a full hand means that more may be due, and the next look comes at once. */
  run(): Promise<number>;
  /** Age in ms of the oldest work already on its way to the same handler; while it is young, ringing again helps nobody. */
  backlogAgeMs?(): Promise<number>;
}

/** Rows taken in one look that mean "there is more". */
const FULL_HAND = 100;
/** Looks in a row without a pause, so that one sweep cannot keep the others waiting for ever. */
const MAX_LOOKS = 50;
/** Intervals in a row that a sweep may stand still for its backlog: under steady load something is always young. */
const MAX_STILL = 9;

/**
 * The safety net under every doorbell: looks for due rows in the database at an interval. Bells make things quick, this makes them
 * certain.
 */
export class Sweeper {
  private readonly sweeps: Sweep[] = [];
  /** Intervals in a row for which each sweep has stood still. */
  private readonly still = new Map<Sweep, number>();
  private readonly repeated: RepeatedLog;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly intervalMs: number,
    logger: Logger,
  ) {
    this.repeated = new RepeatedLog(logger);
  }

  add(sweep: Sweep): void {
    this.sweeps.push(sweep);
  }

  start(): void {
    this.schedule();
  }

  /** Ends after the look under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.sweepAll().finally(() => this.schedule());
    }, this.intervalMs);
  }

  private async sweepAll(): Promise<void> {
    for (const sweep of this.sweeps) {
      if (this.stopped) return;
      await this.sweepOne(sweep).catch((error: unknown) => {
        const text = isDatabaseAway(error)
          ? 'the database is away; looking again'
          : 'a sweep failed; looking again';
        this.repeated.warn(`sweep:${sweep.name}`, { err: error, sweep: sweep.name }, text);
      });
    }
  }

  private async sweepOne(sweep: Sweep): Promise<void> {
    if (await this.standsStill(sweep)) return;
    for (let look = 0; look < MAX_LOOKS && !this.stopped; look += 1) {
      if ((await sweep.run()) < FULL_HAND) return;
    }
  }

  private async standsStill(sweep: Sweep): Promise<boolean> {
    // A backlog that cannot be read (NATS away) must not stop the sweep: it is what drains without NATS.
    const age = (await sweep.backlogAgeMs?.().catch(() => 0)) ?? 0;
    const still = this.still.get(sweep) ?? 0;
    const isYoung = age > 0 && age < this.intervalMs && still < MAX_STILL;
    this.still.set(sweep, isYoung ? still + 1 : 0);
    return isYoung;
  }
}
