import type { JsonObject } from '../core/json.js';
import { invalid } from '../core/refusal.js';

/** A message, or a reaction, that reached the person. */
export interface ReceivedMessage {
  id: string;
  atMs: number;
  channelId: string;
  accountId: string;
  /** The request as the provider got it. */
  payload: JsonObject;
  read: boolean;
}

/** An event of the webhook that the person caused. */
export interface WrittenMessage {
  atMs: number;
  channelId: string;
  id: string;
  event: JsonObject;
}

/** Somebody by the id that one business knows them under. */
export interface Person {
  id: string;
  name: string;
  inbox: ReceivedMessage[];
  written: WrittenMessage[];
}

/** Messages kept per person, in each direction. */
const KEPT = 1_000;
/** Those of them that survive a restart. */
const SAVED = 50;

/** Everyone ever seen. */
export class People {
  private readonly byId = new Map<string, Person>();

  /** The person at an address of the control surface, made on first sight. Throws a 400 for what is no id. */
  at(address: string): Person {
    if (!/^\d{5,25}$/.test(address)) throw invalid('address', 'must be an id of 5 to 25 digits');
    const known = this.byId.get(address);
    if (known) return known;
    const person: Person = { id: address, name: `Person ${address.slice(-4)}`, inbox: [], written: [] };
    this.byId.set(address, person);
    return person;
  }

  known(id: string): Person | undefined {
    return this.byId.get(id);
  }

  all(): Iterable<Person> {
    return this.byId.values();
  }

  receive(person: Person, message: ReceivedMessage): void {
    person.inbox.push(message);
    if (person.inbox.length > 2 * KEPT) person.inbox.splice(0, KEPT);
  }

  wrote(person: Person, message: WrittenMessage): void {
    person.written.push(message);
    if (person.written.length > 2 * KEPT) person.written.splice(0, KEPT);
  }

  clear(): void {
    this.byId.clear();
  }

  snapshot(): unknown {
    return [...this.byId.values()].map((person) => ({
      ...person,
      inbox: person.inbox.slice(-SAVED),
      written: person.written.slice(-SAVED),
    }));
  }

  restore(saved: unknown): void {
    for (const person of (saved ?? []) as Person[]) this.byId.set(person.id, person);
  }
}
