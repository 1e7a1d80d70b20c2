import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { roomOf, servedBy, takeTurns, type Standing } from './take-turns.js';

const line = fc
  .array(fc.nat(30), { maxLength: 8 })
  .map((waiting) => waiting.map((count, index): Standing => ({ id: `b${index}`, waiting: count })));

const countOf = (turns: string[], id: string): number => turns.filter((turn) => turn === id).length;

describe('M10 the turns of bulk sends on one number', () => {
  it('use all the room there is, and give nobody more than waits', () => {
    fc.assert(
      fc.property(fc.nat(100), line, (room, standing) => {
        const turns = takeTurns(room, standing);
        const waiting = standing.reduce((sum, one) => sum + one.waiting, 0);
        expect(turns).toHaveLength(Math.min(room, waiting));
        for (const { id, waiting: most } of standing) expect(countOf(turns, id)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('are fair: who gets less than another has nothing left, and differences are of one item', () => {
    fc.assert(
      fc.property(fc.nat(100), line, (room, standing) => {
        const turns = takeTurns(room, standing);
        const unserved = standing.filter(({ id, waiting }) => countOf(turns, id) < waiting);
        for (const poor of unserved)
          for (const { id } of standing)
            expect(countOf(turns, id)).toBeLessThanOrEqual(countOf(turns, poor.id) + 1);
      }),
    );
  });

  it('stay fair over many rounds of any room: those who always wait are at most one item apart', () => {
    const rooms = fc.array(fc.nat(7), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), rooms, (number, all) => {
        let order = Array.from({ length: number }, (_, index) => `b${index}`);
        const given = new Map(order.map((id) => [id, 0]));
        for (const room of all) {
          const turns = takeTurns(
            room,
            order.map((id) => ({ id, waiting: 1000 })),
          );
          for (const id of turns) given.set(id, (given.get(id) ?? 0) + 1);
          const served = servedBy(turns);
          order = [...order.filter((id) => !served.includes(id)), ...served];
        }
        expect(Math.max(...given.values()) - Math.min(...given.values())).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('M10 the room of a campaign on a number', () => {
  it.each([
    [80, 0, 0, 40],
    [80, 39, 0, 1],
    [80, 60, 0, 0],
    [1, 0, 0, 1],
    [0.2, 1, 0, 0],
    [5000, 0, 0, 100],
    [null, 20, 0, 80],
    [1, 0, 3, 1],
    [1, 1, 3, 0],
    [1, 0, 4, 0],
    [80, 0, 40, 40],
    [80, 0, 60, 20],
    [80, 0, 80, 0],
  ])('at %s/s with %i on their way and %i stuck it is %i', (perSecond, backlog, stuck, room) => {
    expect(roomOf(perSecond, { backlog, stuck })).toBe(room);
  });

  it('keeps what may be before a single message under a second, whatever is stuck, from 6/s on', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 2000 }), fc.nat(300), fc.nat(300), (pace, backlog, stuck) => {
        const room = roomOf(pace, { backlog, stuck });
        fc.pre(room > 0);
        // Rounding up half a second's messages, twice, is one message at most.
        expect(backlog + stuck + room).toBeLessThanOrEqual(pace + 1);
      }),
    );
  });
});
