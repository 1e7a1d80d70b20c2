import { describe, expect, it } from '@jest/globals';
import { CliError, EXIT } from './cli-error.js';
import { Client, inDoubt } from './client.js';

const unreachable = (detail: string): CliError =>
  new CliError(EXIT.unreachable, { code: 'unreachable', detail });
const refused = (code: string): CliError => new CliError(EXIT.refused, { code, detail: 'no' });

describe('L1: a send that failed', () => {
  it.each([
    ['nobody answered', unreachable('http://a does not answer.'), 'unknown_outcome'],
    ['was cut', unreachable('http://a cannot be reached (ECONNRESET).'), 'unknown_outcome'],
    ['broke off in its answer', new TypeError('terminated'), 'unknown_outcome'],
    ['was not settled by the server', refused('unavailable'), 'unavailable'],
  ])('names its key when it %s', (_what, error, code) => {
    const { trouble } = inDoubt(error, 'k-1') as CliError;
    expect(trouble.code).toBe(code);
    expect(trouble.next?.join()).toContain('--idempotency-key k-1');
  });

  it.each([
    ['never left', unreachable('http://a cannot be reached (ECONNREFUSED).')],
    ['was refused', refused('window_closed')],
  ])('is told as it was when it %s', (_what, error) => {
    expect(inDoubt(error, 'k-1')).toBe(error);
  });

  it.each(['Bestellung ✓', 'a\nb', ''])(
    'is wrong usage under a key that no header carries: %j',
    async (key) => {
      const client = new Client({ url: 'http://127.0.0.1:9', urlFrom: 'here' });
      await expect(client.send('/v1/messages', {}, key)).rejects.toMatchObject({
        exitCode: EXIT.usage,
        trouble: { detail: expect.stringMatching(/^--idempotency-key must be printable/) },
      });
    },
  );
});
