import { describe, expect, it } from '@jest/globals';
import { failureOf } from './failures.js';

describe('failures', () => {
  it.each([
    ['550 5.1.1 no mailbox', { reason: 'invalid_address' }],
    ['550 5.1.10 null MX', { reason: 'invalid_address' }],
    ['550 5.7.1 blocked', { reason: 'policy' }],
    ['550-5.7.26 unauthenticated', { reason: 'policy' }],
    ['552 5.3.4 too big', { reason: 'payload_too_large' }],
    ['552 5.2.2 full', { kind: 'rejected' }],
    ['550 no', { reason: 'provider_rejected' }],
    ['452 4.2.2 full', { kind: 'unavailable' }],
    ['451 4.7.1 greylisted', { kind: 'throttled', scope: 'lane' }],
    ['421 4.7.28 rate', { kind: 'throttled', scope: 'channel' }],
    ['450 4.7.0 slow down', { kind: 'throttled' }],
    ['421 closing', { kind: 'unavailable' }],
    ['535 5.7.8 wrong password', { kind: 'misconfigured' }],
  ])('P17: %s', (response, expected) => {
    const error = {
      code: 'EENVELOPE',
      command: 'RCPT TO',
      responseCode: Number(response.slice(0, 3)),
      response,
    };
    expect(failureOf(error, false)).toMatchObject(expected);
  });

  it.each([
    ['ECONNECTION', false, 'unavailable'],
    ['EDNS', false, 'unavailable'],
    ['ETIMEDOUT', true, 'indeterminate'],
    ['ESOCKET', true, 'indeterminate'],
    ['EAUTH', false, 'misconfigured'],
    ['ETLS', false, 'misconfigured'],
    ['EENVELOPE', false, 'rejected'],
  ])('%s, mail handed over: %s, is %s', (code, handedOver, kind) => {
    expect(failureOf({ code }, handedOver).kind).toBe(kind);
  });

  it('a refused sender is the account’s fault', () => {
    const error = { command: 'MAIL FROM', responseCode: 553, response: '553 5.7.1 Not allowed' };
    expect(failureOf(error, false).kind).toBe('misconfigured');
  });
});
