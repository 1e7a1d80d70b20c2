import { objectOf, textOf } from '@skein/contracts';
import type { InboundEvent } from '@skein/contracts';
import type { Reading } from '../inbound-message.js';
import { RoomNames } from './room-names.js';

/** A session that a new connection can take up again. */
export interface Session {
  id: string;
  /** Where it is taken up. */
  url: string;
  /** Of the last dispatch whose events are durable. */
  sequence: number;
}

function sessionOf(remembered: unknown): Session | undefined {
  const kept = objectOf(remembered);
  const [id, url, sequence] = [textOf(kept?.['id']), textOf(kept?.['url']), kept?.['sequence']];
  return id === undefined || url === undefined || typeof sequence !== 'number'
    ? undefined
    : { id, url, sequence };
}

/** The last message of a channel that is durable. */
export interface Mark {
  last: string;
  isRoom: boolean;
}

/** Channels that are looked at again after a session was lost. */
const MARKS = 200;

/** What outlives a connection of one account. */
export class Memory {
  session: Session | undefined;
  readonly names = new RoomNames();
  private readonly self: Set<string>;
  private readonly marks = new Map<string, Mark>();

  /**
   * @param applicationId the bot of an older application has another id, which it is told when it is ready.
   * @param remembered the session of the process before, as it was kept.
   */
  constructor(applicationId: string, remembered: unknown) {
    this.self = new Set([applicationId]);
    this.session = sessionOf(remembered);
  }

  get reading(): Reading {
    return { self: this.self, roomName: (channel) => this.names.get(channel) };
  }

  iAm(userId: string): void {
    this.self.add(userId);
  }

  /** Notes where each channel has got to. */
  mark(events: readonly InboundEvent[]): void {
    for (const event of events) {
      if (event.type !== 'message') continue;
      this.marks.delete(event.address);
      this.marks.set(event.address, {
        last: event.providerMessageId,
        isRoom: event.content.author !== undefined,
      });
    }
    for (const oldest of this.marks.keys()) {
      if (this.marks.size <= MARKS) return;
      this.marks.delete(oldest);
    }
  }

  get marked(): ReadonlyMap<string, Mark> {
    return this.marks;
  }
}
