import { listOf, objectOf, textOf } from '@skein/contracts';
import type { JsonObject } from '@skein/contracts';
import { dialledNumber, phoneAddress, userIdAddress } from './address.js';

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
  const dialled = number === undefined ? undefined : dialledNumber(number);
  const aliases = number === undefined ? [] : [id, dialled].filter((other) => other !== undefined);
  const profileName = textOf(objectOf(contact?.['profile'])?.['name'])?.slice(0, 200);
  return {
    address,
    ...(aliases.length === 0 ? {} : { aliases }),
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
