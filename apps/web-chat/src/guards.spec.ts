import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFrame, wrongWith } from './frames.js';
import { Buckets, Counts } from './limits.js';
import { mayOpen } from './origins.js';
import { offered } from './said.js';
import { claimsOf, isProved, newVisitor, signed } from './tokens.js';

describe('R1: origins', () => {
  const allowed = ['https://shop.example', 'http://localhost:*'];

  it('are compared whole; only a port may be left open', () => {
    const cases: [string | undefined, boolean][] = [
      ['https://shop.example', true],
      ['http://localhost:8080', true],
      ['http://localhost', true],
      ['https://own.example', true],
      ['https://shop.example:444', false],
      ['http://shop.example', false],
      ['https://a.shop.example', false],
      ['https://shop.example.evil.test', false],
      ['http://localhost.evil.test:80', false],
      ['null', false],
      ['', false],
      [undefined, false],
    ];
    for (const [origin, may] of cases)
      expect([origin, mayOpen(origin, allowed, ['https://own.example'])]).toEqual([origin, may]);
  });

  it('never throw', () => {
    fc.assert(fc.property(fc.string(), (origin) => mayOpen(origin, allowed, []) === false));
  });
});

describe('R1: tokens', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const token = signed('secret', 'chat', 'visitor', { address: 'v:1' }, now);

  it('hold for their channel, purpose, secret and time, and for nothing else', () => {
    expect(claimsOf('secret', 'chat', 'visitor', token, now)).toMatchObject({ address: 'v:1' });
    expect(claimsOf('other', 'chat', 'visitor', token, now)).toBeUndefined();
    expect(claimsOf('secret', 'chat-2', 'visitor', token, now)).toBeUndefined();
    expect(claimsOf('secret', 'chat', 'upload', token, now)).toBeUndefined();
    expect(claimsOf('secret', 'chat', 'file', token, now)).toBeUndefined();
    expect(claimsOf('secret', 'chat', 'visitor', token, now + 401 * 86_400_000)).toBeUndefined();
    expect(claimsOf('secret', 'chat', 'visitor', undefined, now)).toBeUndefined();
  });

  it('cannot be altered in any place', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'z', '.', '-'), (at, sign) => {
        if (token[at] === sign) return;
        const changed = token.slice(0, at) + sign + token.slice(at + 1);
        // The last sign of base64 holds bits that mean nothing; the signature is compared as text all the same.
        expect(claimsOf('secret', 'chat', 'visitor', changed, now)).toBeUndefined();
      }),
    );
  });

  it('prove a user by the HMAC of the id alone', () => {
    const hash = createHmac('sha256', 'identity').update('ann').digest('hex');
    expect(isProved('ann', hash, 'identity')).toBe(true);
    expect(isProved('ann', hash.toUpperCase(), 'identity')).toBe(true);
    for (const wrong of ['', hash.slice(1), `${hash} `])
      expect(isProved('ann', wrong, 'identity')).toBe(false);
    expect(isProved('bob', hash, 'identity')).toBe(false);
    expect(isProved('ann', hash, '')).toBe(false);
  });

  it('give every visitor an address of its own', () => {
    expect(new Set(Array.from({ length: 100 }, newVisitor)).size).toBe(100);
    expect(newVisitor()).toMatch(/^v:[A-Za-z0-9_-]{24}$/);
  });
});

describe('frames', () => {
  it('never throw, whatever comes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readFrame(Buffer.from(bytes))));
    fc.assert(
      fc.property(fc.json(), (json) => {
        const frame = readFrame(
          Buffer.from(`{"type":"message","id":"a","text":${json},"files":${json},"action":${json}}`),
        );
        if (frame?.type === 'message') wrongWith(frame);
      }),
    );
  });

  it('count bytes and not signs', () => {
    const message = (text: string) => ({ type: 'message' as const, id: 'a', text });
    expect(wrongWith(message('é'.repeat(8192)))).toBeUndefined();
    expect(wrongWith(message('é'.repeat(8192) + 'a'))).toMatchObject({ code: 'too_large', retry: false });
  });

  it('a user without a proof stays somebody who claims to be a user', () => {
    const frame = readFrame(Buffer.from('{"type":"hello","protocol":1,"user":{}}'));
    expect(frame).toMatchObject({ user: { id: '', hash: '' } });
  });
});

describe('limits', () => {
  it('let five at once through and then one a second', () => {
    const buckets = new Buckets(1, 5);
    const waits = Array.from({ length: 7 }, () => buckets.take('ann', 1000));
    expect(waits).toEqual([0, 0, 0, 0, 0, 1000, 1000]);
    expect(buckets.take('bob', 1000)).toBe(0);
    expect([buckets.take('ann', 2000), buckets.take('ann', 2000)]).toEqual([0, 1000]);
    expect(Array.from({ length: 6 }, () => buckets.take('ann', 99_000)).filter((ms) => ms > 0)).toHaveLength(
      1,
    );
  });

  it('count what is open', () => {
    const counts = new Counts();
    expect([counts.enter('a', 2), counts.enter('a', 2), counts.enter('a', 2)]).toEqual([true, true, false]);
    counts.leave('a');
    expect(counts.enter('a', 2)).toBe(true);
  });
});

describe('P16: what was offered', () => {
  it('is found in buttons, lists and flows of the entry', () => {
    const body = {
      type: 'components' as const,
      text: '',
      components: [
        { type: 'actions' as const, actions: [{ id: 'a', label: 'A' }] },
        { type: 'list' as const, layout: 'vertical' as const, items: [{ id: 'b', title: 'B' }] },
        { type: 'flow' as const, fields: { flow_id: 'c', flow_cta: 'C' } },
      ],
    };
    expect(['a', 'b', 'c', 'd'].map((id) => offered(body, id)?.label)).toEqual(['A', 'B', 'C', undefined]);
    expect(offered(undefined, 'a')).toBeUndefined();
    expect(offered({ type: 'said', text: 'a' }, 'a')).toBeUndefined();
  });
});
