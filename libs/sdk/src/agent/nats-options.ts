/** How to connect, in the words of the `nats` package; its types stay out of ours: a strict caller would compile them too. */
export interface NatsOptions {
  servers: string[];
  user?: string;
  pass?: string;
  maxReconnectAttempts: number;
  [option: string]: unknown;
}

/**
 * Reads one address or several. Login stands apart from the addresses: the package does not read it out of them. It never gives up on
 * a server that is away.
 *
 * @throws TypeError for what is no address.
 */
export function optionsOf(address: string, more: Readonly<Record<string, unknown>> = {}): NatsOptions {
  const urls = address
    .split(',')
    .map((one) => new URL(one.includes('://') ? one.trim() : `nats://${one.trim()}`));
  const login = urls.find(({ username }) => username !== '');
  const [user, pass] = [login?.username, login?.password].map((text) => decodeURIComponent(text ?? ''));
  return {
    servers: urls.map(({ host }) => host),
    maxReconnectAttempts: -1,
    ...(user ? { user } : {}),
    ...(pass ? { pass } : {}),
    ...more,
  };
}
