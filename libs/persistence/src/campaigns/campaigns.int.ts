import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { buildCalls, buildChannel, buildLane, eventually, startInfra } from '@skein/testing';
import type { ChannelRows, Infra, LaneRows } from '@skein/testing';
import type { DataSource } from 'typeorm';
import { releaseHeld } from '../append/held.js';
import { dataSourceOf, dbOf } from '../data-source.js';
import type { Db, Sql } from '../db.js';
import { lockLanes } from '../routing/lanes.js';
import { ensureCampaign, insertBatch } from './batches.js';
import { cancelCampaign, cancelWaiting } from './cancel-campaign.js';
import { pauseCampaign, releaseHeldOf, resumeCampaign } from './change-campaigns.js';
import { channelLoad } from './feed.js';
import { putOffPaused } from './hold-back.js';
import { findCampaign } from './read-campaigns.js';

let infra: Infra;
let source: DataSource;
let db: Db;
let channel: ChannelRows;
/** A campaign of each test's own. */
let campaign: string;

beforeAll(async () => {
  infra = await startInfra();
  source = await dataSourceOf({ url: infra.databaseUrl, poolSize: 6, applicationName: 'test' }).initialize();
  db = dbOf(source);
});
beforeEach(async () => {
  campaign = randomUUID();
  channel = await buildChannel(infra.sql, { workspaceId: infra.workspaceId });
});
afterAll(async () => {
  await source.destroy();
  await infra.stop();
});

const ids = (): [string, string] => [channel.workspaceId, campaign];

interface Gate {
  passed: Promise<void>;
  open(): void;
}
function gate(): Gate {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

/** Waits until somebody waits for a lock, or `over` has happened without that. */
async function untilLockedOr(over: Promise<unknown>): Promise<void> {
  const waits = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await Promise.race([
    over,
    eventually(async () => expect(await infra.sql(waits)).not.toEqual([]), { everyMs: 10 }),
  ]);
}

/** A message of the campaign on a lane, in a state. */
async function buildMessage(status: string, lane?: LaneRows): Promise<string> {
  const id = randomUUID();
  await infra.sql(
    `INSERT INTO messages (id, workspace_id, direction, author, origin, status, channel_id, lane_id, campaign_id, wake_at)
     VALUES ($1, $2, 'out', 'agent', 'campaign', $3, $4, $5, $6, now() + interval '5 seconds')`,
    [id, channel.workspaceId, status, channel.channelId, lane?.laneId ?? null, campaign],
  );
  return id;
}

const statusOf = async (id: string): Promise<string | undefined> =>
  (await infra.sql<{ status: string }>(`SELECT status FROM messages WHERE id = $1`, [id]))[0]?.status;

/** Seconds until somebody looks at the message. */
const sleepOf = async (id: string): Promise<number> =>
  Number(
    (
      await infra.sql<{ s: string }>(
        `SELECT extract(epoch FROM wake_at - now()) AS s FROM messages WHERE id = $1`,
        [id],
      )
    )[0]?.s,
  );

function storeBatch(sql: Sql): Promise<unknown> {
  const [workspaceId, campaignId] = ids();
  const rest = { channelId: channel.channelId, templateId: null, command: null, bodyHash: Buffer.alloc(32) };
  const items = ['+447700900001', '+447700900002'].map((address) => ({ address, params: null, error: null }));
  return insertBatch(sql, { id: randomUUID(), workspaceId, campaignId, ...rest }, items);
}

const itemStates = async (): Promise<string[]> => {
  const rows = await infra.sql<{ state: string }>(
    `SELECT i.state FROM batches b JOIN batch_items i ON i.batch_id = b.id WHERE b.campaign_id = $1`,
    [campaign],
  );
  return rows.map((row) => row.state);
};

describe('M10 a resume while others are at work', () => {
  it('M10: lets a held message go whose window opens in the middle of it', async () => {
    const lane = await buildLane(infra.sql, channel);
    await infra.sql(`UPDATE lanes SET window_until = NULL WHERE id = $1`, [lane.laneId]);
    const held = await buildMessage('held', lane);
    await db.transaction((sql) => pauseCampaign(sql, ...ids()));
    const [opened, resumed] = [gate(), gate()];

    const writing = db.transaction(async (sql) => {
      await lockLanes(sql, [lane.laneId]);
      await sql.query(
        'test-open',
        `UPDATE lanes SET window_until = skein_now() + interval '1 day' WHERE id = $1`,
        [lane.laneId],
      );
      const released = await releaseHeld(sql, [lane.laneId]);
      opened.open();
      await untilLockedOr(resumed.passed);
      return released;
    });
    await opened.passed;
    await db.transaction((sql) => resumeCampaign(sql, ...ids()));
    const releasing = db.transaction((sql) => releaseHeldOf(sql, ...ids()));
    void releasing.finally(() => resumed.open());
    expect(await writing).toEqual([]);
    expect(await releasing).toEqual({ released: [held], last: undefined });
    expect(await statusOf(held)).toBe('accepted');
  });

  it('M10: leaves no message asleep that was accepted in the middle of it', async () => {
    await db.transaction((sql) => pauseCampaign(sql, ...ids()));
    const [first, second] = [await buildMessage('accepted'), await buildMessage('accepted')];
    await putOffPaused(db, [first]);
    expect(await sleepOf(first)).toBeGreaterThan(200);
    await db.transaction(async (sql) => {
      await resumeCampaign(sql, ...ids());
      const third = await buildMessage('accepted');
      await putOffPaused(db, [third]);
      expect(await sleepOf(third)).toBeLessThan(10);
    });
    expect(Math.max(await sleepOf(first), await sleepOf(second))).toBeLessThan(1);
  });
});

describe('M10 the cancel of a campaign', () => {
  it('M10: ends thousands of held and scheduled messages a thousand at a time, and none that came later', async () => {
    await infra.sql(
      `INSERT INTO messages (id, workspace_id, direction, author, origin, status, channel_id, campaign_id)
       SELECT gen_random_uuid(), $1, 'out', 'agent', 'campaign', CASE WHEN n % 2 = 0 THEN 'held' ELSE 'scheduled' END, $2, $3
       FROM generate_series(1, 2500) AS n`,
      [channel.workspaceId, channel.channelId, campaign],
    );
    const sent = await buildMessage('sent');
    await db.transaction((sql) => cancelCampaign(sql, ...ids()));
    const later = await buildMessage('scheduled');
    const first = await cancelWaiting(db, ...ids());
    // A process that died here starts again from the beginning.
    const again = await cancelWaiting(db, ...ids());
    const rest = await cancelWaiting(db, ...ids(), again.last);
    expect([first, again, rest].map(({ canceled }) => canceled.length)).toEqual([1000, 1000, 500]);
    expect(rest.last).toBeUndefined();
    expect((await findCampaign(db, ...ids()))?.counts).toEqual({ canceled: 2500, sent: 1, scheduled: 1 });
    expect([await statusOf(sent), await statusOf(later)]).toEqual(['sent', 'scheduled']);
  });

  it('M10: ends a bulk send that is being stored, and one that is stored after it goes on', async () => {
    await ensureCampaign(db, ...ids());
    const [stored, mayCommit] = [gate(), gate()];
    const sending = db.transaction(async (sql) => {
      await storeBatch(sql);
      stored.open();
      await mayCommit.passed;
    });
    await stored.passed;
    const canceling = db.transaction((sql) => cancelCampaign(sql, ...ids()));
    await untilLockedOr(canceling);
    mayCommit.open();
    await sending;
    expect((await canceling).items).toBe(2);
    expect(await itemStates()).toEqual(['canceled', 'canceled']);
    expect((await findCampaign(db, ...ids()))?.isCanceled).toBe(true);
    expect(await infra.sql(`SELECT 1 FROM batches WHERE campaign_id = $1 AND open`, [campaign])).toEqual([]);

    await db.transaction(async (sql) => {
      // Its transaction began before the cancel, but the bulk send comes after.
      await sql.query('test-begin', 'SELECT now()');
      await db.transaction((other) => cancelCampaign(other, ...ids()));
      await storeBatch(sql);
    });
    expect((await itemStates()).sort()).toEqual(['canceled', 'canceled', 'pending', 'pending']);
    expect((await findCampaign(db, ...ids()))?.isCanceled).toBe(false);
  });
});

describe('M10 the load of a channel', () => {
  it('M10: tells what is stuck behind a later try or a paused lane from what is on its way', async () => {
    const lanes = await Promise.all([1, 2, 3, 4, 5].map(() => buildLane(infra.sql, channel)));
    const [going, retried, paused, due, behind] = await Promise.all(
      lanes.map(async (lane) => ({ lane, ...(await buildCalls(infra.sql, channel, lane)) })),
    );
    await infra.sql(`UPDATE messages SET origin = 'campaign', campaign_id = $2 WHERE channel_id = $1`, [
      channel.channelId,
      campaign,
    ]);
    await infra.sql(
      `UPDATE calls SET state = 'retry', wake_at = now() + interval '1 minute' WHERE message_id = ANY ($1)`,
      [[retried?.messageId, behind?.messageId]],
    );
    await infra.sql(`UPDATE calls SET state = 'retry', wake_at = now() WHERE message_id = $1`, [
      due?.messageId,
    ]);
    await infra.sql(`UPDATE lanes SET paused_until = now() + interval '1 minute' WHERE id = $1`, [
      paused?.lane.laneId,
    ]);
    await buildMessage('queued', behind?.lane);
    await buildMessage('accepted');
    await buildMessage('queued', going?.lane);
    // Going, due, accepted, and another of the first lane; retried, paused, and the two of one lane.
    expect(await channelLoad(db, channel.channelId)).toMatchObject({ backlog: 4, stuck: 4 });
  });
});
