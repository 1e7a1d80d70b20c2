import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports are drawn from below the range the system gives to outgoing connections (32768 and up on Linux): a port from inside it was
 * taken by a service's own connection before its server could bind.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Resolves true when nothing listens on the port, on any address of this machine. */
export function isPortFree(port: number, host = '0.0.0.0'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** Finds different TCP ports that are free now; another process may still take one before its server binds. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!ports.has(port) && (await isPortFree(port))) ports.add(port);
  }
  return [...ports];
}
