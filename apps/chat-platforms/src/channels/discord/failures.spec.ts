import { describe, expect, it } from '@jest/globals';
import type { ProviderAnswer } from '@skein/channel-kit';
import { failureOf } from './failures.js';

function answer(status: number, body: unknown, more: Partial<ProviderAnswer> = {}): ProviderAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: {}, body: Buffer.from(text), ...more };
}

describe('failures', () => {
  it.each([
    [50007, 403, { kind: 'rejected', reason: 'opted_out', providerCode: '50007' }],
    [50278, 403, { kind: 'rejected', reason: 'opted_out' }],
    [10003, 404, { kind: 'rejected', reason: 'invalid_address' }],
    [10004, 404, { kind: 'rejected', reason: 'invalid_address' }],
    [10008, 404, { kind: 'rejected', reason: 'provider_rejected' }],
    [10013, 404, { kind: 'rejected', reason: 'invalid_address' }],
    [50001, 403, { kind: 'rejected', reason: 'invalid_address' }],
    [50008, 400, { kind: 'rejected', reason: 'invalid_address' }],
    [50013, 403, { kind: 'rejected', reason: 'provider_rejected' }],
    [50083, 400, { kind: 'rejected', reason: 'invalid_address' }],
    [160002, 400, { kind: 'rejected', reason: 'policy' }],
    [40007, 403, { kind: 'rejected', reason: 'invalid_address' }],
    [50006, 400, { kind: 'rejected', reason: 'provider_rejected' }],
    [40005, 413, { kind: 'rejected', reason: 'payload_too_large' }],
    [50045, 400, { kind: 'rejected', reason: 'media_too_large' }],
    [200000, 400, { kind: 'rejected', reason: 'policy' }],
    [240000, 400, { kind: 'rejected', reason: 'policy' }],
    [20016, 429, { kind: 'throttled', scope: 'lane' }],
    [20028, 400, { kind: 'throttled', scope: 'lane' }],
    [40062, 400, { kind: 'throttled', scope: 'lane' }],
    [40004, 400, { kind: 'unavailable' }],
    [40006, 400, { kind: 'unavailable' }],
    [130000, 503, { kind: 'unavailable' }],
    [40001, 401, { kind: 'misconfigured' }],
    [50014, 401, { kind: 'misconfigured' }],
    [999_999, 400, { kind: 'rejected', reason: 'provider_rejected', providerCode: '999999' }],
    [999_999, 502, { kind: 'unavailable' }],
    [0, 401, { kind: 'misconfigured' }],
    [0, 403, { kind: 'rejected', reason: 'provider_rejected' }],
  ])('P17: code %i with HTTP %i', (code, status, expected) => {
    expect(failureOf(answer(status, { code, message: 'x' }))).toMatchObject(expected);
  });

  it('takes the exact time of a limit and tells a route from the whole bot', () => {
    const route = answer(429, { retry_after: 0.651, global: false }, { retryAfterMs: 1000 });
    expect(failureOf(route)).toMatchObject({ kind: 'throttled', scope: 'lane', retryAfterMs: 651 });
    const wide = answer(429, { retry_after: 1.2, global: true });
    expect(failureOf(wide)).toMatchObject({ kind: 'throttled', scope: 'channel', retryAfterMs: 1200 });
    const scoped = answer(429, { retry_after: 1 }, { headers: { 'x-ratelimit-scope': 'global' } });
    expect(failureOf(scoped)).toMatchObject({ scope: 'channel' });
    const shared = answer(429, { retry_after: 1 }, { headers: { 'x-ratelimit-scope': 'shared' } });
    expect(failureOf(shared)).toMatchObject({ scope: 'lane' });
  });

  it('waits long when the edge itself refuses', () => {
    expect(failureOf(answer(429, '<html>error 1015</html>'))).toMatchObject({
      kind: 'throttled',
      scope: 'channel',
      retryAfterMs: 600_000,
    });
    expect(failureOf(answer(429, '<html>', { retryAfterMs: 7_000 }))).toMatchObject({ retryAfterMs: 7_000 });
  });

  it('says which field of a form is wrong', () => {
    const errors = {
      content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] },
      components: { 0: { components: { 1: { label: { _errors: [{ message: 'Required' }] } } } } },
    };
    const { detail } = failureOf(answer(400, { code: 50035, message: 'Invalid Form Body', errors }));
    expect(detail).toContain('content: Must be 2000 or fewer in length.');
    expect(detail).toContain('components.0.components.1.label: Required');
  });
});
