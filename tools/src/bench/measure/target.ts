import type { LoadSpec } from '../load/load-spec.js';
import type { Contestant } from '../options.js';
import type { NamedProcess } from './cpu.js';

/** What the database says about a run once every status is in it. */
export interface Persisted {
  /** Statuses applied: three a message with receipts, else one. */
  statuses: number;
  /** Epoch ms of the last of them. */
  lastAt: number;
}

/** A contestant that runs, ready to take load. */
export interface Target {
  name: Contestant;
  /** Shown beside the name. */
  variant: string;
  load: Pick<LoadSpec, 'origin' | 'paths' | 'headers' | 'channelId'>;
  sandboxUrl: string;
  processes: NamedProcess[];
  /** Called before a run; the function it returns waits until all statuses of the run are in the database. */
  watchStatuses?: (messages: number) => Promise<() => Promise<Persisted>>;
}
