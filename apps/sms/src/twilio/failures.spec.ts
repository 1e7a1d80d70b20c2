import { describe, expect, it } from '@jest/globals';
import { failureOf, lateFailureOf, twilioErrorOf } from './failures.js';

const error = (code: number, message = 'said') => twilioErrorOf({ code, message, status: 400 });

describe('what Twilio refuses', () => {
  it.each([
    [21610, 400, { kind: 'rejected', reason: 'opted_out' }],
    [20429, 429, { kind: 'throttled', scope: 'channel', retryAfterMs: 3000 }],
    [21611, 429, { kind: 'throttled', scope: 'channel' }],
    [20503, 503, { kind: 'unavailable', retryAfterMs: 3000 }],
    [20500, 500, { kind: 'indeterminate' }],
    [21211, 400, { kind: 'rejected', reason: 'invalid_address' }],
    [21614, 400, { kind: 'rejected', reason: 'invalid_address' }],
    [21617, 400, { kind: 'rejected', reason: 'payload_too_large' }],
    [21620, 400, { kind: 'rejected', reason: 'media_unreachable' }],
    [21408, 403, { kind: 'rejected', reason: 'policy' }],
    [20003, 401, { kind: 'misconfigured', providerCode: '20003' }],
    [99999, 400, { kind: 'rejected', reason: 'provider_rejected', providerCode: '99999' }],
    [99999, 500, { kind: 'indeterminate' }],
    [99999, 502, { kind: 'indeterminate' }],
    [99999, 503, { kind: 'unavailable' }],
    [99999, 401, { kind: 'misconfigured' }],
    [99999, 429, { kind: 'throttled' }],
  ])('B2: %i with HTTP %i', (code, status, expected) => {
    expect(failureOf(error(code), status, 3000)).toMatchObject({ ...expected, detail: 'said' });
  });

  it.each([
    [30007, { reason: 'policy' }],
    [30006, { reason: 'invalid_address' }],
    [30003, { reason: 'provider_rejected', providerCode: '30003' }],
    [21610, { reason: 'opted_out' }],
    [30034, { kind: 'misconfigured' }],
    [1, { reason: 'provider_rejected' }],
  ])('P17: a late %i is final', (code, expected) => {
    expect(lateFailureOf(error(code))).toMatchObject({ kind: 'rejected', ...expected });
  });

  it.each([undefined, {}, { code: 'x' }, { code: -1 }, { code: 1.5 }])('reads %j', (body) => {
    expect(twilioErrorOf(body)).toEqual({ detail: 'The platform gave no reason.' });
  });
});
