import { createHash } from 'node:crypto';

interface Seen {
  eventId: string;
  session: object;
  at: number;
  /** When it was durable, and so about to be acknowledged. */
  keptAt?: number;
}

/** An SMSC that lost an acknowledgement sends again soon after it is connected. */
const WITHIN_MS = 60_000;
/** Acknowledgements that took so long may have crossed with a repetition. */
const SLOW_MS = 2_000;
const CROSSED_MS = 5_000;
const MAX_SEEN = 10_000;

/**
 * Ids for messages of people, which SMPP does not give. The same content again is the same message when it was not acknowledged yet, when
 * the acknowledgement took long, or when it comes over another connection shortly after, because then the acknowledgement was lost.
 * Otherwise somebody has written the same twice.
 */
export class Repeats {
  private readonly seen = new Map<string, Seen>();
  private last = 0;

  /** The event id of a message with this content. */
  idOf(content: readonly unknown[], session: object, now: number): string {
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
    const before = this.seen.get(hash);
    if (before && isRepeated(before, session, now)) {
      // Over this connection it has been repeated now: the next one is another message.
      before.session = session;
      return before.eventId;
    }
    this.last = Math.max(now, this.last + 1);
    const eventId = `mo:${hash}:${this.last.toString(36)}`;
    this.seen.delete(hash);
    this.seen.set(hash, { eventId, session, at: now });
    for (const oldest of this.seen.keys()) {
      if (this.seen.size <= MAX_SEEN) break;
      this.seen.delete(oldest);
    }
    return eventId;
  }

  /** The message is durable and will be acknowledged. */
  kept(eventId: string, now: number): void {
    const entry = this.seen.get(eventId.split(':')[1] ?? '');
    if (entry?.eventId === eventId) entry.keptAt ??= now;
  }
}

function isRepeated({ session: before, at, keptAt }: Seen, session: object, now: number): boolean {
  if (now - at >= WITHIN_MS) return false;
  if (keptAt === undefined || before !== session) return true;
  return keptAt - at >= SLOW_MS && now - keptAt < CROSSED_MS;
}
