import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent, buildConnector } from 'undici';
import { BlockedAddressError, isAllowedHost, isPublicAddress, type AllowedHosts } from './address-guard.js';

const CONNECT_MS = 5000;

type LookupDone = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Looks a name up and keeps only public addresses; none left is an error. */
export function guardedLookup(hostname: string, options: LookupOptions, done: LookupDone): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return done(error, []);
    const open = addresses.filter(({ address }) => isPublicAddress(address));
    const first = open[0];
    if (!first) return done(new BlockedAddressError('the name leads to an address that is not public'), []);
    if (options.all) done(null, open);
    else done(null, first.address, first.family);
  });
}

/** Connections for addresses that people supplied: looked-up and peer addresses must be public, or the host allowed by name. */
export function guardedAgent(allowed: AllowedHosts): Agent {
  const guarded = buildConnector({ timeout: CONNECT_MS, lookup: guardedLookup });
  const open = buildConnector({ timeout: CONNECT_MS });
  return new Agent({
    keepAliveTimeout: 4000,
    connect: (options, done) => {
      const port = options.port || (options.protocol === 'https:' ? '443' : '80');
      if (isAllowedHost(options.hostname, port, allowed)) return open(options, done);
      guarded(options, (error, socket) => {
        if (error) return done(error, null);
        if (isPublicAddress(socket.remoteAddress ?? '')) return done(null, socket);
        socket.destroy();
        done(new BlockedAddressError('the connection leads to an address that is not public'), null);
      });
    },
  });
}
