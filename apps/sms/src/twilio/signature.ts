import { createHash } from 'node:crypto';
import { isHmac, sameSecret } from '@skein/contracts';
import type { RawRequest } from '@skein/contracts';

/**
 * Checks `X-Twilio-Signature`: base64 of HMAC-SHA1 under the auth token, over the address with its query and then every field of the form
 * in the order of the names, name and value without anything between. A body of another type is covered by the query's `bodySHA256`
 * (Secure webhooks, checked 2026-11). `url` is the public address, which a proxy in front of us does not know.
 */
export function isSigned({ headers, body }: RawRequest, url: string, authToken: string): boolean {
  const given = headers['x-twilio-signature'];
  if (given === undefined || !URL.canParse(url)) return false;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const hash = new URL(url).searchParams.get('bodySHA256');
  // Only one of the two covers the body, so a body that neither covers is not signed at all.
  if (!isForm && !coversBody(hash, body)) return false;
  const fields = isForm ? written(new URLSearchParams(body.toString('utf8'))) : '';
  return addressesOf(url).some((address) =>
    isHmac(given, address + fields, { secret: authToken, algorithm: 'sha1', encoding: 'base64' }),
  );
}

function coversBody(hash: string | null, body: Buffer): boolean {
  return hash !== null && sameSecret(hash.toLowerCase(), createHash('sha256').update(body).digest('hex'));
}

/** A repeated field is written once for each different value, in order. */
function written(form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  return names
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join('');
}

/** The platform signs some calls with the port and some without, so both count, as they do in its own libraries. */
function addressesOf(url: string): string[] {
  const match = /^(https?:\/\/)([^/?#]*)(.*)$/is.exec(url);
  if (!match) return [url];
  const [, scheme = '', authority = '', rest = ''] = match;
  const host = authority.replace(/:\d+$/, '');
  const port = scheme.toLowerCase() === 'https://' ? 443 : 80;
  const other = host === authority ? `${host}:${port}` : host;
  return [url, `${scheme}${other}${rest}`];
}
