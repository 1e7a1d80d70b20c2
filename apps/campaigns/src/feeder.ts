import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { API_TOKEN, subjects } from '@skein/contracts';
import { Publisher } from '@skein/messaging';
import { channelsToFeed, Db, isDatabaseAway } from '@skein/persistence';
import { LOGGER, RepeatedLog, type Logger } from '@skein/runtime';
import { feedChannel } from './feed-channel.js';

/** Milliseconds between two looks: a fifth of what a channel may have on its way, so that it never runs dry. */
const LOOK_MS = 100;
/** Channels fed at once; each is one transaction of some ms. */
const AT_ONCE = 4;

/**
 * Looks at the channels with bulk sends waiting, again and again while there are any. Holds nothing: what is to be done and how far
 * it is stands in the rows, so any number of feeders may run.
 */
@Injectable()
export class Feeder implements OnModuleDestroy {
  private readonly repeated: RepeatedLog;
  private running: Promise<void> | undefined;
  private isRung = false;
  private isStopped = false;

  constructor(
    private readonly db: Db,
    private readonly publisher: Publisher,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.repeated = new RepeatedLog(logger);
  }

  /** Starts looking, unless it is under way. */
  ring(): void {
    this.isRung = true;
    if (this.isStopped) return;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (this.isRung) this.ring();
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  /** Never rejects: after an error the sweeper rings. */
  private async run(): Promise<void> {
    try {
      do {
        this.isRung = false;
        while (!this.isStopped && (await this.look())) await delay(LOOK_MS);
      } while (this.isRung && !this.isStopped);
    } catch (error) {
      const text = isDatabaseAway(error)
        ? 'bulk sends wait for the database'
        : 'feeding failed; looking again';
      this.repeated.warn('feed', { err: error }, text);
    }
  }

  /** @returns whether anything is waiting. */
  private async look(): Promise<boolean> {
    const channels = await channelsToFeed(this.db);
    const left = [...channels];
    const work = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined && !this.isStopped; id = left.pop()) await this.feed(id);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, channels.length) }, work));
    return channels.length > 0;
  }

  private async feed(channelId: string): Promise<void> {
    const accepted = await this.db.transaction((sql) => feedChannel(sql, channelId));
    for (const [workspaceId, ids] of accepted) {
      void this.publisher.ring(subjects.send(workspaceId, API_TOKEN), { ids });
    }
  }
}
