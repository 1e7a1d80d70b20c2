/**
 * Addresses of people on WhatsApp: `+<E.164 digits>`, or a business-scoped user id such as `US.1349…` (two letters of a country,
 * at most 128 letters and digits, `ENT.` for the parent form; Meta, business-scoped user ids, 28 May 2026).
 */
const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;
const DIGITS = /^\d{5,20}$/;

/** The canonical address of a `wa_id` or `from`; undefined for what is no phone number. */
export function phoneAddress(waId: unknown): string | undefined {
  return typeof waId === 'string' && DIGITS.test(waId) ? `+${waId}` : undefined;
}

/** The canonical address of a `user_id` or `from_user_id`. */
export function userIdAddress(userId: unknown): string | undefined {
  return typeof userId === 'string' && USER_ID.test(userId) ? userId : undefined;
}

/** How a call names its receiver: `to` for a phone number, `recipient` for a user id; undefined for what is neither. */
export function receiverOf(address: string): { to: string } | { recipient: string } | undefined {
  if (USER_ID.test(address)) return { recipient: address };
  return /^\+\d{5,20}$/.test(address) ? { to: address.slice(1) } : undefined;
}

const MEXICO = /^\+521(\d{10})$/;
/** A mobile number in an area that WhatsApp knows without its ninth digit. */
const BRAZIL = /^\+55(29|[3-9]\d)([6-9]\d{7})$/;

/**
 * The number as it is dialled, where WhatsApp knows it by other digits: in Mexico with a 1 that numbers lost in 2019, in most of Brazil
 * without the ninth digit that mobile numbers got in 2016. Both name the same line; callers know the dialled one, webhooks tell the
 * other.
 */
export function dialledNumber(address: string): string | undefined {
  const mexico = MEXICO.exec(address)?.[1];
  if (mexico !== undefined) return `+52${mexico}`;
  const [, area, rest] = BRAZIL.exec(address) ?? [];
  return area === undefined ? undefined : `+55${area}9${rest}`;
}
