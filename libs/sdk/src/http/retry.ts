import { problemIn } from '../errors/index.js';
import type { Attempt } from './attempt.js';

/** Tries of one call at most. */
export const MAX_ATTEMPTS = 4;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** A server that asks for more patience than this is answered with an error at once: the caller knows better what to do. */
const LONGEST_RETRY_AFTER_S = 30;

/** Answers that say nothing about the request itself. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
/** Codes under such a status that are the last word on the message. */
const FINAL_CODES: ReadonlySet<string> = new Set(['provider_rejected', 'agent_timeout']);

/** True when another try may end otherwise. The call must be safe to repeat: a read, or a write under a key. */
export function mayPass(result: Attempt): boolean {
  if (result.kind === 'lost') return true;
  return PASSING.has(result.status) && !FINAL_CODES.has(problemIn(result.body)?.code ?? '');
}

/**
 * Milliseconds before the next try; undefined when there is none. What the server asks for is kept to; else pauses double, with
 * jitter, so that many callers do not come back at once.
 *
 * @param tries made so far.
 * @param random from 0 to 1.
 */
export function pauseAfter(result: Attempt, tries: number, random: number): number | undefined {
  if (tries >= MAX_ATTEMPTS || !mayPass(result)) return undefined;
  const asked = result.kind === 'answer' ? result.retryAfterSeconds : undefined;
  if (asked !== undefined && asked > LONGEST_RETRY_AFTER_S) return undefined;
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS);
  return (asked ?? 0) * 1000 + pause * (0.5 + random / 2);
}

/**
 * True when the request may have been done although nothing said so: it left and no answer came, or something in between answered.
 * A server that is sure that it did nothing says `unavailable` with neither the id of a message nor `outcomeUnknown`, or `rate_limited`.
 */
export function isDoubtful(result: Attempt): boolean {
  if (result.kind === 'lost') return result.left;
  if (!mayPass(result)) return false;
  const problem = problemIn(result.body);
  return problem === undefined || problem.messageId !== undefined || problem.outcomeUnknown === true;
}

/** True when an answer also settles what became of earlier tries under the same key; who is refused at the door learns nothing. */
export function isLastWord(result: Attempt): boolean {
  if (result.kind === 'lost' || mayPass(result)) return false;
  if (result.status < 300) return true;
  return problemIn(result.body) !== undefined && result.status !== 401 && result.status !== 403;
}
