import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  buildChannel,
  eventually,
  httpClient,
  startInfra,
  type HttpClient,
  type Infra,
} from '@skein/testing';
import { start, type RunningApi } from '../service.js';

const KEY = 'key-of-the-workspace';
const HELD = 2500;

let infra: Infra;
let api: RunningApi;
let http: HttpClient;

beforeAll(async () => {
  infra = await startInfra();
  const { channelId } = await buildChannel(infra.sql, { workspaceId: infra.workspaceId });
  await infra.sql(`INSERT INTO api_keys (id, workspace_id, name, hash) VALUES ($1, $2, 'test', $3)`, [
    randomUUID(),
    infra.workspaceId,
    createHash('sha256').update(KEY).digest(),
  ]);
  await infra.sql(
    `INSERT INTO messages (id, workspace_id, direction, author, status, channel_id, campaign_id)
     SELECT gen_random_uuid(), $1, 'out', 'agent', 'held', $2, 'large' FROM generate_series(1, $3::int)`,
    [infra.workspaceId, channelId, HELD],
  );
  api = await start({
    SKEIN_API_PORT: '0',
    NATS_URL: infra.natsUrl,
    DATABASE_URL: infra.databaseUrl,
    SKEIN_LOG_LEVEL: 'fatal',
    SKEIN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  });
  http = httpClient(api.url.replace('0.0.0.0', '127.0.0.1'), { 'x-api-key': KEY });
});
afterAll(async () => {
  await http?.close();
  await api?.stop();
  await infra?.stop();
});

it('M10: the cancel of a large campaign leaves its facts in rows of a thousand, told as soon as anybody can be', async () => {
  await infra.nats.kill('SIGKILL');
  const answer = await http.call<{ canceled: number; state: string }>('POST', '/v1/campaigns/large/cancel');
  expect(answer).toMatchObject({ status: 200, body: { canceled: HELD, state: 'canceled' } });
  const rows = await infra.sql<{ n: number }>(`SELECT jsonb_array_length(items) AS n FROM outbox ORDER BY 1`);
  expect(rows.map((row) => row.n)).toEqual([500, 1000, 1000]);
  expect((await http.call<{ canceled: number }>('POST', '/v1/campaigns/large/cancel')).body.canceled).toBe(0);
  await infra.nats.restart();
  await eventually(async () => expect(await infra.sql(`SELECT 1 FROM outbox`)).toEqual([]), {
    timeoutMs: 20_000,
  });
}, 30_000);
