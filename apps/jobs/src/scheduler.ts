import { Injectable, type OnModuleInit } from '@nestjs/common';
import { subjects } from '@skein/contracts';
import { NatsLink, Schedules } from '@skein/messaging';
import { Db, fireJobs, forgetRuns, sweepRuns, type Fired } from '@skein/persistence';
import { Sweeper } from '@skein/worker';

/** Rows taken in one look. */
const MOST = 500;
/** Jobs fired in one transaction: after an outage each may take 7 ms of reckoning what was missed. */
const MOST_FIRED = 100;

/**
 * Fires jobs and looks after their runs. Wake-up calls make it punctual, the sweeps make it certain; the database decides what is
 * due, so any number of schedulers make each run once.
 */
@Injectable()
export class Scheduler implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.sweeper.add({ name: 'due jobs', run: () => this.fire(null) });
    this.sweeper.add({ name: 'runs of jobs', run: () => this.lookAfterRuns() });
    this.sweeper.add({ name: 'old runs of jobs', run: () => forgetRuns(this.db, MOST) });
  }

  /** Fires what is due. @param ids only these; null = all. @returns how many jobs were looked at */
  async fire(ids: string[] | null): Promise<number> {
    if (ids === null) return this.fireSome(null);
    let taken = 0;
    for (let at = 0; at < ids.length; at += MOST_FIRED)
      taken += await this.fireSome(ids.slice(at, at + MOST_FIRED));
    return taken;
  }

  private async fireSome(ids: string[] | null): Promise<number> {
    const fired = await fireJobs(this.db, MOST_FIRED, ids);
    this.ring(fired.workspaces);
    await this.setAlarms(fired.alarms);
    return fired.taken;
  }

  private async lookAfterRuns(): Promise<number> {
    const { taken, workspaces } = await sweepRuns(this.db, MOST);
    this.ring(workspaces);
    return taken;
  }

  private ring(workspaces: string[]): void {
    for (const id of workspaces) this.link.publishCore(subjects.jobRuns(id), {});
  }

  /** An alarm that cannot be set is the sweeper's: the row says when to look. */
  private async setAlarms(alarms: Fired['alarms']): Promise<void> {
    if (!this.link.up) return;
    await Promise.allSettled(
      alarms.map(({ workspaceId, id, at }) =>
        this.schedules.scheduleAt(workspaceId, id, at, subjects.jobDue(workspaceId, id)),
      ),
    );
  }
}
