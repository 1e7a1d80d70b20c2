import type { GuardedClient } from '@skein/channel-kit';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';

const TIMEOUT_MS = 10_000;
/** A server with thousands of channels introduces itself in one frame. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

const PORTS: Record<string, number> = { 'ws:': 80, 'wss:': 443 };

/** An address that is no WebSocket's. */
export class NoGatewayError extends Error {
  override readonly name = 'NoGatewayError';
  readonly code = 'no_gateway';
}

/**
 * Opens a WebSocket over a guarded connection: the address comes from the platform's answers, which must not lead inside. Frames may come
 * as soon as it resolves.
 *
 * @throws NoGatewayError, BlockedAddressError (`code` blocked_address), transport errors.
 */
export async function openSocket(address: string, http: GuardedClient): Promise<WebSocket> {
  const url = new URL(address);
  const defaultPort = PORTS[url.protocol];
  if (defaultPort === undefined) throw new NoGatewayError('the address is no WebSocket address');
  url.searchParams.set('v', '10');
  url.searchParams.set('encoding', 'json');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const plain = await http.connect(host, Number(url.port) || defaultPort, TIMEOUT_MS);
  // Until the WebSocket listens itself.
  plain.on('error', () => undefined);
  const socket = url.protocol === 'wss:' ? secured(plain, host) : plain;
  return new WebSocket(url, {
    createConnection: () => socket,
    handshakeTimeout: TIMEOUT_MS,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
}

/** TLS over a connection that stands; the certificate must be for the host. */
function secured(socket: Socket, host: string): Socket {
  return connectTls({ socket, host, ...(isIP(host) === 0 ? { servername: host } : {}) });
}
