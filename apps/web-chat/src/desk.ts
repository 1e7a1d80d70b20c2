import type { ListenerKit } from '@skein/channel-kit';
import type { Db } from '@skein/persistence';
import { RepeatedLog, type Logger } from '@skein/runtime';
import type { WebChatConfig } from './config.js';
import type { Appended, NewEntry, Place, StoredEntry } from './entries.js';
import type { Hub } from './hub.js';
import { Buckets } from './limits.js';
import type { ShownEntry } from './protocol.js';
import { entriesBefore, latestEntries } from './reading.js';
import { show, type UrlOf } from './show.js';

export interface DeskParts {
  db: Db;
  hub: Hub;
  kit: ListenerKit<WebChatConfig>;
  logger: Logger;
  urlOf: UrlOf;
  append(entry: NewEntry): Promise<Appended>;
}

interface Open {
  close(code: number): void;
  check(): void;
}

/** One message a second, five at once, for each person. */
const MESSAGES = { perSecond: 1, burst: 5 };

/** What every connection of the process shares. */
export class Desk {
  readonly db: Db;
  readonly hub: Hub;
  readonly kit: ListenerKit<WebChatConfig>;
  readonly messages = new Buckets(MESSAGES.perSecond, MESSAGES.burst);
  private readonly repeated: RepeatedLog;
  private readonly sessions = new Map<Open, () => void>();

  constructor(private readonly parts: DeskParts) {
    const { db, hub, kit, logger } = parts;
    this.db = db;
    this.hub = hub;
    this.kit = kit;
    this.repeated = new RepeatedLog(logger);
  }

  append(entry: NewEntry): Promise<Appended> {
    return this.parts.append(entry);
  }

  shown(workspaceId: string, entry: StoredEntry): ShownEntry {
    return show(entry, (source) => this.parts.urlOf(workspaceId, source));
  }

  /** Where a connection begins to read: after its cursor, or so that it gets the latest page. */
  async startOf(place: Place, cursor: number | undefined): Promise<{ position: number; more: boolean }> {
    const [latest = 0] = await latestEntries(this.db, [place]);
    // A cursor from the future is of another conversation, or of a database that was set back.
    if (cursor !== undefined && cursor <= latest) return { position: cursor, more: false };
    const { entries, more } = await entriesBefore(this.db, place, latest + 1);
    return { position: (entries[0]?.id ?? latest + 1) - 1, more };
  }

  failed(error: unknown): void {
    this.repeated.warn('desk', { err: error }, 'a web chat could not be served');
  }

  /** @param onLeft is called when the connection has ended. */
  entered(session: Open, onLeft: () => void): void {
    this.sessions.set(session, onLeft);
  }

  left(session: Open): void {
    this.sessions.get(session)?.();
    this.sessions.delete(session);
  }

  each(work: (session: Open) => void): void {
    for (const session of [...this.sessions.keys()]) work(session);
  }
}
