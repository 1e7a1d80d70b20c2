import type { StoredMsg } from '@nats-io/jetstream';
import { subjects } from '@skein/contracts';
import { isMissing } from '../link/broker-errors.js';
import type { NatsLink } from '../link/nats-link.js';
import type { Publisher } from '../publish/publisher.js';
import { bytesOf, type DeadEntry, type StoredDeadEntry } from './dead-entry.js';

/** What a service gives up on: a row, an item of a batch. */
export interface DeadItem {
  reason: string;
  /** Shown to people, and published again by a replay when there is a `subject`. Ids and codes; no secrets. */
  item: unknown;
  /** The subject that makes somebody try it again. */
  subject?: string;
}

export interface DeadPage {
  /** Entries per page, at most 500. Default 100. */
  limit?: number;
  /** The `seq` of the last entry already seen. */
  after?: number;
}

const MAX_PAGE = 500;

/** The entries of DEAD: what was given up, with its reason, for people to read and to replay. Kept 30 days. */
export class DeadLetters {
  constructor(
    private readonly link: NatsLink,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Records that a service gave up on something. Resolves once it is stored.
   *
   * @throws as `publishSurely`; the caller must then not settle the item.
   */
  async publishDead(ws: string, service: string, dead: DeadItem): Promise<void> {
    await this.store(ws, {
      at: new Date().toISOString(),
      service,
      reason: dead.reason,
      ...(dead.subject === undefined ? {} : { subject: dead.subject }),
      payload: JSON.stringify(dead.item),
      encoding: 'utf8',
    });
  }

  /** Stores a ready-made entry. The same source message given up twice is one entry. @throws as `publishSurely` */
  async store(ws: string, entry: DeadEntry): Promise<void> {
    const { source } = entry;
    const id = source ? `${source.stream}:${source.seq}:${entry.service}` : `${entry.at}:${entry.payload}`;
    await this.publisher.publishSurely(subjects.dead(ws, entry.service), JSON.stringify(entry), `dead:${id}`);
  }

  /** The entries of a workspace, oldest first. @throws NatsAwayError */
  async listDead(ws: string, page: DeadPage = {}): Promise<StoredDeadEntry[]> {
    const manager = await this.link.manager();
    const batch = Math.min(page.limit ?? 100, MAX_PAGE);
    const query = { seq: (page.after ?? 0) + 1, batch, next_by_subj: subjects.dead(ws, '>') };
    const entries: StoredDeadEntry[] = [];
    try {
      for await (const message of await manager.direct.getBatch('DEAD', query))
        entries.push(toEntry(message));
    } catch (error) {
      if (!isNothing(error)) throw error;
    }
    return entries;
  }

  /** One entry of a workspace, or undefined when there is none (or it is another workspace's). @throws NatsAwayError */
  async findDead(ws: string, seq: number): Promise<StoredDeadEntry | undefined> {
    const manager = await this.link.manager();
    const message = await manager.streams.getMessage('DEAD', { seq }).catch((error: unknown) => {
      if (isNothing(error)) return null;
      throw error;
    });
    if (!message?.subject.startsWith(subjects.dead(ws, ''))) return undefined;
    return toEntry(message);
  }

  /**
   * Publishes an entry again where it came from and removes it. A repeat within 2 minutes is dropped by the server.
   *
   * @returns false when there is no such entry, or nothing in it that could be published.
   * @throws NatsAwayError
   */
  async replayDead(ws: string, seq: number): Promise<boolean> {
    const entry = await this.findDead(ws, seq);
    if (entry?.subject === undefined) return false;
    await this.link.js.publish(entry.subject, bytesOf(entry), { msgID: `replay:${seq}` });
    const manager = await this.link.manager();
    await manager.streams.deleteMessage('DEAD', seq, false);
    return true;
  }
}

function toEntry(message: StoredMsg): StoredDeadEntry {
  const [, , ws = ''] = message.subject.split('.');
  return { ...message.json<DeadEntry>(), seq: message.seq, ws };
}

/** "No message found" of either API, and a stream that has just been wiped: there is nothing to list. */
function isNothing(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  return code === 10037 || code === 404 || /no (message|results)/i.test(message ?? '') || isMissing(error);
}
