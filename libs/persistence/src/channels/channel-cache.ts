import type { Sql } from '../db.js';
import { channelByAccount, channelsById, type SealedChannel } from './load.js';

/** How old an answer may be: a changed credential or a paused channel is seen within this many ms. */
const FRESH_MS = 2000;
/** Accounts that do not exist are remembered too, so strangers cannot grow the cache beyond this. */
const MAX_ENTRIES = 10_000;

interface Entry {
  channel: Promise<SealedChannel | undefined>;
  at: number;
}

/** Channels by id and by (kind, account), at most 2 s old. Concurrent askers share one query; failures are not kept. */
export class ChannelCache {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly sql: Sql) {}

  byId(id: string): Promise<SealedChannel | undefined> {
    return this.get(`id:${id}`, async () => (await channelsById(this.sql, [id]))[0]);
  }

  byAccount(kind: string, account: string): Promise<SealedChannel | undefined> {
    return this.get(`account:${kind}:${account}`, () => channelByAccount(this.sql, kind, account));
  }

  private get(
    key: string,
    load: () => Promise<SealedChannel | undefined>,
  ): Promise<SealedChannel | undefined> {
    const found = this.entries.get(key);
    if (found && Date.now() - found.at < FRESH_MS) return found.channel;
    const channel = load();
    channel.catch(() => this.entries.delete(key));
    if (this.entries.size >= MAX_ENTRIES) this.entries.clear();
    this.entries.set(key, { channel, at: Date.now() });
    return channel;
  }
}
