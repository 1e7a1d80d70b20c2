import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startInfra, type Infra } from './infra.js';

describe('startInfra', () => {
  let first: Infra;
  let second: Infra;
  beforeAll(async () => void ([first, second] = await Promise.all([startInfra(), startInfra()])));
  afterAll(async () => void (await Promise.all([first.stop(), second.stop()])));

  it('gives each caller a migrated database of its own', async () => {
    await first.sql('CREATE TABLE mine (n int)');
    const tables = `SELECT count(*)::int AS n FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
    const [inFirst] = await first.sql<{ n: number }>(tables);
    const [inSecond] = await second.sql<{ n: number }>(tables);
    expect(inSecond?.n).toBeGreaterThan(0);
    expect(inFirst?.n).toBe((inSecond?.n ?? 0) + 1);
  });

  it('gives each caller a nats-server of its own, with its own workspace', () => {
    expect(first.natsUrl).not.toBe(second.natsUrl);
    expect(first.workspaceId).not.toBe(second.workspaceId);
    expect(first.nats.pid).not.toBe(second.nats.pid);
  });
});
