import { consentWish, subjects, type InboundEvent } from '@skein/contracts';
import {
  bisect,
  commitInbound,
  MicroBatcher,
  type Committed,
  type Db,
  type InboxItem,
} from '@skein/persistence';
import type { Publisher } from '@skein/messaging';
import { RepeatedLog, type Logger } from '@skein/runtime';
import type { ChannelAccount } from '../definition.js';
import type { MediaFetcher } from '../media/media-fetcher.js';

export interface InboxParts {
  db: Db;
  publisher: Publisher;
  fetcher: MediaFetcher;
  logger: Logger;
}

/** Events of one channel that are committed together. */
export interface Delivery {
  account: ChannelAccount<object>;
  events: InboundEvent[];
}

const BATCH = { max: 64, delayMs: 2 };
const WAKE_MS = 5000;
/** Files are fetched within 30 s; until then the thread service leaves the event alone. */
const WAKE_WITH_MEDIA_MS = 40_000;

type Outcome = { value: Committed[] } | { error: unknown };

interface Arrived {
  item: InboxItem;
  account: ChannelAccount<object>;
}

/** Makes inbound events durable, then fetches their files and rings the thread service. */
export class Inbox {
  private readonly batcher: MicroBatcher<InboxItem[], Outcome>;
  /** Fetches under way by address: later events of the same person are rung behind them. */
  private readonly fetching = new Map<string, Promise<void>>();
  private readonly repeated: RepeatedLog;

  constructor(private readonly parts: InboxParts) {
    this.batcher = new MicroBatcher((groups) => this.commit(groups), BATCH);
    this.repeated = new RepeatedLog(parts.logger);
  }

  /** Resolves when the events are committed, those known before included. @throws when they are not. */
  async accept(deliveries: Delivery[]): Promise<void> {
    const arrived = deliveries.flatMap(({ account, events }) => {
      const { id: channelId, workspaceId } = account;
      const told = new Set(events.map(({ eventId }) => eventId));
      const all = events.flatMap((event) => withConsent(account, event, told));
      return all.map((event) => ({
        account,
        item: {
          workspaceId,
          channelId,
          event,
          wakeMs: this.parts.fetcher.wants(account, event) ? WAKE_WITH_MEDIA_MS : WAKE_MS,
        },
      }));
    });
    if (arrived.length === 0) return;
    const outcome = await this.batcher.add(arrived.map(({ item }) => item));
    if ('error' in outcome) throw outcome.error;
    void this.afterwards(arrived, outcome.value);
  }

  /** Resolves when the files under way are fetched. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.fetching.values());
  }

  /** A group that carries what cannot be stored fails alone. */
  private async commit(groups: InboxItem[][]): Promise<Outcome[]> {
    const settled = await bisect(groups, async (some) => {
      const flat = await commitInbound(this.parts.db, some.flat());
      let from = 0;
      return some.map((group) => flat.slice(from, (from += group.length)));
    });
    const bad = settled.find((one) => 'error' in one);
    if (bad && 'error' in bad)
      this.repeated.error('commit', { err: bad.error }, 'inbound events could not be stored');
    return settled;
  }

  private async afterwards(arrived: Arrived[], committed: Committed[]): Promise<void> {
    const byWorkspace = new Map<string, string[]>();
    arrived.forEach(({ account, item }, index) => {
      const id = committed[index]?.id;
      if (id === undefined || id === null) return;
      const key = laneOf(item);
      const before = key === undefined ? undefined : this.fetching.get(key);
      const wants = this.parts.fetcher.wants(account, item.event);
      if (!wants && !before) {
        byWorkspace.set(item.workspaceId, [...(byWorkspace.get(item.workspaceId) ?? []), id]);
      } else {
        this.fetchThenRing(key ?? id, before, account, item, id);
      }
    });
    for (const [ws, inbound] of byWorkspace)
      void this.parts.publisher.ring(subjects.threads(ws), { inbound });
  }

  private fetchThenRing(
    key: string,
    before: Promise<void> | undefined,
    account: ChannelAccount<object>,
    { event, workspaceId }: InboxItem,
    id: string,
  ): void {
    const work: Promise<void> = Promise.all([before, this.parts.fetcher.fetch(account, event, id)])
      .then(() => void this.parts.publisher.ring(subjects.threads(workspaceId), { inbound: [id] }))
      .finally(() => {
        if (this.fetching.get(key) === work) this.fetching.delete(key);
      });
    this.fetching.set(key, work);
  }
}

function laneOf({ channelId, event }: InboxItem): string | undefined {
  return 'address' in event && event.address !== undefined ? `${channelId}\n${event.address}` : undefined;
}

/**
 * A typed keyword brings the wish as an event of its own, before the message, unless the channel has told it already. A pressed button
 * means what the agent says it means.
 */
function withConsent(
  account: ChannelAccount<object>,
  event: InboundEvent,
  told: ReadonlySet<string>,
): InboundEvent[] {
  if (event.type !== 'message' || event.content.text === undefined || event.content.action) return [event];
  const wish = consentWish(account.kind, event.content.text);
  const { at, address } = event;
  const eventId = `${event.eventId}:consent`;
  if (wish === undefined || told.has(eventId)) return [event];
  const evidence = `keyword: ${event.content.text.trim()}`;
  return [{ type: 'consent', eventId, at, address, ...wish, purpose: 'all', evidence }, event];
}
