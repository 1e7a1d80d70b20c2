/**
 * How many things a payload asks a handler to do: the entries of an array, the ids in the lists of a doorbell, else
 * one. Batches are bounded by this and not by messages, because one message may carry 500 ids.
 */
export function weightOf(data: unknown): number {
  if (Array.isArray(data)) return Math.max(1, data.length);
  if (typeof data !== 'object' || data === null) return 1;
  const listed = Object.values(data).reduce<number>(
    (sum, member) => sum + (Array.isArray(member) ? member.length : 0),
    0,
  );
  return Math.max(1, listed);
}
