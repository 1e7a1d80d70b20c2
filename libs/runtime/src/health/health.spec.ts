import { describe, expect, it } from '@jest/globals';
import { Metrics } from '../metrics.js';
import { HealthRegistry } from './health.js';
import { startHealthServer } from './health-server.js';

describe('HealthRegistry', () => {
  it('is ready only when every check passes, and says what is wrong', async () => {
    const health = new HealthRegistry();
    health.add('nats', () => undefined);
    health.add('postgres', () => Promise.reject(new Error('connect ECONNREFUSED')));
    expect(await health.report()).toEqual({
      ready: false,
      checks: { nats: 'ok', postgres: 'connect ECONNREFUSED' },
    });
    health.add('postgres', () => Promise.resolve());
    expect((await health.report()).ready).toBe(true);
  });

  it('stays ready without a part it can do without, and says so', async () => {
    const health = new HealthRegistry();
    health.add('nats', () => Promise.reject(new Error('NATS is away')), false);
    expect(await health.report()).toEqual({ ready: true, checks: { nats: 'NATS is away' } });
  });

  it('is not ready once it drains', async () => {
    const health = new HealthRegistry();
    health.drain();
    expect(await health.report()).toEqual({ ready: false, checks: { service: 'stopping' } });
  });
});

describe('health server', () => {
  it('serves live, ready and metrics on a free port', async () => {
    const health = new HealthRegistry();
    const metrics = new Metrics('threads');
    metrics.counter('skein_test_total', 'A test.', ['kind']).inc({ kind: 'a' });
    const server = await startHealthServer(0, health, metrics);
    const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
    try {
      expect((await get('/health/live')).status).toBe(200);
      expect((await get('/health/ready')).status).toBe(200);
      health.add('nats', () => Promise.reject(new Error('away')));
      const ready = await get('/health/ready');
      expect([ready.status, await ready.json()]).toEqual([503, { ready: false, checks: { nats: 'away' } }]);
      expect(await (await get('/metrics')).text()).toContain(
        'skein_test_total{kind="a",service="threads"} 1',
      );
      expect((await get('/constructor')).status).toBe(404);
    } finally {
      await server.close();
    }
  });
});
