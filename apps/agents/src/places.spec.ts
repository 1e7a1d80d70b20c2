import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Places } from './places.js';

describe('R2: places for turns', () => {
  it('leave one to the next agent, however many agents take all they may', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 500 }), (asked) => {
        const places = new Places(64);
        for (const agent of asked.map(String))
          if ((places.running.get(agent) ?? 0) < places.free) places.take(agent);
        expect(places.free).toBeGreaterThanOrEqual(Math.floor(64 / (places.running.size + 1)));
      }),
    );
  });

  it('keep who waits, each once, until a place is given back', () => {
    const places = new Places(4);
    places.take('a');
    places.take('a');
    for (const id of ['1', '2', '2', '3']) places.park('a', id);
    expect(places.unpark()).toEqual([]);
    places.give('a');
    expect(places.unpark()).toEqual(['1', '2']);
    places.give('a');
    expect(places.unpark()).toEqual(['3']);
    expect(places.unpark()).toEqual([]);
  });
});
