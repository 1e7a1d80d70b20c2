import { Injectable, type OnModuleInit } from '@nestjs/common';
import { subjects } from '@skein/contracts';
import { NatsLink, oldestPendingAgeMs, Publisher } from '@skein/messaging';
import { Db, dueTurns } from '@skein/persistence';
import { Sweeper } from '@skein/worker';
import { TurnRunner } from './turn-runner.js';

/** Threads taken in one look. */
const MOST = 500;

/** Rings for turns that nobody came for, that wait after a failure, or whose process was never heard of again. */
@Injectable()
export class TurnsSweep implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly db: Db,
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
    private readonly runner: TurnRunner,
  ) {}

  onModuleInit(): void {
    this.sweeper.add({
      name: 'waiting turns',
      run: () => this.ring(),
      backlogAgeMs: () => oldestPendingAgeMs(this.link, 'WORK', 'agents'),
    });
  }

  /**
   * What there is room for starts here: a bell may go to the very process that stands still. The others hear of the rest. Taking
   * turns puts them off, so no more are taken than somebody can be told of.
   */
  private async ring(): Promise<number> {
    const { room } = this.runner;
    const limit = this.link.up ? MOST : Math.min(room, MOST);
    if (limit === 0) return 0;
    const threads = await dueTurns(this.db, limit);
    this.runner.ring(threads.slice(0, room).map(({ id }) => id));
    for (const { workspaceId, id } of threads.slice(room)) {
      void this.publisher.ring(subjects.turns(workspaceId), { threads: [id] });
    }
    return threads.length;
  }
}
