import { describe, expect, it } from '@jest/globals';
import { failureOf, graphErrorOf, lateFailureOf } from './failures.js';

const error = (code: number, details = 'x') => graphErrorOf({ code, error_data: { details } });

describe('failures', () => {
  it.each([
    [130429, 429, { kind: 'throttled', scope: 'channel', retryAfterMs: 5_000 }],
    [4, 400, { kind: 'throttled', scope: 'channel' }],
    [131056, 400, { kind: 'throttled', scope: 'lane' }],
    [131000, 500, { kind: 'unavailable' }],
    [131047, 400, { kind: 'rejected', reason: 'window_closed' }],
    [470, 400, { kind: 'rejected', reason: 'window_closed' }],
    [131050, 400, { kind: 'rejected', reason: 'opted_out' }],
    [131049, 400, { kind: 'rejected', reason: 'policy' }],
    [131026, 400, { kind: 'rejected', reason: 'invalid_address' }],
    [132000, 400, { kind: 'rejected', reason: 'template_parameters' }],
    [132001, 404, { kind: 'rejected', reason: 'template_not_found' }],
    [132015, 400, { kind: 'rejected', reason: 'template_not_approved' }],
    [190, 401, { kind: 'misconfigured', providerCode: '190' }],
    [0, 401, { kind: 'misconfigured', providerCode: '0' }],
    [220, 403, { kind: 'misconfigured' }],
    [100, 400, { kind: 'rejected', reason: 'provider_rejected' }],
    [999_999, 400, { kind: 'rejected', reason: 'provider_rejected' }],
    [999_999, 503, { kind: 'unavailable' }],
  ])('P17: code %i with HTTP %i', (code, status, expected) => {
    expect(failureOf(error(code), status, 5_000)).toMatchObject(expected);
  });

  it('tells a link that could not be fetched from a file that is refused', () => {
    expect(failureOf(error(131053, 'Downloading media from weblink failed'), 400).kind).toBe('unavailable');
    expect(failureOf(error(131053, 'image cannot be of type text/html'), 400)).toMatchObject({
      reason: 'media_unreachable',
    });
  });

  it('believes is_transient for codes it does not know', () => {
    expect(failureOf(graphErrorOf({ code: 77_777, is_transient: true }), 400).kind).toBe('unavailable');
  });

  it('makes every late failure final', () => {
    expect(lateFailureOf([{ code: 131000, title: 'Something went wrong' }])).toEqual({
      kind: 'rejected',
      reason: 'provider_rejected',
      detail: 'Something went wrong',
      providerCode: '131000',
    });
    expect(lateFailureOf([{ code: 131047 }])).toMatchObject({ reason: 'window_closed' });
    expect(lateFailureOf('nonsense')).toMatchObject({ kind: 'rejected' });
  });
});
