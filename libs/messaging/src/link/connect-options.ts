import type { NodeConnectionOptions } from '@nats-io/transport-node';

/** Where NATS is and who is asking. */
export interface NatsAddress {
  /** `nats://user:password@host:port`, several of one cluster separated by commas; credentials of the first count. */
  url: string;
  /** Shown in the server's connection list and logs. */
  name: string;
  /** Only where the server's permissions ask for one. */
  inboxPrefix?: string;
}

/** Milliseconds between pings: a dead peer is noticed after two of them. */
const PING_MS = 15_000;

/**
 * Options of the client. It never gives up reconnecting (the default is after 10 attempts, about 20 s), also not
 * after a refused login: a server that restarts may still be loading its accounts.
 *
 * @throws TypeError when an address is not a URL.
 */
export function connectOptions(address: NatsAddress): NodeConnectionOptions {
  const urls = address.url.split(',').map((text) => new URL(text.trim()));
  const login = urls.find((url) => url.username !== '');
  return {
    servers: urls.map((url) => url.host),
    name: address.name,
    ...(login ? { user: decodeURIComponent(login.username), pass: decodeURIComponent(login.password) } : {}),
    ...(urls.some((url) => url.protocol === 'tls:') ? { tls: {} } : {}),
    ...(address.inboxPrefix ? { inboxPrefix: address.inboxPrefix } : {}),
    maxReconnectAttempts: -1,
    // A stack per request costs over 1 % of a service under load.
    noAsyncTraces: true,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: PING_MS,
    maxPingOut: 2,
    timeout: 5000,
  };
}
