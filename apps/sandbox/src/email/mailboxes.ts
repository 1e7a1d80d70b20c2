import { invalid } from '../core/refusal.js';
import type { Mail } from './mail.js';

export interface Received {
  mail: Mail;
  read: boolean;
}

export interface Written {
  atMs: number;
  channelId: string;
  messageId: string;
  subject: string;
  text: string;
}

export interface Mailbox {
  address: string;
  received: Received[];
  written: Written[];
}

/** Mails kept per mailbox, in each direction; fewer survive a restart. */
const KEPT = 500;
const SAVED = 50;

/** Every mailbox ever written to; one not seen before exists and is empty. */
export class Mailboxes {
  private readonly boxes = new Map<string, Mailbox>();

  /** @throws a 400 for what is no address. */
  at(address: string): Mailbox {
    const key = address.toLowerCase();
    if (!/^[^\s@<>]+@[^\s@<>]+$/.test(key)) throw invalid('address', 'must be an email address');
    const known = this.boxes.get(key);
    if (known) return known;
    const opened: Mailbox = { address: key, received: [], written: [] };
    this.boxes.set(key, opened);
    return opened;
  }

  receive(mailbox: Mailbox, mail: Mail): void {
    mailbox.received.push({ mail, read: false });
    if (mailbox.received.length > 2 * KEPT) mailbox.received.splice(0, KEPT);
  }

  wrote(mailbox: Mailbox, written: Written): void {
    mailbox.written.push(written);
    if (mailbox.written.length > 2 * KEPT) mailbox.written.splice(0, KEPT);
  }

  all(): Iterable<Mailbox> {
    return this.boxes.values();
  }

  clear(): void {
    this.boxes.clear();
  }

  snapshot(): unknown {
    return [...this.boxes.values()].map(({ address, received, written }) => ({
      address,
      received: received.slice(-SAVED),
      written: written.slice(-SAVED),
    }));
  }

  restore(saved: unknown): void {
    for (const box of (saved ?? []) as Mailbox[]) this.boxes.set(box.address, box);
  }
}
