import { createHash } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { invalid, notFound } from '../core/refusal.js';
import { isSnowflake, Snowflakes } from './snowflake.js';

export type PlaceKind = 'direct' | 'room' | 'thread';

/** A channel of the platform: between a person and a bot, in a server, or a thread there. */
export interface Place {
  id: string;
  kind: PlaceKind;
  name: string;
  guildId: string | null;
  parentId: string | null;
  messages: StoredMessage[];
}

export interface Author {
  id: string;
  name: string;
}

export interface StoredFile {
  id: string;
  filename: string;
  mimeType: string;
  size: number;
  sha256: string;
}

export interface StoredMessage {
  id: string;
  placeId: string;
  /** The account that sent it, or that it was told to. */
  channelId: string;
  fromBot: boolean;
  author: Author;
  atMs: number;
  editedMs: number | null;
  content: string;
  embeds: unknown[];
  components: unknown[];
  files: StoredFile[];
  reactions: { emoji: string; userId: string; atMs: number }[];
  nonce: string | number | null;
  replyTo: string | null;
  flags: number;
  /** The request as it came, or what the person asked for. */
  raw: JsonObject;
  read: boolean;
}

/** Messages kept per place, and those that survive a restart. */
const KEPT = 2_000;
const SAVED = 50;
/** One server for every room. */
const GUILD = '900000000000000001';

/** Everywhere that something was ever written. An id not seen before is a direct channel that nobody has opened yet. */
export class Places {
  private readonly byId = new Map<string, Place>();
  private readonly ids = new Snowflakes();

  newId(nowMs: number): string {
    return this.ids.next(nowMs);
  }

  get(id: string): Place | undefined {
    return this.byId.get(id);
  }

  all(): Place[] {
    return [...this.byId.values()];
  }

  /** Opens a place; a known one only takes a new name. */
  open(id: string, { kind, name, parentId }: { kind: PlaceKind; name?: string; parentId?: string }): Place {
    if (!isSnowflake(id)) throw invalid('address', 'must be the id of a channel: 17 to 20 digits');
    const known = this.byId.get(id);
    if (known) {
      if (name !== undefined) known.name = name;
      return known;
    }
    const guildId = kind === 'direct' ? null : GUILD;
    const place: Place = {
      id,
      kind,
      name: name ?? `person-${id.slice(-4)}`,
      guildId,
      parentId: parentId ?? null,
      messages: [],
    };
    this.byId.set(id, place);
    return place;
  }

  /** The direct channel of a person. */
  directOf(userId: string, nowMs: number): Place {
    const known = this.all().find((place) => place.kind === 'direct' && this.personOf(place).id === userId);
    return known ?? this.open(this.newId(nowMs), { kind: 'direct' });
  }

  /** Who writes in a direct channel, when nothing else is said. */
  personOf(place: Place): Author {
    const digits = BigInt(`0x${createHash('sha256').update(place.id).digest('hex').slice(0, 14)}`);
    return { id: `2${String(digits % 10n ** 17n).padStart(17, '0')}`, name: place.name };
  }

  add(message: StoredMessage): void {
    const place = this.byId.get(message.placeId);
    if (!place) throw notFound('There is no such channel.');
    place.messages.push(message);
    if (place.messages.length > 2 * KEPT) place.messages.splice(0, KEPT);
  }

  message(placeId: string, id: string): StoredMessage | undefined {
    return this.byId.get(placeId)?.messages.findLast((message) => message.id === id);
  }

  remove({ placeId, id }: StoredMessage): void {
    const place = this.byId.get(placeId);
    if (place) place.messages = place.messages.filter((message) => message.id !== id);
  }

  clear(): void {
    this.byId.clear();
  }

  snapshot(): unknown {
    return this.all().map((place) => ({ ...place, messages: place.messages.slice(-SAVED) }));
  }

  restore(saved: unknown): void {
    for (const place of (saved ?? []) as Place[]) this.byId.set(place.id, place);
  }
}
