import { describe, expect, it } from '@jest/globals';
import { LONGEST_BURST, type BurstRule } from '@skein/contracts';
import fc from 'fast-check';
import { decideBurst, type OpenTurn } from './burst.js';

const turns = fc
  .array(
    fc.record({
      place: fc.constantFrom('1', '1', '1', '2'),
      gap: fc.integer({ min: 0, max: 2000 }),
      attempt: fc.constantFrom(0, 0, 0, 0, 1),
      isPersons: fc.constantFrom(true, true, true, true, false),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) => {
    let at = 0;
    return rows.map(({ gap, ...row }, index): OpenTurn => ({ id: String(index), at: (at += gap), ...row }));
  });
const rules: fc.Arbitrary<BurstRule> = fc.record({
  debounceMs: fc.constantFrom(0, 500, 1000, 30_000),
  maxBatch: fc.integer({ min: 1, max: 50 }),
});
const later = fc.integer({ min: 0, max: 200_000 });

/** The turns that must be answered together with the first one, however many fit. */
function together(open: OpenTurn[]): OpenTurn[] {
  const [first] = open as [OpenTurn];
  const isFresh = (turn: OpenTurn) => turn.isPersons && turn.attempt === 0 && turn.place === first.place;
  const end = open.findIndex((turn) => !isFresh(turn));
  return end === -1 ? open : open.slice(0, end);
}

describe('R4: gathering a burst', () => {
  it('takes a piece from the front, of one place, in order, no larger than allowed', () => {
    fc.assert(
      fc.property(turns, rules, later, (open, rule, now) => {
        const burst = decideBurst(open, rule, now);
        if (!('take' in burst)) return;
        expect(burst.take).toEqual(open.slice(0, burst.take.length));
        expect(burst.take.length).toBeGreaterThan(0);
        if (burst.take.length === 1) return;
        expect(rule.debounceMs).toBeGreaterThan(0);
        expect(burst.take).toEqual(together(open).slice(0, rule.maxBatch));
      }),
    );
  });

  it('never waits longer than the quiet, nor beyond five times it after the first message, and then takes what is there', () => {
    fc.assert(
      fc.property(turns, rules, later, (open, rule, now) => {
        const burst = decideBurst(open, rule, now);
        if ('take' in burst) return;
        const [first] = open as [OpenTurn];
        expect(burst.waitMs).toBeGreaterThan(0);
        expect(now + burst.waitMs).toBeLessThanOrEqual(first.at + LONGEST_BURST * rule.debounceMs);
        expect(now + burst.waitMs).toBeLessThanOrEqual((open.at(-1) as OpenTurn).at + rule.debounceMs);
        expect(decideBurst(open, rule, now + burst.waitMs)).toEqual({ take: open });
      }),
    );
  });

  it('waits as long as the person goes on writing and the burst is neither full nor old', () => {
    const open = [0, 400, 800].map((at): OpenTurn => ({
      id: `${at}`,
      place: '1',
      at,
      attempt: 0,
      isPersons: true,
    }));
    const rule = { debounceMs: 500, maxBatch: 20 };
    expect(decideBurst(open, rule, 900)).toEqual({ waitMs: 400 });
    expect(decideBurst(open, { ...rule, maxBatch: 3 }, 900)).toEqual({ take: open });
    expect(decideBurst(open, { ...rule, maxBatch: 2 }, 900)).toEqual({ take: open.slice(0, 2) });
    expect(decideBurst(open, { ...rule, debounceMs: 0 }, 900)).toEqual({ take: open.slice(0, 1) });
  });
});
