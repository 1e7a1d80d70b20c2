import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { subjects, type ClaimedRun } from '@skein/contracts';
import { NatsLink } from '@skein/messaging';
import { claimRuns, Db, type RunClaim } from '@skein/persistence';

/** Between two looks at the rows although nobody said anything, in ms. */
const LOOK_MS = 1000;

/** Waits for runs that a worker can take: news are a hint to look, the rows are the answer. */
@Injectable()
export class RunWaiter implements OnModuleDestroy {
  /** Wakes everybody who waits when the service stops. */
  private readonly waiting = new Set<() => void>();
  private isStopping = false;

  constructor(
    private readonly link: NatsLink,
    private readonly db: Db,
  ) {}

  /**
   * Claims runs, or waits for some.
   *
   * @param gone aborts when whoever asked is no longer there: nothing is claimed for nobody.
   * @returns what was claimed; empty when the time is over.
   */
  async claim(claim: RunClaim, seconds: number, gone: AbortSignal): Promise<ClaimedRun[]> {
    const deadline = Date.now() + seconds * 1000;
    let wake: () => void = () => undefined;
    const onNews = (): void => wake();
    const stop = this.listen(subjects.jobRuns(claim.workspaceId), onNews);
    gone.addEventListener('abort', onNews, { once: true });
    this.waiting.add(onNews);
    try {
      for (;;) {
        const news = new Promise<void>((resolve) => (wake = resolve));
        if (gone.aborted) return [];
        const runs = await claimRuns(this.db, claim);
        const left = deadline - Date.now();
        if (runs.length > 0 || left <= 0 || this.isStopping) return runs;
        const look = setTimeout(onNews, Math.min(left, LOOK_MS));
        await news;
        clearTimeout(look);
      }
    } finally {
      stop();
      this.waiting.delete(onNews);
      gone.removeEventListener('abort', onNews);
    }
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    for (const wake of this.waiting) wake();
  }

  /** NATS away: the looks at the rows still come. */
  private listen(subject: string, onNews: () => void): () => void {
    if (!this.link.up) return () => undefined;
    const subscription = this.link.nats.subscribe(subject, { callback: onNews });
    return () => subscription.unsubscribe();
  }
}
