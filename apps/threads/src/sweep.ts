import { Injectable } from '@nestjs/common';
import { subjects } from '@skein/contracts';
import { NatsLink, oldestPendingAgeMs, Publisher } from '@skein/messaging';
import { Db, dueDeliveries, dueInbound, dueOutbox } from '@skein/persistence';
import { Aftermath, byWorkspace } from './aftermath.js';

/** Runs of the sweeper that standing still may last: under steady load something is always young. */
const MAX_STILL = 10;

/** Looks for rows that nobody came for: rings for them again, and tells what no service told. */
@Injectable()
export class Sweep {
  private still = 0;

  constructor(
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
    private readonly aftermath: Aftermath,
  ) {}

  /** @param intervalMs how often it runs: while the oldest doorbell is younger, the work is on its way already. */
  async run(intervalMs: number): Promise<void> {
    if (!this.link.up) return;
    await this.aftermath.tell(await dueOutbox(this.db));
    if (await this.isOnItsWay(intervalMs)) return;
    for (const [workspaceId, inbound] of byWorkspace(await dueInbound(this.db))) {
      void this.publisher.ring(subjects.threads(workspaceId), { inbound });
    }
    for (const [workspaceId, calls] of byWorkspace(await dueDeliveries(this.db))) {
      void this.publisher.ring(subjects.threads(workspaceId), { calls });
    }
  }

  private async isOnItsWay(intervalMs: number): Promise<boolean> {
    const age = await oldestPendingAgeMs(this.link, 'WORK', 'threads');
    this.still = age > 0 && age < intervalMs ? this.still + 1 : 0;
    return this.still % MAX_STILL > 0;
  }
}
