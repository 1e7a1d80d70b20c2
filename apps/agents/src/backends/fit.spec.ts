import { describe, expect, it } from '@jest/globals';
import type { TurnEntry, TurnRequest } from '@skein/contracts';
import { fit } from './fit.js';

const entry = (id: string, length: number): TurnEntry => ({
  ...{ id, author: 'user', purpose: 'message', content: {}, at: '' },
  text: 'é'.repeat(length),
});
const request = (...history: TurnEntry[]): TurnRequest =>
  ({ turnId: 't', message: history.at(-1), history }) as unknown as TurnRequest;
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('R7: a turn of limited size', () => {
  const whole = request(entry('a', 500), entry('b', 500), entry('c', 10));

  it('goes out as it is when it fits', () => expect(fit(whole, bytes(whole) + 4)).toBe(whole));

  it('leaves out the oldest of the history otherwise, and never gets larger than allowed', () => {
    for (let max = 600; max < bytes(whole); max += 1) {
      const fitting = fit(whole, max);
      expect(bytes(fitting)).toBeLessThanOrEqual(max);
      expect(fitting.history.at(-1)?.id).toBe('c');
    }
    expect(fit(whole, bytes(whole) - 5).history.map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('is refused when its message alone is too large', () =>
    expect(() => fit(request(entry('a', 500)), 600)).toThrow('more than the 600 bytes'));
});
