/**
 * What a handler says about one item. Saying nothing means it is done.
 * - `retry`: deliver it again after `delayMs`; not a strike. Long waits belong in a row's `wake_at`, for a waiting
 *   message keeps its place among those the consumer may have out at once.
 * - `dead`: it can never be handled; it is kept with the reason for a person to look at or replay.
 */
export type Settlement =
  { kind: 'done' } | { kind: 'retry'; delayMs: number } | { kind: 'dead'; reason: string };

export const done = (): Settlement => ({ kind: 'done' });
export const retry = (delayMs: number): Settlement => ({ kind: 'retry', delayMs });
export const dead = (reason: string): Settlement => ({ kind: 'dead', reason });

/** One message as a handler gets it. */
export interface Item<T = unknown> {
  /** The subject it was published on. */
  subject: string;
  /** The subject's tokens: of `skein.send.<ws>.<token>` the workspace is `tokens[2]`. */
  tokens: string[];
  /** The decoded and validated payload. */
  data: T;
  /** Its number in the stream. */
  seq: number;
  /** Deliveries before this one. */
  redeliveries: number;
}

/** What a handler may return: nothing, or one settlement (or undefined) for each item in order. */
export type HandlerResult = void | undefined | readonly (Settlement | undefined)[];

/** The settlements a handler returned, one for each item. Whatever it did not say is done. */
export function settlementsOf(result: unknown, count: number): Settlement[] {
  const said = Array.isArray(result) ? (result as (Settlement | undefined)[]) : [];
  return Array.from({ length: count }, (_, index) => said[index] ?? done());
}
