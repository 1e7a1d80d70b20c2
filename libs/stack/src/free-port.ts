import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
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

/**
 * Finds TCP ports that are free now and that no other caller is given while this process lives, in whatever process that caller is.
 *
 * A start draws a port for each of its services before the first of them binds: of 15 services and 12,000 ports, two were given the
 * same one in about one start of 300. So a port is kept by holding the UDP port of its number, which nothing here listens on: the
 * system decides between processes, and lets go when the holder ends.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await keep(port)) && (await isPortFree(port))) ports.push(port);
  }
  return ports;
}

/** Resolves false when somebody holds the number already. */
function keep(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const holder = createSocket('udp4');
    holder.once('error', () => resolve(false));
    // Cluster workers would share the socket of their parent without `exclusive`, and both be given the port.
    holder.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
    holder.unref();
  });
}
