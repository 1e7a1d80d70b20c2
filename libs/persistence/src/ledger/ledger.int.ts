import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  buildCalls,
  buildChannel,
  buildLane,
  startInfra,
  type ChannelRows,
  type Infra,
  type LaneRows,
} from '@skein/testing';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Db } from '../db.js';
import type { ClaimedCall, Settlement } from './call.js';
import { claimCalls, releaseCalls } from './claim.js';
import { settleCalls } from './settle.js';
import { dueCalls, expireLeases } from './sweep.js';

const base: Settlement = {
  state: 'sent',
  providerId: null,
  failure: null,
  note: { outcome: 'sent' },
  afterMs: 0,
  counted: true,
};
const noAlerts = () => Promise.resolve();

describe('the ledger of calls', () => {
  let infra: Infra;
  let pool: pg.Pool;
  let db: Db;
  let channel: ChannelRows;
  let lane: LaneRows;

  beforeAll(async () => {
    infra = await startInfra();
    pool = new pg.Pool({ connectionString: infra.databaseUrl, max: 8 });
    db = new Db(pool);
  });
  afterAll(async () => {
    await pool?.end();
    await infra?.stop();
  });
  beforeEach(async () => {
    channel = await buildChannel(infra.sql);
    lane = await buildLane(infra.sql, channel);
  });

  const claim = (
    ids: string[],
    perSecond: number | null = null,
    leaseMs = 30_000,
    token: string = randomUUID(),
  ) => claimCalls(db, { ids, paces: [{ channelId: channel.channelId, perSecond }], leaseMs, token });
  const settle = (call: ClaimedCall, more: Partial<Settlement>) =>
    settleCalls(db, [{ call, settlement: { ...base, ...more } }], noAlerts);
  const one = async (ids: string[]) => {
    const { claimed } = await claim(ids);
    expect(claimed).toHaveLength(1);
    return claimed[0] as ClaimedCall;
  };
  const rowOf = async (id: string) =>
    (await infra.sql(`SELECT * FROM calls WHERE id = $1`, [id]))[0] as Record<string, unknown>;
  const stateOf = async (id: string) => (await rowOf(id))['state'];

  it('claims a call with everything its sender needs, once', async () => {
    const { calls, messageId } = await buildCalls(infra.sql, channel, lane);
    const [id = ''] = calls;
    const first = await claim(calls);
    const second = await claim(calls);
    expect(first.claimed).toEqual([
      expect.objectContaining({
        id,
        messageId,
        threadId: lane.threadId,
        address: lane.address,
        attempt: 1,
        purpose: 'message',
        part: { type: 'text', text: 'hello' },
      }),
    ]);
    expect(second.claimed).toEqual([]);
    const done = await settle(first.claimed[0] as ClaimedCall, { providerId: 'p1' });
    expect(done.ended).toMatchObject([{ id, state: 'sent' }]);
    expect(await rowOf(id)).toMatchObject({
      state: 'sent',
      provider_id: 'p1',
      wake_at: null,
      lease_until: null,
    });
    // A repeated settle and a repeated bell change nothing.
    expect((await settle(first.claimed[0] as ClaimedCall, { state: 'failed' })).lost).toEqual([id]);
    expect((await claim(calls)).claimed).toEqual([]);
  });

  it('P9: keeps the order of a lane: the next call goes only after the one before has ended', async () => {
    const a = (await buildCalls(infra.sql, channel, lane)).calls;
    const b = (await buildCalls(infra.sql, channel, lane)).calls;
    const c = (await buildCalls(infra.sql, channel, lane)).calls;
    const all = [...a, ...b, ...c];
    const first = await one([...all].reverse());
    expect(first.id).toBe(a[0]);
    expect((await claim(all)).claimed).toEqual([]);
    const { next } = await settle(first, {});
    expect(next).toEqual([{ id: b[0], channelId: channel.channelId }]);
    const second = await one(b);
    // A retry keeps the lane.
    await settle(second, { state: 'retry', afterMs: 60_000 });
    expect((await claim(all)).claimed).toEqual([]);
  });

  it('P11: never sends after an opt-out, except the one confirmation', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane, { parts: 2 });
    const confirmation = await buildCalls(infra.sql, channel, lane, { purpose: 'opt_out_confirmation' });
    await infra.sql(`UPDATE lanes SET opted_out_at = now(), opted_out_purpose = 'all' WHERE id = $1`, [
      lane.laneId,
    ]);
    const { claimed, ended, next } = await claim([...calls, ...confirmation.calls]);
    expect(claimed).toEqual([]);
    expect(ended.map(({ id, state }) => [id, state])).toEqual([
      [calls[0], 'blocked'],
      [calls[1], 'canceled'],
    ]);
    expect(next.map(({ id }) => id)).toEqual(confirmation.calls);
    await one(confirmation.calls);
  });

  it('a marketing opt-out does not stop other messages', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane);
    await infra.sql(`UPDATE lanes SET opted_out_at = now(), opted_out_purpose = 'marketing' WHERE id = $1`, [
      lane.laneId,
    ]);
    await one(calls);
  });

  it('an opt-out that is being committed is waited for', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane);
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE lanes SET opted_out_at = now(), opted_out_purpose = 'all' WHERE id = $1`, [
      lane.laneId,
    ]);
    const claiming = claim(calls);
    await client.query('COMMIT');
    client.release();
    const { claimed, ended } = await claiming;
    expect(claimed).toEqual([]);
    expect(ended).toMatchObject([{ state: 'blocked' }]);
  });

  it('sends back to policy when the window has closed, and expires what is too old', async () => {
    const stale = await buildLane(infra.sql, channel);
    await infra.sql(`UPDATE lanes SET window_until = skein_now() - interval '1 second' WHERE id = $1`, [
      stale.laneId,
    ]);
    const returned = await buildCalls(infra.sql, channel, stale, { parts: 2 });
    const template = await buildCalls(infra.sql, channel, stale, { needsWindow: false });
    const expired = await buildCalls(infra.sql, channel, lane, { expiresIn: '-1 second' });
    const result = await claim([...returned.calls, ...expired.calls]);
    expect(new Map(result.ended.map(({ id, state }) => [id, state]))).toEqual(
      new Map([
        [returned.calls[0], 'returned'],
        [returned.calls[1], 'canceled'],
        [expired.calls[0], 'expired'],
      ]),
    );
    expect(result.next.map(({ id }) => id)).toEqual(template.calls);
    await one(template.calls);
  });

  it('never sends a message back of which a part has been taken', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane, { parts: 2 });
    await settle(await one(calls), { providerId: 'p' });
    const second = await one(calls);
    await settle(second, {
      state: 'returned',
      failure: { kind: 'rejected', reason: 'window_closed', detail: '' },
    });
    expect(await stateOf(second.id)).toBe('failed');
  });

  it('a permanent failure cancels the rest of its message and hands the lane on', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane, { parts: 3 });
    const later = await buildCalls(infra.sql, channel, lane);
    const failure = { kind: 'rejected', reason: 'policy', detail: 'no' } as const;
    const { ended, next } = await settle(await one(calls), { state: 'failed', failure });
    expect(ended.map((call) => call.state)).toEqual(['failed', 'canceled', 'canceled']);
    expect(next.map(({ id }) => id)).toEqual(later.calls);
  });

  it('takes no more than the pace allows, also over replicas, and says when the next is free', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      ids.push(...(await buildCalls(infra.sql, channel, await buildLane(infra.sql, channel))).calls);
    }
    const began = Date.now();
    const results = await Promise.all([claim(ids, 20), claim(ids, 20), claim(ids, 20)]);
    // 20 a second: one more every 50 ms.
    const givenBack = Math.ceil((Date.now() - began) / 50);
    const claimed = results.flatMap((result) => result.claimed.map((call) => call.id));
    expect(new Set(claimed).size).toBe(claimed.length);
    // A burst of 0.2 s and one, plus what the time of the test gives back.
    expect(claimed.length).toBeGreaterThanOrEqual(5);
    expect(claimed.length).toBeLessThanOrEqual(5 + givenBack);
    const later = await claim(ids, 20);
    expect(later.noToken.length).toBeGreaterThan(10);
    expect(later.allowances.get(channel.channelId)?.nextInMs ?? 999).toBeLessThanOrEqual(60);
  });

  it('a throttled channel stands still for everybody and the attempt is not counted', async () => {
    const other = await buildLane(infra.sql, channel);
    const { calls } = await buildCalls(infra.sql, channel, lane);
    const second = await buildCalls(infra.sql, channel, other);
    const pause = { scope: 'channel', ms: 60_000, reason: 'throttled', alert: false } as const;
    await settle(await one(calls), { state: 'retry', afterMs: 60_000, counted: false, pause });
    expect(await rowOf(calls[0] ?? '')).toMatchObject({ state: 'retry', attempt: 0 });
    const { claimed, noToken } = await claim(second.calls);
    expect([...claimed, ...noToken]).toEqual([]);
    expect(await stateOf(second.calls[0] ?? '')).toBe('queued');
  });

  it('a throttled pair pauses its lane only', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane);
    const other = await buildCalls(infra.sql, channel, await buildLane(infra.sql, channel));
    const pause = { scope: 'lane', ms: 60_000, reason: 'throttled', alert: false } as const;
    await settle(await one(calls), { state: 'retry', afterMs: 1, counted: false, pause });
    await infra.sql(`UPDATE calls SET wake_at = now() - interval '1 second' WHERE id = ANY($1)`, [calls]);
    expect((await claim(calls)).claimed).toEqual([]);
    await one(other.calls);
  });

  it('alerts once per pause of a misconfigured account', async () => {
    const told: string[] = [];
    const pause = { scope: 'channel', ms: 60_000, reason: 'token expired', alert: true } as const;
    const settlement: Settlement = { ...base, state: 'retry', afterMs: 60_000, counted: false, pause };
    const { calls } = await buildCalls(infra.sql, channel, lane);
    const other = await buildCalls(infra.sql, channel, await buildLane(infra.sql, channel));
    const { claimed } = await claim([...calls, ...other.calls]);
    for (const call of claimed) {
      await settleCalls(
        db,
        [{ call, settlement }],
        async (_sql, alerts) => void told.push(...alerts.map((alert) => alert.reason)),
      );
    }
    expect(told).toEqual(['token expired']);
  });

  it("the provider's word that somebody opted out is final and kept with its evidence", async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane);
    await settle(await one(calls), { state: 'blocked', optOutEvidence: 'provider: 131050' });
    const [row] = await infra.sql(`SELECT opted_out_purpose FROM lanes WHERE id = $1`, [lane.laneId]);
    expect(row).toEqual({ opted_out_purpose: 'all' });
    expect(await infra.sql(`SELECT value, evidence FROM consents WHERE lane_id = $1`, [lane.laneId])).toEqual(
      [{ value: 'stop', evidence: 'provider: 131050' }],
    );
  });

  it('B2: an attempt without answer is unknown after its lease, is not sent again, and a late answer still counts', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane);
    const later = await buildCalls(infra.sql, channel, lane);
    const call = (await claim(calls, null, 1)).claimed[0] as ClaimedCall;
    await settle(call, { state: 'sending', failure: { kind: 'indeterminate', detail: 'no answer' } });
    expect(await stateOf(call.id)).toBe('sending');
    const sweeps = await Promise.all([expireLeases(db, ['whatsapp']), expireLeases(db, ['whatsapp'])]);
    expect(sweeps.flatMap((sweep) => sweep.ended)).toMatchObject([{ id: call.id, state: 'unknown' }]);
    expect(sweeps.flatMap((sweep) => sweep.next).map(({ id }) => id)).toEqual(later.calls);
    expect((await claim(calls)).claimed).toEqual([]);
    await settle(call, { providerId: 'late' });
    expect(await rowOf(call.id)).toMatchObject({ state: 'sent', provider_id: 'late' });
  });

  it('B2: resends after the lease where that was chosen, and a late answer prevents the resend', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane, { onUnknown: 'resend' });
    const call = (await claim(calls, null, 1)).claimed[0] as ClaimedCall;
    const { next } = await expireLeases(db, ['whatsapp']);
    expect(next.map(({ id }) => id)).toEqual(calls);
    await settle(call, { providerId: 'late' });
    expect((await claim(calls)).claimed).toEqual([]);
    expect(await stateOf(call.id)).toBe('sent');
  });

  it('an old attempt cannot settle a newer one', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane, { onUnknown: 'resend' });
    const old = (await claim(calls, null, 1)).claimed[0] as ClaimedCall;
    await expireLeases(db, ['whatsapp']);
    const fresh = await one(calls);
    expect(fresh.attempt).toBe(2);
    expect((await settle(old, { state: 'failed' })).lost).toEqual([old.id]);
    expect(await stateOf(fresh.id)).toBe('sending');
  });

  it('a claim whose answer was lost can be undone', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane);
    const token = randomUUID();
    await claim(calls, null, 30_000, token);
    expect(await releaseCalls(db, calls, token)).toEqual(calls);
    expect((await one(calls)).attempt).toBe(1);
  });

  it('sweeps what is due, once, and only of its kinds and channels', async () => {
    const { calls } = await buildCalls(infra.sql, channel, lane);
    await infra.sql(
      `UPDATE calls SET state = 'retry', wake_at = now() - interval '1 second' WHERE id = ANY($1)`,
      [calls],
    );
    expect(await dueCalls(db, ['email'], [])).toEqual([]);
    expect(await dueCalls(db, ['whatsapp'], [channel.channelId])).toEqual([]);
    const swept = (
      await Promise.all([dueCalls(db, ['whatsapp'], []), dueCalls(db, ['whatsapp'], [])])
    ).flat();
    expect(swept).toEqual([{ id: calls[0], channelId: channel.channelId }]);
    await one(calls);
  });

  it('P9: two replicas that claim everything at once keep each lane in order and never claim twice', async () => {
    const lanes = await Promise.all(Array.from({ length: 5 }, () => buildLane(infra.sql, channel)));
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1)
      for (const some of lanes) ids.push(...(await buildCalls(infra.sql, channel, some)).calls);
    const order = new Map<string, string[]>();
    let left = ids.length;
    const replica = async () => {
      while (left > 0) {
        const { claimed } = await claim(ids);
        for (const call of claimed) {
          order.set(call.laneId, [...(order.get(call.laneId) ?? []), call.id]);
          left -= 1;
        }
        if (claimed.length > 0)
          await settleCalls(
            db,
            claimed.map((call) => ({ call, settlement: base })),
            noAlerts,
          );
      }
    };
    await Promise.all([replica(), replica(), replica()]);
    expect([...order.values()].flat()).toHaveLength(ids.length);
    for (const sent of order.values()) expect(sent).toEqual([...sent].sort((a, b) => Number(a) - Number(b)));
    const [count] = await infra.sql(
      `SELECT count(*)::int AS n FROM calls WHERE id = ANY($1) AND state = 'sent' AND attempt = 1`,
      [ids],
    );
    expect(count).toEqual({ n: ids.length });
  });
});
