import { invalid } from './refusal.js';

/** What a person has received, and whether they have looked at it. */
interface Readable {
  read: boolean;
}

/**
 * The person looks at what they received up to a message, or at all of it.
 *
 * @param received oldest first.
 * @returns what they had not looked at before.
 * @throws a refusal when no message has the id.
 */
export function readUpTo<T>(
  received: readonly T[],
  upTo: string | undefined,
  idOf: (one: T) => string,
  messageOf: (one: T) => Readable,
): T[] {
  const end = upTo === undefined ? received.length : received.findIndex((one) => idOf(one) === upTo) + 1;
  if (end === 0 && upTo !== undefined) throw invalid('upTo', 'is no message in this inbox');
  const unread = received.slice(0, end).filter((one) => !messageOf(one).read);
  for (const one of unread) messageOf(one).read = true;
  return unread;
}

/** Messages that carry id and flag themselves. */
export function readMessages<T extends Readable & { id: string }>(
  received: readonly T[],
  upTo: string | undefined,
): T[] {
  return readUpTo(
    received,
    upTo,
    ({ id }) => id,
    (message) => message,
  );
}
