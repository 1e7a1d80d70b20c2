import { describe, expect, it } from '@jest/globals';
import { checkBody } from './body-safety.js';
import { SEND_LIMITS } from './limits.js';
import { parseSend } from './parse-send.js';
import { readTurnAnswer } from './turn-answer.js';
import { readLater } from './turn-later.js';

const CONTEXT = { now: new Date('2026-11-21T12:00:00Z'), timeZone: 'UTC' };
const SEND = { channel: 'whatsapp', to: { phoneNumber: '+5215512345678' }, text: 'hi' };
const HUGE = 300_000;

function fields(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, index]));
}

/** Milliseconds of this process's own work, whatever else the machine does. */
function timeOf(work: () => unknown): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

describe('checkBody', () => {
  it('refuses an object of too many fields by its name; a list may be long', () => {
    const { members } = SEND_LIMITS;
    const reason = `has more than ${members} fields`;
    expect(checkBody(fields(members))).toEqual({ errors: [], tooLarge: false });
    expect(checkBody(fields(members + 1)).errors).toEqual([{ field: 'body', reason }]);
    expect(checkBody({ a: [{ b: fields(members + 1) }] }).errors).toEqual([{ field: 'a.0.b', reason }]);
    expect(checkBody({ a: Array(10_000).fill({ b: 1 }) }).errors).toEqual([]);
  });

  const wide = { ...SEND, ...fields(HUGE) };
  it.each<[string, () => unknown]>([
    ['a send', () => parseSend(wide, 'http', CONTEXT)],
    ['a command on NATS', () => parseSend(wide, 'nats', CONTEXT)],
    ['an answer of an agent', () => readTurnAnswer(wide)],
  ])('is asked before %s is read, in time that grows with its length', (_, read) => {
    let result: unknown;
    // About 0.1 s; reading an object of this many fields as a class takes 50 s.
    expect(timeOf(() => (result = read()))).toBeLessThan(5000);
    expect(result).toMatchObject({ errors: [{ field: 'body' }] });
  });

  it('walks texts below a long key in time that grows with their number', () => {
    const body = { ['k'.repeat(16_000)]: Array(2 * HUGE).fill('a') as string[] };
    // About 0.1 s; looking up the path of each of them reads 10 GB and takes 14 s.
    expect(timeOf(() => checkBody(body))).toBeLessThan(1500);
  });
});

describe('what is told of a wrong body', () => {
  const lengthOf = (result: unknown): number => JSON.stringify(result).length;
  const long = '😀'.repeat(50_000);

  it.each<[string, unknown]>([
    ['unknown fields', fields(SEND_LIMITS.members - 4)],
    ['texts that cannot be stored', { x: Array(HUGE).fill('\u0000') }],
    [
      'keys that cannot be stored',
      Object.fromEntries(Object.keys(fields(900)).map((key) => [`${key}\0`, 1])),
    ],
    ['a long path to a bad text', { [long]: ['\u0000', '\u0000'] }],
    ['an unknown field with a long name', { [long]: 1 }],
    ['a member of a list of wrong things', { content: { parts: Array(50).fill({ [long]: 1 }) } }],
    ['a list in place of an object', { content: Array(20_000).fill({}) }],
  ])('stays small for %s', (_, wrong) => {
    const parsed = parseSend({ ...SEND, ...(wrong as object) }, 'http', CONTEXT);
    const errors = 'errors' in parsed ? parsed.errors : [];
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThanOrEqual(20);
    expect(lengthOf(parsed)).toBeLessThan(10_000);
    expect(checkBody(parsed).errors).toEqual([]);
    expect(lengthOf(readTurnAnswer(wrong))).toBeLessThan(10_000);
    expect(lengthOf(readLater({ later: true, ...(wrong as object) }))).toBeLessThan(10_000);
  });
});
