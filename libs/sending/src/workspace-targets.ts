import { Injectable } from '@nestjs/common';
import type { TargetName } from '@skein/contracts';
import { Db, listTargets } from '@skein/persistence';
import { ShortMemory } from './short-memory.js';

/** A new or changed name counts after at most this many ms. */
const FRESH_MS = 2000;

/** The names that each workspace gave to chats, as every send needs them. */
@Injectable()
export class WorkspaceTargets {
  private readonly memory = new ShortMemory<TargetName[]>({ ms: FRESH_MS, entries: 1000 });

  constructor(private readonly db: Db) {}

  of(workspaceId: string): Promise<TargetName[]> {
    return this.memory.get(workspaceId, () => listTargets(this.db, workspaceId));
  }

  /** After a change made here. */
  forget(workspaceId: string): void {
    this.memory.forget(workspaceId);
  }
}
