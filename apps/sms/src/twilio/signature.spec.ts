import { describe, expect, it } from '@jest/globals';
import type { RawRequest } from '@skein/contracts';
import { isSigned } from './signature.js';

const TOKEN = '12345';
const URL_ = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const FORM = 'application/x-www-form-urlencoded';

function raw(body: string, signature: string, contentType = FORM): RawRequest {
  const headers = { 'x-twilio-signature': signature, 'content-type': contentType };
  return { method: 'POST', path: '/', search: '', query: {}, headers, body: Buffer.from(body) };
}

/** The examples of Twilio's security page and of its own libraries' tests. */
describe("Twilio's published examples", () => {
  const fields =
    'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212';
  const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';

  it('R1: a form', () => {
    expect(isSigned(raw(fields, signature), URL_, TOKEN)).toBe(true);
  });

  it('R1: in any order of the fields', () => {
    expect(isSigned(raw(fields.split('&').reverse().join('&'), signature), URL_, TOKEN)).toBe(true);
  });

  it('R1: repeated fields count once each', () => {
    const body = 'Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234';
    expect(isSigned(raw(body, 'IK+Dwps556ElfBT0I3Rgjkr1wJU='), URL_, TOKEN)).toBe(true);
  });

  it('R1: a JSON body is covered by its hash in the query', () => {
    const body = '{"property": "value", "boolean": true}';
    const hash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620';
    const url = `${URL_}&bodySHA256=${hash}`;
    const json = raw(body, 'a9nBmqA0ju/hNViExpshrM61xv4=', 'application/json');
    expect(isSigned(json, url, TOKEN)).toBe(true);
    expect(isSigned({ ...json, body: Buffer.from(`${body} `) }, url, TOKEN)).toBe(false);
    expect(isSigned(json, URL_, TOKEN)).toBe(false);
  });

  it('R1: with and without the port', () => {
    const portless = 'https://mycompany.com:443/myapp.php?foo=1&bar=2';
    expect(isSigned(raw(fields, signature), portless, TOKEN)).toBe(true);
  });

  it.each([
    ['another token', fields, signature, URL_, '12346'],
    ['another address', fields, signature, `${URL_}3`, TOKEN],
    ['another host', fields, signature, URL_.replace('my', 'your'), TOKEN],
    ['http', fields, signature, URL_.replace('https', 'http'), TOKEN],
    ['a changed field', fields.replace('1234&', '1235&'), signature, URL_, TOKEN],
    ['a field more', `${fields}&X=1`, signature, URL_, TOKEN],
    ['no signature', fields, '', URL_, TOKEN],
    ['an empty token', fields, signature, URL_, ''],
  ])('R1: refuses %s', (_, body, given, url, token) => {
    expect(isSigned(raw(body, given), url, token)).toBe(false);
  });
});
