import { randomUUID } from 'node:crypto';
import { objectOf, subjects, textOf } from '@skein/contracts';
import type { NatsLink } from '@skein/messaging';
import { MicroBatcher, type Db } from '@skein/persistence';
import { RepeatedLog, type Logger } from '@skein/runtime';
import type { Place, StoredEntry } from './entries.js';
import { entriesAfter, latestEntries, type After } from './reading.js';

/** An open connection of a person. */
export interface Client {
  readonly place: Place;
  /** The last entry handed to it. */
  readonly position: number;
  /** There may be new entries. */
  ring(): void;
  typing(ms: number): void;
  /** Another connection of the person has read up to an entry. */
  readElsewhere(upTo: number): void;
}

/** What is told about a conversation besides that there is something new. */
export interface News {
  typingMs?: number;
  readUpTo?: number;
}

export interface HubParts {
  db: Db;
  link: NatsLink;
  logger: Logger;
}

/** A bell that was lost is made good after this time, in ms. */
const SWEEP_MS = 4000;
const BATCH = { max: 256, delayMs: 2 };

/** The open connections of this process, rung by whoever writes an entry, here or in another replica. */
export class Hub {
  private readonly id = randomUUID();
  private readonly clients = new Map<string, Set<Client>>();
  private readonly readers: MicroBatcher<After, StoredEntry[]>;
  private readonly repeated: RepeatedLog;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly parts: HubParts) {
    this.readers = new MicroBatcher((asked) => entriesAfter(parts.db, asked), BATCH);
    this.repeated = new RepeatedLog(parts.logger);
  }

  /** Listens to the other replicas. Once per hub. */
  start(): void {
    this.parts.link.subscribe(subjects.webChat('*'), (payload, subject) => this.hear(payload, subject));
    this.again();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  add(client: Client): void {
    const key = keyOf(client.place);
    this.clients.set(key, (this.clients.get(key) ?? new Set()).add(client));
  }

  remove(client: Client): void {
    const key = keyOf(client.place);
    const open = this.clients.get(key);
    open?.delete(client);
    if (open?.size === 0) this.clients.delete(key);
  }

  /** What comes after an entry, at most a batch; questions of many connections are one statement. */
  after(place: Place, after: number): Promise<StoredEntry[]> {
    return this.readers.add({ ...place, after });
  }

  /** Rings the connections of the person, in every replica. Lost while NATS is away; the sweep makes it good. */
  tell(place: Place, news: News = {}, except?: Client): void {
    this.ring(place, news, except);
    const bell = { ...news, address: place.address, from: this.id };
    this.parts.link.publishCore(subjects.webChat(place.channelId), bell);
  }

  private hear(payload: unknown, subject: string): void {
    const bell = objectOf(payload);
    const address = textOf(bell?.['address']);
    if (this.stopped || bell === undefined || address === undefined || bell['from'] === this.id) return;
    const { typingMs, readUpTo } = bell;
    const channelId = subject.split('.')[2] ?? '';
    this.ring(
      { channelId, address },
      {
        ...(typeof typingMs === 'number' ? { typingMs } : {}),
        ...(typeof readUpTo === 'number' ? { readUpTo } : {}),
      },
    );
  }

  private ring(place: Place, { typingMs, readUpTo }: News, except?: Client): void {
    for (const client of this.clients.get(keyOf(place)) ?? []) {
      if (client === except) continue;
      if (typingMs !== undefined) client.typing(typingMs);
      else if (readUpTo !== undefined) client.readElsewhere(readUpTo);
      else client.ring();
    }
  }

  private again(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.sweep().finally(() => this.again()), SWEEP_MS);
  }

  private async sweep(): Promise<void> {
    const open = [...this.clients.values()].flatMap((clients) => [...clients]);
    if (open.length === 0) return;
    try {
      const latest = await latestEntries(
        this.parts.db,
        open.map(({ place }) => place),
      );
      open.forEach((client, index) => {
        if ((latest[index] ?? 0) > client.position) client.ring();
      });
    } catch (error) {
      this.repeated.warn('sweep', { err: error }, 'open chats could not be looked after');
    }
  }
}

function keyOf({ channelId, address }: Place): string {
  return `${channelId}\n${address}`;
}
