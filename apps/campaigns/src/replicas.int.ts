import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { messageIdFor } from '@skein/contracts';
import {
  buildBatch,
  buildChannel,
  eventually,
  Replicas,
  startInfra,
  startPlatform,
  type ChannelRows,
  type Infra,
} from '@skein/testing';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const [LARGE, SMALL] = [1200, 800];

let infra: Infra;
let channel: ChannelRows;
let stopPlatform: () => Promise<void>;
let replicas: Replicas;

beforeAll(async () => {
  infra = await startInfra();
  channel = await buildChannel(infra.sql, { workspaceId: infra.workspaceId });
  stopPlatform = startPlatform(infra.sql);
  replicas = new Replicas(MAIN, infra, { SKEIN_SWEEP_MS: '200' });
  await Promise.all([replicas.start(0), replicas.start(1)]);
});
afterAll(async () => {
  await stopPlatform();
  await replicas.stop();
  await infra.stop();
});

const build = (total: number): Promise<string> =>
  buildBatch(infra.sql, channel, { total, campaign: 'spring' });

const accepted = async (): Promise<number> =>
  (await infra.sql<{ n: number }>(`SELECT count(*)::int AS n FROM messages WHERE origin = 'campaign'`))[0]
    ?.n ?? 0;

const untilAccepted = (least: number): Promise<unknown> =>
  eventually(async () => expect(await accepted()).toBeGreaterThanOrEqual(least), { timeoutMs: 30_000 });

it('M10 P8: 2,000 places, two feeders of which one stands still and one is killed: each is accepted once, in order, in turns', async () => {
  const [large, small] = [await build(LARGE), await build(SMALL)];
  await untilAccepted(300);
  replicas.pause(0);
  await untilAccepted((await accepted()) + 300);
  replicas.resume(0);
  await replicas.kill(1);
  expect(await accepted()).toBeLessThan(LARGE + SMALL);
  await untilAccepted(LARGE + SMALL);

  const rows = await infra.sql<{ batch: string; idx: number; id: string; key: string }>(
    `SELECT i.batch_id AS batch, i.idx, m.id, m.idempotency_key AS key FROM batch_items i JOIN messages m ON m.id = i.message_id
     WHERE i.state = 'accepted' ORDER BY m.seq`,
  );
  const placesOf = (batch: string) => rows.filter((row) => row.batch === batch).map((row) => row.idx);
  expect(placesOf(large)).toEqual(Array.from({ length: LARGE }, (_, index) => index));
  expect(placesOf(small)).toEqual(Array.from({ length: SMALL }, (_, index) => index));
  for (const { batch, idx, id } of rows)
    expect(id).toBe(messageIdFor(channel.workspaceId, `${batch}:${idx}`));
  expect(await accepted()).toBe(LARGE + SMALL);
  // The large one was there first; from then on they took turns, so the small one never fell behind.
  const first = rows.findIndex((row) => row.batch === small);
  const shared = rows.slice(first, rows.findLastIndex((row) => row.batch === small) + 1);
  const ofLarge = shared.filter((row) => row.batch === large).length;
  expect(Math.abs(ofLarge - Math.min(SMALL, LARGE - first))).toBeLessThanOrEqual(1);
  expect(await infra.sql(`SELECT id FROM batches WHERE open OR wake_at IS NOT NULL`)).toEqual([]);
}, 90_000);
