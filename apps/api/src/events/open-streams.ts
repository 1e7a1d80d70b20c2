import { refuse } from '@skein/contracts';
import type { Logger } from '@skein/runtime';
import type { EventStream } from './event-stream.js';

/** Seconds after which there may be room again. */
const RETRY_AFTER_S = 30;

/** The streams of one sort that are open in this process. They end with it, and readers go on at another. */
export class OpenStreams {
  private readonly open = new Map<EventStream, { workspaceId: string; ended: Promise<void> }>();

  /**
   * @param what the sort of streams, as callers and the log are told
   * @param max how many one workspace may have open
   */
  constructor(
    private readonly what: string,
    private readonly max: number,
    private readonly logger: Logger,
  ) {}

  /** @throws `rate_limited` when the workspace has too many open already. */
  checkRoom(workspaceId: string): void {
    const theirs = [...this.open.values()].filter((stream) => stream.workspaceId === workspaceId);
    if (theirs.length >= this.max)
      refuse('rate_limited', `At most ${this.max} ${this.what} streams can be open at once.`, {
        retryAfterSeconds: RETRY_AFTER_S,
      });
  }

  /** Keeps a stream open while it is fed. Never rejects. */
  async keep(stream: EventStream, workspaceId: string, fed: Promise<void>): Promise<void> {
    const ended = fed
      .catch((error: unknown) => this.logger.error({ err: error, stream: this.what }, 'a stream failed'))
      .finally(() => stream.close());
    this.open.set(stream, { workspaceId, ended });
    await ended;
    this.open.delete(stream);
  }

  /** Closes all of them. */
  async close(): Promise<void> {
    const all = [...this.open];
    for (const [stream] of all) stream.close();
    await Promise.all(all.map(([, { ended }]) => ended));
  }
}
