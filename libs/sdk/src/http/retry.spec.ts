import { describe, expect, it } from '@jest/globals';
import type { Attempt } from './attempt.js';
import { isDoubtful, isLastWord, MAX_ATTEMPTS, pauseAfter } from './retry.js';

const answer = (status: number, body?: object, retryAfterSeconds?: number): Attempt => ({
  kind: 'answer',
  status,
  body,
  retryAfterSeconds,
});
const lost = (left: boolean): Attempt => ({ kind: 'lost', left, cause: undefined });
const problem = (status: number, code: string, more: object = {}): Attempt =>
  answer(status, { code, ...more });

/** What an attempt came to; then: tried again, may have been done, settles earlier tries. */
const CASES: [string, Attempt, boolean, boolean, boolean][] = [
  ['an outcome', answer(200, {}), false, false, true],
  ['a wrong request', problem(400, 'invalid_request'), false, false, true],
  ['a refusal by policy', problem(409, 'window_closed'), false, false, true],
  ['a wrong key', problem(401, 'unauthorized'), false, false, false],
  ['a turn that is over', problem(403, 'forbidden'), false, false, false],
  ['the refusal of a platform', problem(502, 'provider_rejected'), false, false, true],
  ['an agent that was too slow', problem(504, 'agent_timeout'), false, false, true],
  ['too many requests', problem(429, 'rate_limited'), true, false, false],
  ['a server that did nothing', problem(503, 'unavailable'), true, false, false],
  ['a server that does not know', problem(503, 'unavailable', { messageId: 'm' }), true, true, false],
  ['a bulk send in doubt', problem(503, 'unavailable', { outcomeUnknown: true }), true, true, false],
  ['a defect of the server', answer(500, { code: 'internal' }), true, true, false],
  ['the page of a proxy', answer(502), true, true, false],
  ['a proxy that finds nothing', answer(404), false, false, false],
  ['a connection that was refused', lost(false), true, false, false],
  ['a connection that was cut', lost(true), true, true, false],
];

describe('B2: when a call is repeated', () => {
  it.each(CASES)('%s', (_what, result, isRepeated, mayBeDone, settles) => {
    expect(pauseAfter(result, 1, 0.5) !== undefined).toBe(isRepeated);
    expect(isDoubtful(result)).toBe(mayBeDone);
    expect(isLastWord(result)).toBe(settles);
  });

  it('doubles its pauses with jitter, up to a cap, and gives up', () => {
    const pauses = [1, 2, 3].map((tries) => [0, 1].map((random) => pauseAfter(lost(true), tries, random)));
    expect(pauses).toEqual([
      [125, 250],
      [250, 500],
      [500, 1000],
    ]);
    expect(pauseAfter(lost(true), MAX_ATTEMPTS, 0.5)).toBeUndefined();
  });

  it('waits for as long as the server asks, and leaves a long wait to the caller', () => {
    expect(pauseAfter(answer(429, undefined, 2), 1, 0)).toBe(2125);
    expect(pauseAfter(answer(503, undefined, 31), 1, 0)).toBeUndefined();
  });
});
