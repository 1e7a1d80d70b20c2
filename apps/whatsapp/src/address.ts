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
