import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { PublicEvent } from '@skein/contracts';
import { NatsLink } from '@skein/messaging';
import { LOGGER, type Logger } from '@skein/runtime';
import { HEARTBEAT_MS, type EventStream } from './event-stream.js';
import { OpenStreams } from './open-streams.js';
import type { Start } from './position.js';
import { readEvents, type FedItem, type Feed } from './read-events.js';

/** Streams that one workspace may have open at one process: each is a consumer in NATS. */
const MAX_STREAMS = 100;

/** What a reader follows and who may say that it still does. */
export interface Follower extends Feed {
  start: Start;
  matches: (event: PublicEvent) => boolean;
  /** False when the key was revoked since. */
  isWelcome: () => Promise<boolean>;
}

const GAP = 'Events after the last one you have may be missing; read what matters again.';

/** The open event streams of this process. They end with it, and readers go on at another. */
@Injectable()
export class EventStreams implements OnModuleDestroy {
  private readonly open: OpenStreams;

  constructor(
    private readonly link: NatsLink,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.open = new OpenStreams('event', MAX_STREAMS, logger);
  }

  /** @throws `rate_limited` when the workspace has too many open already. */
  checkRoom(workspaceId: string): void {
    this.open.checkRoom(workspaceId);
  }

  /** Feeds a stream until its reader goes away. Never rejects. */
  serve(stream: EventStream, follower: Follower): Promise<void> {
    return this.open.keep(stream, follower.workspaceId, this.feed(stream, follower));
  }

  onModuleDestroy(): Promise<void> {
    return this.open.close();
  }

  private async feed(stream: EventStream, follower: Follower): Promise<void> {
    const beat = setInterval(() => void this.beat(stream, follower), HEARTBEAT_MS);
    try {
      for await (const item of readEvents(this.link, follower, follower.start, stream.signal)) {
        if (stream.signal.aborted) return;
        if ('gap' in item || follower.matches(item.event)) await stream.send(blockOf(item));
      }
    } finally {
      clearInterval(beat);
    }
  }

  /** A database that is away answers nothing: the reader stays. */
  private async beat(stream: EventStream, follower: Follower): Promise<void> {
    if (await follower.isWelcome().catch(() => true)) stream.beat();
    else stream.close();
  }
}

function blockOf(item: FedItem): Record<string, string> {
  if ('gap' in item)
    return {
      id: item.id,
      event: 'gap',
      data: JSON.stringify({ type: 'gap', reason: item.gap, detail: GAP }),
    };
  return { id: item.id, event: item.event.type, data: JSON.stringify(item.event) };
}
