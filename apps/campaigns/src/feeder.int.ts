import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dataSourceOf, dbOf, type Db } from '@skein/persistence';
import {
  buildBatch,
  buildCalls,
  buildCampaign,
  buildChannel,
  buildLane,
  eventually,
  Replicas,
  startInfra,
  startPlatform,
} from '@skein/testing';
import type { ChannelRows, Infra } from '@skein/testing';
import type { DataSource } from 'typeorm';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** More than one round feeds. */
const SOME = 300;
/** More than those rounds feed that only the sweeper begins. */
const MANY = 2000;

let infra: Infra;
let source: DataSource;
let db: Db;
let stopPlatform: () => Promise<void>;
let replicas: Replicas;

beforeAll(async () => {
  infra = await startInfra();
  source = await dataSourceOf({ url: infra.databaseUrl, poolSize: 2, applicationName: 'test' }).initialize();
  db = dbOf(source);
  stopPlatform = startPlatform(infra.sql);
  replicas = new Replicas(MAIN, infra, { SKEIN_SWEEP_MS: '200' });
  await replicas.start(0);
});
afterAll(async () => {
  await stopPlatform();
  await replicas.stop();
  await source.destroy();
  await infra.stop();
});

/** A bulk send, in a campaign of its own. @returns the campaign's id */
async function buildBulk(
  channel: ChannelRows,
  total: number,
  campaign: string = randomUUID(),
): Promise<string> {
  await buildBatch(infra.sql, channel, { total, campaign });
  return campaign;
}

const newChannel = (ratePerSecond: number | null = null): Promise<ChannelRows> =>
  buildChannel(infra.sql, { settings: { ratePerSecond } });

const acceptedOf = async (campaign: string): Promise<number> =>
  (
    await infra.sql<{ n: number }>(`SELECT count(*)::int AS n FROM messages WHERE campaign_id = $1`, [
      campaign,
    ])
  )[0]?.n ?? 0;

const untilAccepted = (campaign: string, count: number): Promise<unknown> =>
  eventually(async () => expect(await acceptedOf(campaign)).toBe(count), { timeoutMs: 20_000 });

it('M10: a campaign that is being changed keeps no other waiting, on its channel or elsewhere, and goes on afterwards', async () => {
  const [shared, elsewhere] = [await newChannel(), await newChannel()];
  await buildCampaign(infra.sql, shared, 'locked');
  await db.transaction(async (sql) => {
    await sql.query('test-lock', `SELECT 1 FROM campaigns WHERE id = 'locked' FOR NO KEY UPDATE`);
    await buildBulk(shared, 1, 'locked');
    const others = [await buildBulk(shared, SOME), await buildBulk(elsewhere, SOME)];
    for (const other of others) await untilAccepted(other, SOME);
    expect(await acceptedOf('locked')).toBe(0);
  });
  await untilAccepted('locked', 1);
}, 60_000);

it('M10: a channel that fails keeps no other waiting, and is tried again', async () => {
  const [broken, sound] = [await newChannel(), await newChannel()];
  await infra.sql(
    `CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$`,
  );
  await infra.sql(
    `CREATE TRIGGER broken BEFORE UPDATE OF fed_at ON batches FOR EACH ROW WHEN (NEW.channel_id = '${broken.channelId}')
     EXECUTE FUNCTION broken()`,
  );
  const [failing, other] = [await buildBulk(broken, 1), await buildBulk(sound, MANY)];
  await untilAccepted(other, MANY);
  expect(await acceptedOf(failing)).toBe(0);
  await infra.sql('DROP TRIGGER broken ON batches');
  await untilAccepted(failing, 1);
}, 60_000);

it('M10: on a number of one a second, a message that is tried again later does not hold the only place', async () => {
  const slow = await newChannel(1);
  const { messageId } = await buildCalls(infra.sql, slow, await buildLane(infra.sql, slow));
  await infra.sql(`UPDATE messages SET origin = 'campaign' WHERE id = $1`, [messageId]);
  await infra.sql(
    `UPDATE calls SET state = 'retry', wake_at = now() + interval '10 minutes' WHERE message_id = $1`,
    [messageId],
  );
  await untilAccepted(await buildBulk(slow, 3), 3);
}, 60_000);
