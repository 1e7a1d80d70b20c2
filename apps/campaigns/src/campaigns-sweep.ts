import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Db, dueBatches } from '@skein/persistence';
import { Sweeper } from '@skein/worker';
import { Feeder } from './feeder.js';

/** Wakes the feeder for bulk sends whose bell was lost or whose feeder died. */
@Injectable()
export class CampaignsSweep implements OnModuleInit {
  constructor(
    private readonly sweeper: Sweeper,
    private readonly db: Db,
    private readonly feeder: Feeder,
  ) {}

  onModuleInit(): void {
    this.sweeper.add({ name: 'waiting bulk sends', run: () => this.look() });
  }

  private async look(): Promise<number> {
    const taken = await dueBatches(this.db);
    if (taken > 0) this.feeder.ring();
    return taken;
  }
}
