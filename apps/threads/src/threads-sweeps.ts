import { Injectable, type OnModuleInit } from '@nestjs/common';
import { subjects, type ThreadsBell } from '@skein/contracts';
import { NatsLink, oldestPendingAgeMs, Publisher } from '@skein/messaging';
import { Db, dueDeliveries, dueInbound, dueOutbox } from '@skein/persistence';
import { Sweeper } from '@skein/worker';
import { Aftermath, byWorkspace } from './aftermath.js';

/** What the threads look for when no bell rings: facts that no service told, inbound events and messages that wait too long. */
@Injectable()
export class ThreadsSweeps implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
    private readonly aftermath: Aftermath,
  ) {}

  onModuleInit(): void {
    const backlogAgeMs = () => oldestPendingAgeMs(this.link, 'WORK', 'threads');
    this.sweeper.add({ name: 'untold facts', run: () => this.tell() });
    this.sweeper.add({
      name: 'waiting inbound events',
      run: () => this.ring('inbound', dueInbound),
      backlogAgeMs,
    });
    this.sweeper.add({
      name: 'messages under way',
      run: () => this.ring('calls', dueDeliveries),
      backlogAgeMs,
    });
  }

  private async tell(): Promise<number> {
    if (!this.link.up) return 0;
    const rows = await dueOutbox(this.db);
    await this.aftermath.tell(rows);
    return rows.length;
  }

  /** Taking rows puts them off, so none is taken while there is nobody to ring for. */
  private async ring(what: keyof ThreadsBell, due: typeof dueInbound): Promise<number> {
    if (!this.link.up) return 0;
    const rows = await due(this.db);
    for (const [workspaceId, ids] of byWorkspace(rows)) {
      void this.publisher.ring(subjects.threads(workspaceId), { [what]: ids });
    }
    return rows.length;
  }
}
