import { describe, expect, it } from '@jest/globals';
import type { RawRequest } from '@skein/contracts';
import { isSigned, shakeHands } from './signature.js';

function request(body: string | Buffer, signature: string | undefined): RawRequest {
  const headers: Record<string, string> = signature === undefined ? {} : { 'x-hub-signature-256': signature };
  return { method: 'POST', path: '/', search: '', query: {}, headers, body: Buffer.from(body) };
}

describe('signature', () => {
  // Made with another implementation: printf '<body>' | openssl dgst -sha256 -hmac '<secret>'.
  const PLAIN = '{"object":"page","entry":[]}';
  const ESCAPED = String.raw`{"text":"\u00e4\u00f6\u00e5 \ud83d\ude00 https:\/\/a.example"}`;
  const WRITTEN = '{"text":"äöå 😀 https://a.example"}';
  const OPENSSL = {
    [PLAIN]: 'e6e9d7a842a48e17f43a34d6125d0d933e2aab92ee37f0993a4d493b50e3d438',
    [ESCAPED]: 'c7d8715c64131c7478dbdcb05b630f2492e62c7ee2b149f3aba21f820b9af737',
  };

  it.each(Object.entries(OPENSSL))('R1: takes the HMAC-SHA256 of %s as openssl makes it', (body, digest) => {
    expect(isSigned(request(body, `sha256=${digest}`), 'app-secret')).toBe(true);
  });

  it('R1: signs the escaped spelling that came, not the characters it stands for', () => {
    expect(JSON.parse(ESCAPED)).toEqual(JSON.parse(WRITTEN));
    expect(isSigned(request(WRITTEN, `sha256=${OPENSSL[ESCAPED] ?? ''}`), 'app-secret')).toBe(false);
  });

  const good = `sha256=${OPENSSL[PLAIN] ?? ''}`;
  it.each([
    undefined,
    '',
    'sha256=',
    good.slice(0, -1),
    `${good}0`,
    good.replace('sha256', 'sha1'),
    `sha256=${'0'.repeat(64)}`,
    good.toUpperCase(),
    `${good}, ${good}`,
  ])('R1: refuses %j', (signature) => {
    expect(isSigned(request(PLAIN, signature), 'app-secret')).toBe(false);
  });

  it('R1: refuses the secret of another app, an empty secret and a changed body', () => {
    expect(isSigned(request(PLAIN, good), 'other-secret')).toBe(false);
    expect(
      isSigned(request(PLAIN, 'sha256=f117fbb4e9c49c36968d7e5c1ff0c517e23b08385791fe533b642dbc519df4d9'), ''),
    ).toBe(false);
    expect(isSigned(request(`${PLAIN} `, good), 'app-secret')).toBe(false);
  });
});

describe('handshake', () => {
  const ask = (query: Record<string, string>, method: 'GET' | 'POST' = 'GET') =>
    shakeHands({ ...request('', ''), method, query }, 'token');
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'token', 'hub.challenge': '1158201444' };

  it('repeats the challenge for our token only, as plain text', () => {
    expect(ask(query)).toEqual({ status: 200, contentType: 'text/plain', body: '1158201444' });
    expect(ask({ ...query, 'hub.verify_token': 'other' })).toEqual({ status: 403 });
    expect(ask({ ...query, 'hub.mode': 'unsubscribe' })).toEqual({ status: 403 });
    expect(ask({})).toEqual({ status: 403 });
  });

  it('leaves a POST alone', () => expect(ask(query, 'POST')).toBeUndefined());
});
