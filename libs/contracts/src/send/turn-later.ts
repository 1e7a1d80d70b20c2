import type { FieldError } from '../refusal.js';
import { shownErrors } from './shown-errors.js';

/** Seconds in which an answer that comes later must come. */
export const LATER_LIMITS = { min: 1, max: 86_400, usual: 600 } as const;

/**
 * Reads the promise of an agent to answer later: `{later: true, withinSeconds?}`.
 *
 * @returns the seconds, every wrong field, or undefined when it is no such promise.
 */
export function readLater(answer: unknown): { seconds: number } | { errors: FieldError[] } | undefined {
  if (typeof answer !== 'object' || answer === null || !Object.hasOwn(answer, 'later')) return undefined;
  const { later, withinSeconds = LATER_LIMITS.usual, ...unknown } = answer as Record<string, unknown>;
  const [odd] = Object.keys(unknown);
  if (odd !== undefined)
    return { errors: shownErrors([{ field: odd, reason: 'does not go together with later' }]) };
  if (later !== true) return { errors: [{ field: 'later', reason: 'must be true' }] };
  const { min, max } = LATER_LIMITS;
  const isRight = Number.isInteger(withinSeconds) && isBetween(withinSeconds as number, min, max);
  if (!isRight)
    return { errors: [{ field: 'withinSeconds', reason: `must be a whole number from ${min} to ${max}` }] };
  return { seconds: withinSeconds as number };
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
