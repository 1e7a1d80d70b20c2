import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Metrics } from '../metrics.js';
import type { HealthRegistry } from './health.js';

/** A running health server; `port` is the one really bound. */
export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  type: string;
  body: string;
}

/**
 * Serves `/health/live` (the process answers), `/health/ready` (every check passes, 503 otherwise) and `/metrics`
 * for services that have no HTTP of their own.
 *
 * @throws the listen error when the port is taken.
 */
export async function startHealthServer(
  port: number,
  health: HealthRegistry,
  metrics: Metrics,
): Promise<HealthServer> {
  const routes: Record<string, () => Promise<Answer>> = {
    '/health/live': () => Promise.resolve({ status: 200, type: 'text/plain', body: 'ok' }),
    '/health/ready': () => readiness(health),
    '/metrics': async () => ({ status: 200, type: metrics.contentType, body: await metrics.text() }),
  };
  const server = createServer((request, response) => void answer(routes, request, response));
  await listen(server, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => closeServer(server),
  };
}

async function readiness(health: HealthRegistry): Promise<Answer> {
  const report = await health.report();
  return { status: report.ready ? 200 : 503, type: 'application/json', body: JSON.stringify(report) };
}

async function answer(
  routes: Record<string, () => Promise<Answer>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  const result = (await route?.()) ?? { status: 404, type: 'text/plain', body: 'not found' };
  response.writeHead(result.status, { 'content-type': result.type, 'cache-control': 'no-store' });
  response.end(result.body);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve());
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
