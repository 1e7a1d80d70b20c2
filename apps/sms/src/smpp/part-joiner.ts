import { joined } from './short-message.js';
import type { PartOf } from './short-message.js';

/** A message put together from its parts. */
export interface JoinedMessage {
  key: string;
  text: string;
  /** Parts that never came. */
  missing: number;
}

interface Open {
  texts: (string | undefined)[];
  since: number;
}

/** Messages that may be open at once; beyond it the oldest is given out as it is. */
const MAX_OPEN = 1_000;
/** How long the rest of a message is waited for. */
export const WAIT_MS = 60_000;

/**
 * Puts the parts of people's long messages together, in whatever order they come. Parts are acknowledged one by one, for an SMSC may send
 * the next only then, so an unfinished message lives in memory alone.
 */
export class PartJoiner {
  private readonly open = new Map<string, Open>();

  /** Takes one part. The message, once all of it is there; it stays open until {@link done}, should it have to be told again. */
  add(
    sender: string,
    { reference, total, part }: PartOf,
    text: string,
    now: number,
  ): JoinedMessage | undefined {
    const key = `${sender}\n${reference}\n${total}`;
    const message = this.open.get(key) ?? {
      texts: Array.from<string | undefined>({ length: total }),
      since: now,
    };
    message.texts[part - 1] = text;
    this.open.set(key, message);
    return message.texts.every((each) => each !== undefined) ? shown(key, message) : undefined;
  }

  done(key: string): void {
    this.open.delete(key);
  }

  /** Messages whose rest has not come in time, as far as they are there; `everything` at the end. */
  overdue(now: number, everything = false): JoinedMessage[] {
    const all = [...this.open];
    const excess = all.length - MAX_OPEN;
    return all
      .filter(([, { since }], index) => everything || now - since >= WAIT_MS || index < excess)
      .map(([key, message]) => shown(key, message));
  }
}

function shown(key: string, { texts }: Open): JoinedMessage {
  const there = texts.filter((each) => each !== undefined);
  return { key, text: joined(there), missing: texts.length - there.length };
}
