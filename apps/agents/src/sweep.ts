import { Injectable } from '@nestjs/common';
import { subjects } from '@skein/contracts';
import { NatsLink, oldestPendingAgeMs, Publisher } from '@skein/messaging';
import { Db, dueTurns } from '@skein/persistence';

/** Rings for turns that nobody came for, that wait after a failure, or whose process was never heard of again. */
@Injectable()
export class Sweep {
  constructor(
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
  ) {}

  /** @param intervalMs how often it runs: while the oldest doorbell is younger, the work is on its way already. */
  async run(intervalMs: number): Promise<void> {
    if (!this.link.up) return;
    const age = await oldestPendingAgeMs(this.link, 'WORK', 'agents');
    if (age > 0 && age < intervalMs) return;
    for (const { workspaceId, id } of await dueTurns(this.db)) {
      void this.publisher.ring(subjects.turns(workspaceId), { threads: [id] });
    }
  }
}
