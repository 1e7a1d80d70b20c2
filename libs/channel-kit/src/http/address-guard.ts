import ipaddr from 'ipaddr.js';

/** An address that user-supplied URLs may not reach. */
export class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
  readonly code = 'blocked_address';

  constructor(detail: string) {
    super(detail);
  }
}

/** `host:port` pairs that may be reached although they are private, from `SKEIN_ALLOW_HOSTS`. */
export type AllowedHosts = ReadonlySet<string>;

export function allowedHosts(list: readonly string[]): AllowedHosts {
  return new Set(list.map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== ''));
}

const PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

export function isAllowedHost(hostname: string, port: string, allowed: AllowedHosts): boolean {
  return allowed.has(`${bare(hostname)}:${port}`) || allowed.has(`[${bare(hostname)}]:${port}`);
}

/** True only for addresses of the open internet; an IPv4 address inside an IPv6 one counts as itself. */
export function isPublicAddress(address: string): boolean {
  try {
    return ipaddr.process(bare(address)).range() === 'unicast';
  } catch {
    return false;
  }
}

/**
 * The first of three checks: scheme and literal address. Names are checked when they are looked up, and every peer once more when the
 * connection stands, for a look-up filter alone is passed by literals and by names that change their answer.
 *
 * @throws BlockedAddressError
 */
export function checkUrl(url: URL, allowed: AllowedHosts): void {
  const port = url.port || PORTS[url.protocol];
  if (port === undefined) throw new BlockedAddressError('only http and https addresses are fetched');
  if (isAllowedHost(url.hostname, port, allowed)) return;
  if (url.username !== '' || url.password !== '')
    throw new BlockedAddressError('addresses with a login are not fetched');
  const host = bare(url.hostname);
  if (ipaddr.isValid(host) && !isPublicAddress(host))
    throw new BlockedAddressError('the address is not public');
  if (host === 'localhost' || host.endsWith('.localhost'))
    throw new BlockedAddressError('the address is not public');
}

function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}
