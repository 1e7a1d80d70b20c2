import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Db, findBatch } from '@skein/persistence';
import { LOGGER, type Logger } from '@skein/runtime';
import { HEARTBEAT_MS, type EventStream } from '../events/event-stream.js';
import { OpenStreams } from '../events/open-streams.js';
import { batchJson, isOver } from './views.js';

/** Streams that one workspace may have open at one process: each reads the rows twice a second. */
const MAX_STREAMS = 20;
/** Milliseconds between two looks: at most two events in a second. */
const LOOK_MS = 500;

/** Who follows which bulk send, and whether the key still holds. */
export interface BatchFollower {
  workspaceId: string;
  batchId: string;
  isWelcome: () => Promise<boolean>;
}

/** Tells how far bulk sends are while somebody listens. Every event holds the whole state, so that a reader may come back anywhere. */
@Injectable()
export class BatchProgress implements OnModuleDestroy {
  private readonly open: OpenStreams;

  constructor(
    private readonly db: Db,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.open = new OpenStreams('progress', MAX_STREAMS, logger);
  }

  /** @throws `rate_limited` when the workspace has too many open already. */
  checkRoom(workspaceId: string): void {
    this.open.checkRoom(workspaceId);
  }

  /** Tells until the bulk send is over or its reader goes away. Never rejects. */
  serve(stream: EventStream, follower: BatchFollower): Promise<void> {
    return this.open.keep(stream, follower.workspaceId, this.follow(stream, follower));
  }

  onModuleDestroy(): Promise<void> {
    return this.open.close();
  }

  private async follow(stream: EventStream, follower: BatchFollower): Promise<void> {
    let told = '';
    for (let looks = 0; !stream.signal.aborted; looks += 1) {
      const view = await this.look(follower);
      const data = view === undefined ? told : JSON.stringify(view);
      const isEnd = view !== undefined && isOver(view);
      if (data !== told)
        await stream.send({ id: String(looks), event: isEnd ? view.state : 'progress', data });
      told = data;
      if (isEnd) return;
      if ((looks * LOOK_MS) % HEARTBEAT_MS === 0 && looks > 0) await this.beat(stream, follower);
      await delay(LOOK_MS, undefined, { signal: stream.signal }).catch(() => undefined);
    }
  }

  /** A database that is away answers nothing: the reader stays. */
  private async look({ workspaceId, batchId }: BatchFollower) {
    const row = await findBatch(this.db, workspaceId, batchId).catch(() => undefined);
    return row && batchJson(row);
  }

  private async beat(stream: EventStream, { isWelcome }: BatchFollower): Promise<void> {
    if (await isWelcome().catch(() => true)) stream.beat();
    else stream.close();
  }
}
