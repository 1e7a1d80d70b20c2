import { LONGEST_BURST, type BurstRule } from '@skein/contracts';

/** An open turn of a thread, as far as gathering needs it. */
export interface OpenTurn {
  id: string;
  /** Lane and channel: an answer goes back to where the messages came from. */
  place: string;
  /** When it was queued, in ms. */
  at: number;
  /** Tries so far. One that was tried before keeps the messages that it had then. */
  attempt: number;
  /** It answers a person; what an operator asks of the agent has a turn of its own. */
  isPersons: boolean;
}

/** The turns that are answered as one, in order, or how long to wait for more of them. */
export type Burst = { take: OpenTurn[] } | { waitMs: number };

/**
 * Decides what the next turn of a thread answers. A burst is what the person wrote in one place without anything else between; it
 * is over after a quiet of `debounceMs`, and in any case after five times that, when it is full, or when something else was said.
 *
 * @param open the open turns of one thread, in order; at least one.
 */
export function decideBurst(open: readonly OpenTurn[], rule: BurstRule, nowMs: number): Burst {
  const [first] = open as [OpenTurn];
  if (rule.debounceMs === 0 || first.attempt > 0 || !first.isPersons) return { take: [first] };
  const end = open.findIndex((turn) => turn.attempt > 0 || !turn.isPersons || turn.place !== first.place);
  const burst = end === -1 ? open : open.slice(0, end);
  const take = burst.slice(0, rule.maxBatch);
  if (end !== -1 || burst.length >= rule.maxBatch) return { take };
  const last = burst.at(-1) ?? first;
  const over = Math.min(last.at + rule.debounceMs, first.at + LONGEST_BURST * rule.debounceMs);
  return nowMs >= over ? { take } : { waitMs: over - nowMs };
}
