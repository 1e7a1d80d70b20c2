import { describe, expect, it } from '@jest/globals';
import { failureOf, graphErrorOf } from './failures.js';

const told = (code: number, subcode: number | undefined, status: number) =>
  failureOf(graphErrorOf({ code, error_subcode: subcode, message: 'x' }), status, 5_000);

describe('failures', () => {
  it.each<[number, number | undefined, number, object]>([
    [10, 2018278, 403, { kind: 'rejected', reason: 'window_closed', providerCode: '10/2018278' }],
    [10, 2018065, 400, { kind: 'rejected', reason: 'window_closed' }],
    [10, 2534022, 403, { kind: 'rejected', reason: 'window_closed', providerCode: '10/2534022' }],
    [10, undefined, 403, { kind: 'misconfigured', providerCode: '10' }],
    [551, 1545041, 400, { kind: 'rejected', reason: 'policy' }],
    [551, undefined, 400, { kind: 'rejected', reason: 'policy' }],
    [200, 1545041, 403, { kind: 'rejected', reason: 'policy' }],
    [10, 2018108, 403, { kind: 'rejected', reason: 'policy' }],
    [100, 1893061, 400, { kind: 'rejected', reason: 'policy' }],
    [10, 1893063, 403, { kind: 'misconfigured' }],
    [2, 2018344, 500, { kind: 'misconfigured', providerCode: '2/2018344' }],
    [190, 460, 401, { kind: 'misconfigured', providerCode: '190/460' }],
    [190, undefined, 400, { kind: 'misconfigured' }],
    [200, 2018028, 403, { kind: 'misconfigured' }],
    [230, undefined, 403, { kind: 'misconfigured' }],
    [368, undefined, 400, { kind: 'misconfigured' }],
    [4, undefined, 400, { kind: 'throttled', scope: 'channel', retryAfterMs: 5_000 }],
    [4, 2018022, 400, { kind: 'throttled' }],
    [17, undefined, 400, { kind: 'throttled' }],
    [32, undefined, 400, { kind: 'throttled' }],
    [613, undefined, 400, { kind: 'throttled' }],
    [80006, undefined, 400, { kind: 'throttled' }],
    [999_999, undefined, 429, { kind: 'throttled' }],
    [1, undefined, 500, { kind: 'unavailable' }],
    [2, undefined, 500, { kind: 'unavailable', retryAfterMs: 5_000 }],
    [1200, undefined, 400, { kind: 'unavailable' }],
    [1, 1357046, 500, { kind: 'indeterminate' }],
    [100, 2018001, 400, { kind: 'rejected', reason: 'invalid_address' }],
    [100, 2534014, 400, { kind: 'rejected', reason: 'invalid_address' }],
    [100, 2018008, 400, { kind: 'rejected', reason: 'media_unreachable' }],
    [100, 2018047, 400, { kind: 'rejected', reason: 'media_unreachable' }],
    [100, 2018109, 400, { kind: 'rejected', reason: 'media_too_large' }],
    [100, undefined, 400, { kind: 'rejected', reason: 'provider_rejected' }],
    [100, 33, 400, { kind: 'rejected', reason: 'provider_rejected' }],
    [999_999, undefined, 400, { kind: 'rejected', reason: 'provider_rejected' }],
    [999_999, undefined, 503, { kind: 'unavailable' }],
    [999_999, undefined, 401, { kind: 'misconfigured' }],
  ])('P17: code %i/%s with HTTP %i', (code, subcode, status, expected) => {
    expect(told(code, subcode, status)).toMatchObject(expected);
  });

  // Meta, Messenger Platform error codes, "Example Error Response".
  it('reads the documented example', () => {
    const error = {
      message: 'Invalid OAuth access token.',
      type: 'OAuthException',
      code: 190,
      error_subcode: 1234567,
      fbtrace_id: 'BLBz/WZt8dN',
    };
    expect(failureOf(graphErrorOf(error), 400)).toEqual({
      kind: 'misconfigured',
      detail: 'Invalid OAuth access token.',
      providerCode: '190/1234567',
    });
  });

  it('believes is_transient for codes it does not know', () => {
    expect(failureOf(graphErrorOf({ code: 77_777, is_transient: true }), 400).kind).toBe('unavailable');
  });

  it.each([undefined, null, 7, 'x', [], { code: '190' }])('has a safe class for %j', (error) => {
    expect(failureOf(graphErrorOf(error), 400)).toMatchObject({
      kind: 'rejected',
      reason: 'provider_rejected',
    });
    expect(failureOf(graphErrorOf(error), 502).kind).toBe('unavailable');
  });
});
