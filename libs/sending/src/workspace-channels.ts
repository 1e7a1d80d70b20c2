import { Injectable } from '@nestjs/common';
import type { ChannelRow } from '@skein/contracts';
import { Db, listChannels } from '@skein/persistence';
import { ShortMemory } from './short-memory.js';

/** A new or changed channel counts after at most this many ms. */
const FRESH_MS = 2000;

/** The channels of each workspace, as every send needs them. */
@Injectable()
export class WorkspaceChannels {
  private readonly memory = new ShortMemory<ChannelRow[]>({ ms: FRESH_MS, entries: 1000 });

  constructor(private readonly db: Db) {}

  /** Every channel that can be used. */
  of(workspaceId: string): Promise<ChannelRow[]> {
    return this.memory.get(workspaceId, async () =>
      (await listChannels(this.db, workspaceId)).filter((channel) => channel.status !== 'disconnected'),
    );
  }

  /** After a change made here. */
  forget(workspaceId: string): void {
    this.memory.forget(workspaceId);
  }
}
