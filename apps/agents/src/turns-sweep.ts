import { Injectable, type OnModuleInit } from '@nestjs/common';
import { subjects } from '@skein/contracts';
import { NatsLink, oldestPendingAgeMs, Publisher } from '@skein/messaging';
import { Db, dueTurns } from '@skein/persistence';
import { Sweeper } from '@skein/worker';

/** Rings for turns that nobody came for, that wait after a failure, or whose process was never heard of again. */
@Injectable()
export class TurnsSweep implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
  ) {}

  onModuleInit(): void {
    this.sweeper.add({
      name: 'waiting turns',
      run: () => this.ring(),
      backlogAgeMs: () => oldestPendingAgeMs(this.link, 'WORK', 'agents'),
    });
  }

  /** Taking turns puts them off, so none is taken while there is nobody to ring for. */
  private async ring(): Promise<number> {
    if (!this.link.up) return 0;
    const rows = await dueTurns(this.db);
    for (const { workspaceId, id } of rows) {
      void this.publisher.ring(subjects.turns(workspaceId), { threads: [id] });
    }
    return rows.length;
  }
}
