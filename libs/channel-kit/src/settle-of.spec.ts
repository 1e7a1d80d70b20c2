import { describe, expect, it } from '@jest/globals';
import type { Failure } from '@skein/contracts';
import { MAX_ATTEMPTS } from '@skein/persistence';
import fc from 'fast-check';
import type { ProviderReceipt } from './definition.js';
import { settleOf } from './settle-of.js';

const call = { attempt: 1, needsWindow: true };
const text = fc.string({ maxLength: 2000 });
const code = fc.option(text, { nil: undefined });
const ms = fc.option(fc.oneof(fc.integer(), fc.constantFrom(NaN, Infinity, -1, 1e12)), { nil: undefined });
const reasons = [
  'window_closed',
  'opted_out',
  'invalid_address',
  'policy',
  'provider_rejected',
  'payload_too_large',
] as const;

const answers: fc.Arbitrary<ProviderReceipt | Failure> = fc.oneof(
  fc.record({ kind: fc.constant('receipt' as const), providerId: fc.option(text), note: code }),
  fc.record({
    kind: fc.constant('rejected' as const),
    reason: fc.constantFrom(...reasons),
    detail: text,
    providerCode: code,
  }),
  fc.record({
    kind: fc.constant('throttled' as const),
    scope: fc.constantFrom('channel' as const, 'lane' as const),
    retryAfterMs: ms,
    detail: text,
  }),
  fc.record({ kind: fc.constant('unavailable' as const), detail: text, retryAfterMs: ms }),
  fc.record({ kind: fc.constant('indeterminate' as const), detail: text }),
  fc.record({ kind: fc.constant('misconfigured' as const), detail: text, providerCode: code }),
);
const calls = fc.record({ attempt: fc.integer({ min: 1, max: 20 }), needsWindow: fc.boolean() });
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('settleOf', () => {
  it('keeps its laws for every answer', () => {
    fc.assert(
      fc.property(calls, answers, randoms, (someCall, answer, random) => {
        const settlement = settleOf(someCall, answer, () => random);
        // Sent exactly when the provider took it; a provider id is never invented.
        expect(settlement.state === 'sent').toBe(answer.kind === 'receipt');
        expect(settlement.providerId).toBe(answer.kind === 'receipt' ? answer.providerId : null);
        // Whatever may have been processed is never tried again.
        if (answer.kind === 'indeterminate') expect(settlement.state).toBe('sending');
        if (answer.kind === 'rejected') expect(['failed', 'blocked', 'returned']).toContain(settlement.state);
        // A retry has a time that is sane and bounded, and attempts end.
        if (settlement.state === 'retry') {
          expect(Number.isInteger(settlement.afterMs)).toBe(true);
          expect(settlement.afterMs).toBeGreaterThan(0);
          expect(settlement.afterMs).toBeLessThanOrEqual(901_000);
          if (settlement.counted) expect(someCall.attempt).toBeLessThan(MAX_ATTEMPTS);
        }
        // Only what was not processed goes uncounted, and it brings a pause.
        if (!settlement.counted) expect(settlement.pause?.ms).toBeGreaterThan(0);
        expect(settlement.note.note?.length ?? 0).toBeLessThanOrEqual(500);
      }),
    );
  });

  it('doubles the pause from attempt to attempt and gives up after the eighth', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7].map(
      (attempt) =>
        settleOf({ ...call, attempt }, { kind: 'unavailable', detail: '' }, () => 0.999_999).afterMs,
    );
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 64_000]);
    const last = settleOf({ ...call, attempt: 8 }, { kind: 'unavailable', detail: 'down' });
    expect(last).toMatchObject({ state: 'failed', failure: { kind: 'unavailable' } });
  });

  it('waits at least as long as the provider asks', () => {
    const answer = { kind: 'unavailable', detail: '', retryAfterMs: 7000 } as const;
    expect(settleOf(call, answer, () => 0).afterMs).toBe(7000);
    const throttled = settleOf(
      call,
      { kind: 'throttled', scope: 'lane', retryAfterMs: 6000, detail: '' },
      () => 0,
    );
    expect(throttled).toMatchObject({
      afterMs: 6000,
      counted: false,
      pause: { scope: 'lane', ms: 6000, alert: false },
    });
  });

  it('sends a call back to policy only when it needed the window', () => {
    const closed = { kind: 'rejected', reason: 'window_closed', detail: '' } as const;
    expect(settleOf(call, closed).state).toBe('returned');
    expect(settleOf({ ...call, needsWindow: false }, closed).state).toBe('failed');
  });

  it('writes an opt-out with the provider as evidence', () => {
    const answer = { kind: 'rejected', reason: 'opted_out', detail: 'x', providerCode: '131050' } as const;
    expect(settleOf(call, answer)).toMatchObject({ state: 'blocked', optOutEvidence: 'provider: 131050' });
  });

  it('pauses the channel and alerts when the account is unusable', () => {
    const settlement = settleOf(call, { kind: 'misconfigured', detail: 'token expired' });
    expect(settlement).toMatchObject({
      state: 'retry',
      counted: false,
      pause: { scope: 'channel', alert: true, reason: 'token expired' },
    });
  });
});
