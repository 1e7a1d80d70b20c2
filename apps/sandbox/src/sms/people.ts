import { invalid } from '../core/refusal.js';

/** A file of a message, as the person sees it. */
export interface TextFile {
  url: string;
  mimeType?: string;
  filename?: string;
  sha256?: string;
  size?: number;
}

/** One text message on the phone. */
export interface ReceivedText {
  id: string;
  atMs: number;
  channelId: string;
  text: string;
  files: TextFile[];
  segments: number;
  raw: unknown;
  read: boolean;
}

export interface WrittenText {
  id: string;
  atMs: number;
  channelId: string;
  text: string;
}

export interface Person {
  address: string;
  inbox: ReceivedText[];
  written: WrittenText[];
}

/** Messages kept per person and direction. */
const KEPT = 2_000;
/** Of these, so many survive a restart. */
const SAVED = 50;

/** Everybody with a phone; a number not seen before is a person who exists. */
export class People {
  private readonly byAddress = new Map<string, Person>();

  /** The person at a number in any spelling. Throws a 400 for what is none. */
  at(address: string): Person {
    const digits = address.replace(/[\s().-]/g, '').replace(/^\+/, '');
    if (!/^[1-9]\d{4,14}$/.test(digits)) throw invalid('address', 'must be a phone number');
    const key = `+${digits}`;
    const known = this.byAddress.get(key);
    if (known) return known;
    const person: Person = { address: key, inbox: [], written: [] };
    this.byAddress.set(key, person);
    return person;
  }

  receive(person: Person, text: ReceivedText): void {
    person.inbox.push(text);
    if (person.inbox.length > 2 * KEPT) person.inbox.splice(0, KEPT);
  }

  wrote(person: Person, text: WrittenText): void {
    person.written.push(text);
    if (person.written.length > 2 * KEPT) person.written.splice(0, KEPT);
  }

  all(): Iterable<Person> {
    return this.byAddress.values();
  }

  clear(): void {
    this.byAddress.clear();
  }

  snapshot(): unknown {
    return [...this.byAddress.values()].map((person) => ({
      ...person,
      inbox: person.inbox.slice(-SAVED),
      written: person.written.slice(-SAVED),
    }));
  }

  restore(saved: unknown): void {
    for (const person of (saved ?? []) as Person[]) this.byAddress.set(person.address, person);
  }
}
