import { createHash } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { JsonObject } from '../core/json.js';
import { invalid } from '../core/refusal.js';
import { isUserId, phoneDigits, waIdOf } from './wa-id.js';

/** A message that reached the person. */
export interface ReceivedMessage {
  id: string;
  atMs: number;
  channelId: string;
  phoneNumberId: string;
  /** The request as the provider got it. */
  payload: JsonObject;
  read: boolean;
}

/** A message object of the webhook that the person caused. */
export interface WrittenMessage {
  atMs: number;
  channelId: string;
  message: JsonObject & { id: string };
  /** The business marked it as read. */
  seen: boolean;
}

export interface Person {
  /** WhatsApp id, or the BSUID of a person whose phone is unknown. */
  key: string;
  waId: string | null;
  /** Filled when first needed, see {@link userIdOf}. */
  userId: string | null;
  name: string;
  username: string | null;
  /** Webhooks carry only the BSUID. */
  hidePhone: boolean;
  inbox: ReceivedMessage[];
  written: WrittenMessage[];
}

/** Messages kept per person, in each direction. */
const KEPT = 1_000;
/** Message ids whose author can be found again. */
const AUTHORS_KEPT = 100_000;
/** Messages per person and direction that survive a restart. */
const SAVED = 50;

/** Everyone ever seen; an address not seen before is a person who exists. */
export class People {
  private readonly byKey = new Map<string, Person>();
  private readonly byUserId = new Map<string, Person>();
  private readonly authors = new Map<string, Person>();

  /** The person at an address of the control surface: E.164 in any spelling, or a BSUID. Throws a 400 otherwise. */
  at(address: string): Person {
    const found = this.find(address);
    if (!found) throw invalid('address', 'must be a phone number or a business-scoped user id');
    return found;
  }

  /** The same, undefined for what is no address. */
  find(address: string): Person | undefined {
    if (isUserId(address)) return this.byUserId.get(address) ?? this.add({ waId: null, userId: address });
    const digits = phoneDigits(address);
    return digits === undefined ? undefined : this.byDigits(digits);
  }

  byDigits(digits: string): Person {
    const waId = waIdOf(digits);
    return this.byKey.get(waId) ?? this.add({ waId, userId: null });
  }

  /** Someone already seen under this key. */
  known(key: string): Person | undefined {
    return this.byKey.get(key);
  }

  all(): Iterable<Person> {
    return this.byKey.values();
  }

  setUserId(person: Person, userId: string): void {
    if (!isUserId(userId)) throw invalid('profile.userId', 'must look like US.13491208655302741918');
    if (person.userId !== null) this.byUserId.delete(person.userId);
    person.userId = userId;
    this.byUserId.set(userId, person);
  }

  /** The person's BSUID; the sandbox gives everyone one, derived from the number. */
  userIdOf(person: Person): string {
    if (person.userId === null) this.setUserId(person, derivedUserId(person.key));
    return person.userId ?? person.key;
  }

  receive(person: Person, message: ReceivedMessage): void {
    person.inbox.push(message);
    if (person.inbox.length > 2 * KEPT) person.inbox.splice(0, KEPT);
  }

  wrote(person: Person, message: WrittenMessage): void {
    person.written.push(message);
    this.authors.set(message.message.id, person);
    for (const oldest of this.authors.keys()) {
      if (this.authors.size <= AUTHORS_KEPT) break;
      this.authors.delete(oldest);
    }
    if (person.written.length > 2 * KEPT) person.written.splice(0, KEPT);
  }

  /** The message object someone sent under this id. */
  findWritten(id: string): { person: Person; written: WrittenMessage } | undefined {
    const person = this.authors.get(id);
    const written = person?.written.findLast(({ message }) => message.id === id);
    return person && written ? { person, written } : undefined;
  }

  clear(): void {
    this.authors.clear();
    this.byKey.clear();
    this.byUserId.clear();
  }

  snapshot(): unknown {
    return [...this.byKey.values()].map((person) => ({
      ...person,
      inbox: person.inbox.slice(-SAVED),
      written: person.written.slice(-SAVED),
    }));
  }

  restore(saved: unknown): void {
    for (const person of (saved ?? []) as Person[]) {
      this.byKey.set(person.key, person);
      if (person.userId !== null) this.byUserId.set(person.userId, person);
      for (const { message } of person.written) this.authors.set(message.id, person);
    }
  }

  private add({ waId, userId }: Pick<Person, 'waId' | 'userId'>): Person {
    const key = waId ?? userId ?? '';
    const name = waId === null ? `Person ${key.slice(-4)}` : `Person ${waId.slice(-4)}`;
    const hidePhone = waId === null;
    const person: Person = { key, waId, userId, name, username: null, hidePhone, inbox: [], written: [] };
    this.byKey.set(key, person);
    if (userId !== null) this.byUserId.set(userId, person);
    return person;
  }
}

/** How the control surface and the page name a person. */
export function addressOf(person: Person): string {
  return person.waId === null ? person.key : `+${person.waId}`;
}

function derivedUserId(waId: string): string {
  const country = parsePhoneNumberFromString(`+${waId}`)?.country ?? 'ZZ';
  const digits = BigInt(`0x${createHash('sha256').update(waId).digest('hex').slice(0, 16)}`).toString();
  return `${country}.${digits.padStart(20, '1')}`;
}
