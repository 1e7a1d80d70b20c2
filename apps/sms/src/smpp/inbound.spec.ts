import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { phoneOf } from './addresses.js';
import { failureOfState, failureOfStatus } from './failures.js';
import { PartJoiner, WAIT_MS } from './part-joiner.js';
import { Repeats } from './repeats.js';
import { Window } from './window.js';

describe('long messages of people', () => {
  const part = (total: number, number: number, reference = 1) => ({ reference, total, part: number });

  it('R5: in whatever order the parts come, and however often', () => {
    const texts = fc.array(fc.string({ minLength: 1, maxLength: 5, unit: 'grapheme' }), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.nat()), (pieces, order) => {
        const joiner = new PartJoiner();
        const indices = pieces.map((_, index) => index).sort(() => (order.next().value % 2 === 0 ? 1 : -1));
        const repeated = [indices[0] ?? 0, ...indices];
        const results = repeated.map((at) =>
          joiner.add('+1', part(pieces.length, at + 1), pieces[at] ?? '', 0),
        );
        expect(results.slice(0, -1).every((each) => each === undefined)).toBe(true);
        expect(results.at(-1)?.text).toBe(pieces.join(''));
      }),
    );
  });

  it('puts pairs together that were cut between two parts', () => {
    const joiner = new PartJoiner();
    joiner.add('+1', part(2, 2), '\ude00(', 0);
    expect(joiner.add('+1', part(2, 1), 'a\ud83d', 0)?.text).toBe('a😀(');
    joiner.add('+1', part(2, 1, 2), 'a\x1B', 0);
    expect(joiner.add('+1', part(2, 2, 2), '(b', 0)?.text).toBe('a{b');
  });

  it('keeps senders and references apart', () => {
    const joiner = new PartJoiner();
    joiner.add('+1', part(2, 1), 'a', 0);
    expect(joiner.add('+2', part(2, 2), 'b', 0)).toBeUndefined();
    expect(joiner.add('+1', part(2, 2, 2), 'b', 0)).toBeUndefined();
  });

  it('gives out what there is when the rest does not come, and holds no more than it may', () => {
    const joiner = new PartJoiner();
    joiner.add('+1', part(3, 3), 'c', 0);
    joiner.add('+1', part(3, 1), 'a', 1);
    expect(joiner.overdue(WAIT_MS - 1)).toEqual([]);
    expect(joiner.overdue(WAIT_MS)).toMatchObject([{ text: 'ac', missing: 1 }]);
    for (let at = 0; at < 1_005; at += 1) joiner.add(`+${at + 100}`, part(2, 1), 'x', WAIT_MS);
    expect(joiner.overdue(WAIT_MS).length).toBeGreaterThanOrEqual(6);
    joiner.done('+1\n1\n3');
    expect(joiner.overdue(0, true)).toHaveLength(1_005);
  });
});

describe('the same content again', () => {
  const [one, other] = [{}, {}];

  it('R2: is another message when the first was acknowledged on the same connection', () => {
    const repeats = new Repeats();
    const first = repeats.idOf(['yes'], one, 0);
    repeats.kept(first, 5);
    expect(repeats.idOf(['yes'], one, 6)).not.toBe(first);
  });

  it('is the same message when it was not acknowledged yet, or only after long', () => {
    const repeats = new Repeats();
    const first = repeats.idOf(['yes'], one, 0);
    expect(repeats.idOf(['yes'], one, 1)).toBe(first);
    repeats.kept(first, 3_000);
    expect(repeats.idOf(['yes'], one, 3_001)).toBe(first);
    expect(repeats.idOf(['yes'], one, 9_000)).not.toBe(first);
  });

  it('is the same message once when the acknowledgement was lost with the connection', () => {
    const repeats = new Repeats();
    const first = repeats.idOf(['yes'], one, 0);
    repeats.kept(first, 1);
    expect(repeats.idOf(['yes'], other, 2)).toBe(first);
    expect(repeats.idOf(['no'], other, 2)).not.toBe(first);
    expect(repeats.idOf(['yes'], other, 3)).not.toBe(first);
    const late = repeats.idOf(['later'], one, 0);
    repeats.kept(late, 1);
    expect(repeats.idOf(['later'], other, 120_000)).not.toBe(late);
  });
});

describe('the window', () => {
  it('holds so many, and lets the others in as they leave', async () => {
    const window = new Window(2);
    const { signal } = new AbortController();
    const [first, second] = [await window.enter(signal), await window.enter(signal)];
    const third = window.enter(signal);
    const given = new AbortController();
    const fourth = window.enter(given.signal);
    given.abort();
    expect(await fourth).toBeUndefined();
    first?.();
    first?.();
    expect(await third).toBeDefined();
    second?.();
    expect(await window.enter(AbortSignal.abort())).toBeUndefined();
    expect(await window.enter(signal)).toBeDefined();
  });
});

it.each([
  ['491701234567', 1, '+491701234567'],
  ['+491701234567', 1, '+491701234567'],
  ['15551234567', 0, '+15551234567'],
  ['12345', 3, undefined],
  ['456', 0, undefined],
  ['01701234567', 0, undefined],
  ['1701234567', 2, undefined],
  ['Bank', 5, undefined],
  [undefined, 1, undefined],
])('the phone number of %j with type %i is %j', (digits, ton, expected) => {
  expect(phoneOf(digits, ton)).toBe(expected);
});

it.each([
  [0x58, { kind: 'throttled', providerCode: '0x58' }],
  [0x14, { kind: 'throttled' }],
  [0x08, { kind: 'unavailable' }],
  [0x0b, { kind: 'rejected', reason: 'invalid_address' }],
  [0x01, { reason: 'payload_too_large' }],
  [0x0e, { kind: 'misconfigured', providerCode: '0x0E' }],
  [0x101, { kind: 'misconfigured' }],
  [0x401, { kind: 'rejected', reason: 'provider_rejected', providerCode: '0x401' }],
])('B2: command_status %i', (status, expected) => {
  expect(failureOfStatus(status)).toMatchObject(expected);
});

it('P17: a failed state carries the network’s code', () => {
  expect(failureOfState('UNDELIV', '27')).toMatchObject({ kind: 'rejected', providerCode: 'UNDELIV 27' });
  expect(failureOfState('ODD', undefined)).toMatchObject({ providerCode: 'ODD' });
});
