import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idOf, positionOf, startOf, type StreamState } from './position.js';

const STATE: StreamState = { createdMs: 1_763_700_000_000, firstSeq: 10, lastSeq: 20 };
const at = (seq: number, index = 1, stream = STATE.createdMs) => ({ stream, seq, index });

describe('ids of events', () => {
  it('B2 name every place, and nothing else is one', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 41),
        fc.integer({ min: 1, max: 1e12 }),
        fc.nat(999_999),
        (stream, seq, index) => {
          expect(positionOf(idOf({ stream, seq, index }))).toEqual({ stream, seq, index });
        },
      ),
    );
    for (const odd of ['', '1', '1-2', 'a-0-1', 'a-1-', '-1-1', 'a-1-1-1', 'A-1-1', 'a--1-1', 'a-1.5-1'])
      expect(positionOf(odd)).toBeUndefined();
  });
});

describe('startOf', () => {
  it('starts behind the last event without an id, and goes on after the one it is given', () => {
    expect(startOf(STATE, undefined)).toEqual({ position: at(21, 0) });
    for (const place of [at(10), at(15, 3), at(20), at(21, 0)])
      expect(startOf(STATE, place)).toEqual({ position: place });
  });

  it('B2 tells of what has expired, and of a stream that was lost', () => {
    expect(startOf(STATE, at(9))).toEqual({ position: at(10, 0), gap: 'expired' });
    expect(startOf(STATE, at(22, 0))).toEqual({ position: at(10, 0), gap: 'reset' });
    expect(startOf(STATE, at(15, 1, 5))).toEqual({ position: at(10, 0), gap: 'reset' });
  });

  it('finds nothing missing when everything was read before it expired', () => {
    const empty = { ...STATE, firstSeq: 21 };
    expect(startOf(empty, at(20))).toEqual({ position: at(20) });
    expect(startOf({ ...STATE, firstSeq: 0, lastSeq: 0 }, undefined)).toEqual({ position: at(1, 0) });
  });
});
