import { connect, isIPv6, type Socket } from 'node:net';
import {
  BlockedAddressError,
  checkUrl,
  isAllowedHost,
  isPublicAddress,
  type AllowedHosts,
} from './address-guard.js';
import { guardedLookup } from './guarded-agent.js';

/**
 * Opens a TCP connection under the rules of the HTTP client: literal, looked-up and peer addresses must be public, or `host:port` be allowed.
 *
 * @throws BlockedAddressError (`code` blocked_address), transport errors, ETIMEDOUT after `timeoutMs`.
 */
export async function guardedSocket(
  host: string,
  port: number,
  allowed: AllowedHosts,
  timeoutMs: number,
): Promise<Socket> {
  const address = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  if (!URL.canParse(address)) throw new BlockedAddressError('the address is no host and port');
  checkUrl(new URL(address), allowed);
  const open = isAllowedHost(host, String(port), allowed);
  const socket = connect({ host, port, ...(open ? {} : { lookup: guardedLookup }) });
  await connected(socket, timeoutMs);
  if (open || isPublicAddress(socket.remoteAddress ?? '')) return socket;
  socket.destroy();
  throw new BlockedAddressError('the connection leads to an address that is not public');
}

function connected(socket: Socket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(late);
      resolve();
    });
  });
}
