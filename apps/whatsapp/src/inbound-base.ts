import { createHash } from 'node:crypto';
import type { InboundEvent } from '@skein/contracts';
import { phoneAddress, userIdAddress } from './address.js';
import { canonical, listOf, objectOf, textOf } from './json.js';
import type { JsonObject } from './json.js';

/** Who an event is about, with every address the platform states for that person. */
export interface Sender {
  address: string;
  aliases?: string[];
  profileName?: string;
}

/**
 * The sender of a message or preference. Since June 2026 the phone number may be missing; then the business-scoped user id is the
 * address. Undefined when there is neither.
 */
export function senderOf(phone: unknown, userId: unknown, contacts: unknown): Sender | undefined {
  const contact = contactOf(phone, userId, contacts);
  const number = phoneAddress(phone) ?? phoneAddress(contact?.['wa_id']);
  const id = userIdAddress(userId) ?? userIdAddress(contact?.['user_id']);
  const address = number ?? id;
  if (address === undefined) return undefined;
  const profileName = textOf(objectOf(contact?.['profile'])?.['name'])?.slice(0, 200);
  return {
    address,
    ...(number !== undefined && id !== undefined ? { aliases: [id] } : {}),
    ...(profileName === undefined ? {} : { profileName }),
  };
}

/** The contact that carries the message's own phone number or user id; never another person's. */
function contactOf(phone: unknown, userId: unknown, contacts: unknown): JsonObject | undefined {
  const all = listOf(contacts)
    .map(objectOf)
    .filter((each) => each !== undefined);
  const known = (value: unknown): boolean => typeof value === 'string' && value !== '';
  if (!known(phone) && !known(userId)) return all.length === 1 ? all[0] : undefined;
  return all.find(
    (each) => (known(phone) && each['wa_id'] === phone) || (known(userId) && each['user_id'] === userId),
  );
}

/** Seconds, as the platform writes them: text, now and then in milliseconds, in some events a number. Without one it is now. */
export function timeOf(timestamp: unknown): string {
  const number =
    typeof timestamp === 'string' || typeof timestamp === 'number' ? Number(timestamp) : Number.NaN;
  const ms = number > LATEST_SECONDS ? number : number * 1000;
  return new Date(ms > 0 && ms <= LATEST_SECONDS * 1000 ? ms : Date.now()).toISOString();
}

/** The year 2100 in seconds; a larger number is in milliseconds. */
const LATEST_SECONDS = 4_102_444_800;

/** The platform's id of an event, or one derived from its content, so that a repeated delivery has the same. */
export function eventIdOf(value: unknown, id?: unknown): string {
  const given = textOf(id);
  if (given !== undefined && given.length <= 512) return given;
  return `sha256:${createHash('sha256').update(canonical(value)).digest('hex')}`;
}

/** An event that is kept for the record and does nothing. */
export function unsupported(what: string, value: unknown, address?: string): InboundEvent {
  const about = objectOf(value);
  return {
    type: 'unsupported',
    eventId: eventIdOf([what, value], about?.['id']),
    at: timeOf(about?.['timestamp']),
    what,
    ...(address === undefined ? {} : { address }),
  };
}
