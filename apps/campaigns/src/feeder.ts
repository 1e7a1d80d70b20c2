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
/** Milliseconds for which a channel that failed is left alone; over when the sweeper looks, 5 s after it was served last. */
const REST_MS = 3000;

/**
 * Looks at the channels with bulk sends waiting, again and again while there are any. What is to be done and how far it is stands in
 * the rows, so any number of feeders may run. A channel that fails keeps no other from its turn.
 */
@Injectable()
export class Feeder implements OnModuleDestroy {
  private readonly repeated: RepeatedLog;
  private running: Promise<void> | undefined;
  private isRung = false;
  private isStopped = false;
  /** Channels that failed, and when each may be tried again (epoch ms). */
  private readonly resting = new Map<string, number>();

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
      this.warn('feed', error);
    }
  }

  /** @returns whether anything is waiting that may be tried now. */
  private async look(): Promise<boolean> {
    const channels = (await channelsToFeed(this.db)).filter((id) => this.mayTry(id));
    const left = [...channels];
    const work = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined && !this.isStopped; id = left.pop()) await this.tryFeed(id);
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, channels.length) }, work));
    return channels.length > 0;
  }

  private mayTry(channelId: string): boolean {
    const until = this.resting.get(channelId);
    if (until !== undefined && until > Date.now()) return false;
    this.resting.delete(channelId);
    return true;
  }

  /** Never rejects. */
  private async tryFeed(channelId: string): Promise<void> {
    try {
      await this.feed(channelId);
    } catch (error) {
      this.resting.set(channelId, Date.now() + REST_MS);
      this.warn(`feed:${channelId}`, error, { channelId });
    }
  }

  private async feed(channelId: string): Promise<void> {
    const accepted = await this.db.transaction((sql) => feedChannel(sql, channelId));
    for (const [workspaceId, ids] of accepted) {
      void this.publisher.ring(subjects.send(workspaceId, API_TOKEN), { ids });
    }
  }

  private warn(key: string, error: unknown, fields: { channelId?: string } = {}): void {
    const text = isDatabaseAway(error) ? 'bulk sends wait for the database' : 'feeding failed; looking again';
    this.repeated.warn(key, { err: error, ...fields }, text);
  }
}
