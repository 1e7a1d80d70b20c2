import { describe, expect, it } from '@jest/globals';
import { signWebhook } from '@skein/contracts';
import { Replays } from './replays.js';
import { refusalOfSignature } from './verify-signature.js';

/** The example of the scheme's own libraries (standardwebhooks.com, checked 2026-11). */
const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const AT = new Date(1_614_265_330_000);

function refusal(change: Partial<typeof PUBLISHED> & { secrets?: string[]; now?: Date } = {}) {
  const {
    secret,
    id,
    timestamp,
    body,
    signature,
    secrets = [secret],
    now = AT,
  } = { ...PUBLISHED, ...change };
  return refusalOfSignature(secrets, { id, timestamp, signature }, Buffer.from(body), now);
}

const WRONG: [string, Parameters<typeof refusal>[0], RegExp][] = [
  ['another body', { body: '{"test": 2432232315}' }, /wrong/],
  ['another id', { id: 'msg_other' }, /wrong/],
  ['another secret', { secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }, /wrong/],
  ['an empty secret, which anybody could use', { secret: 'whsec_' }, /wrong/],
  ['another version', { signature: PUBLISHED.signature.replace('v1,', 'v2,') }, /wrong/],
  ['a signature cut short', { signature: PUBLISHED.signature.slice(0, -1) }, /wrong/],
  ['no signature', { signature: '' }, /not signed/],
  ['no id', { id: '' }, /not signed/],
  ['a stamp that is no number', { timestamp: '1614265330.0' }, /number/],
  ['a stamp that is too old', { now: new Date(AT.getTime() + 301_000) }, /five minutes/],
  ['a stamp from the future', { now: new Date(AT.getTime() - 301_000) }, /five minutes/],
];

describe('R1, B7: the signature of a turn', () => {
  it('accepts the published example, within five minutes', () => {
    expect(refusal()).toBeUndefined();
    expect(refusal({ now: new Date(AT.getTime() + 299_000) })).toBeUndefined();
  });

  it('accepts one of several signatures and one of several secrets', () => {
    expect(refusal({ signature: `v1,AAAA v2,BBBB ${PUBLISHED.signature}` })).toBeUndefined();
    expect(refusal({ secrets: ['whsec_AAAAAAAA', PUBLISHED.secret] })).toBeUndefined();
  });

  it.each(WRONG)('refuses %s', (_what, change, reason) => {
    expect(refusal(change)).toMatch(reason);
  });

  it('accepts what the server signs, whatever letters the body has', () => {
    const body = '{"text":"¿Qué tal? 👋"}';
    const headers = signWebhook(PUBLISHED.secret, 'turn-1', body, AT);
    const { 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
    expect(refusal({ id: 'turn-1', body, timestamp, signature })).toBeUndefined();
  });
});

describe('R1: replays', () => {
  it('knows the same call again for as long as its stamp is good, and not another try of the turn', () => {
    const replays = new Replays();
    expect(replays.isReplay('turn-1', '1614265330', AT)).toBe(false);
    expect(replays.isReplay('turn-1', '1614265330', AT)).toBe(true);
    expect(replays.isReplay('turn-1', '1614265332', AT)).toBe(false);
    const later = new Date(AT.getTime() + 302_000);
    expect(replays.isReplay('turn-2', '1614265630', later)).toBe(false);
    expect(replays.isReplay('turn-1', '1614265330', later)).toBe(false);
  });
});
