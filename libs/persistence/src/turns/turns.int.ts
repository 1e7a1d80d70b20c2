import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { messageIdFor, newId } from '@skein/contracts';
import {
  buildChannel,
  buildLane,
  startInfra,
  type ChannelRows,
  type Infra,
  type LaneRows,
} from '@skein/testing';
import type { DataSource } from 'typeorm';
import type { AcceptItem } from '../accept/accepted-item.js';
import { dataSourceOf, dbOf } from '../data-source.js';
import type { Db } from '../db.js';
import { listUsage } from '../queries/usage.js';
import { acceptInTurn } from './accept-in-turn.js';
import { claimTurns, type ClaimedTurn } from './claim.js';
import { failTurn, finishTurn, retryTurn } from './close.js';
import { extendLease } from './lease.js';
import { loadTurns } from './load.js';
import { queueTurns } from './queue.js';
import { withoutRepeats } from './said-before.js';

let infra: Infra;
let source: DataSource;
let db: Db;
let channel: ChannelRows;
let lane: LaneRows;
const LEASE_MS = 60_000;

beforeAll(async () => {
  infra = await startInfra();
  source = await dataSourceOf({ url: infra.databaseUrl, poolSize: 4, applicationName: 'test' }).initialize();
  db = dbOf(source);
  channel = await buildChannel(infra.sql, { workspaceId: infra.workspaceId });
});
beforeEach(async () => {
  lane = await buildLane(infra.sql, channel);
  await infra.sql(`UPDATE agents SET turns = '{}', credits = '{}'`);
});
afterAll(async () => {
  await source.destroy();
  await infra.stop();
});

interface Saying {
  lane?: LaneRows;
  purpose?: 'message' | 'instruction';
  /** Seconds ago. */
  ago?: number;
}

/** A message with its turn. @returns the message's id */
async function says(
  text: string,
  { lane: to = lane, purpose = 'message', ago = 60 }: Saying = {},
): Promise<string> {
  const messageId = randomUUID();
  const isPersons = purpose === 'message';
  const [row] = await infra.sql<{ seq: string }>(
    `INSERT INTO messages (id, workspace_id, direction, author, purpose, status, thread_id, contact_id, channel_id, lane_id, text)
     VALUES ($1, $2, $3, $4, $5, 'delivered', $6, $7, $8, $9, $10) RETURNING seq`,
    [
      messageId,
      channel.workspaceId,
      ...(isPersons ? ['in', 'user', purpose] : ['out', 'operator', purpose]),
      ...[lane.threadId, lane.contactId, channel.channelId, to.laneId, text],
    ],
  );
  const { workspaceId, channelId, agentId } = channel;
  const { threadId } = lane;
  const place = { workspaceId, threadId, agentId, channelId, laneId: to.laneId };
  await queueTurns(db, [{ ...place, messageId, seq: row?.seq ?? null }]);
  await infra.sql(`UPDATE turns SET created_at = now() - make_interval(secs => $2) WHERE message_id = $1`, [
    messageId,
    ago,
  ]);
  return messageId;
}

const claim = async (): Promise<ClaimedTurn | undefined> =>
  (await claimTurns(db, [lane.threadId], LEASE_MS)).claimed[0];
const expire = () => infra.sql(`UPDATE turns SET lease_until = now() WHERE state = 'running'`);
const gather = (rule: object) => infra.sql(`UPDATE agents SET turns = $1`, [JSON.stringify(rule)]);
const textsOf = async (
  turn: ClaimedTurn | undefined,
  list: 'messages' | 'instructions' | 'history' = 'messages',
) => (await loadTurns(db, [turn?.id ?? ''], 50)).get(turn?.id ?? '')?.[list].map(({ text }) => text);

function reply(turn: ClaimedTurn, text: string): AcceptItem {
  const idempotencyKey = `turn:${turn.id}:${text}`;
  const { workspaceId, threadId } = turn;
  return {
    ...{ workspaceId, idempotencyKey, messageId: messageIdFor(workspaceId, idempotencyKey), text },
    bodyHash: Buffer.alloc(32),
    command: { form: 1, to: { conversationId: threadId }, content: { text }, options: {} },
    ...{ author: 'agent', origin: null, purpose: 'reply', campaignId: null, dueAt: null, turnId: turn.id },
  };
}

interface Sending {
  /** A conversation; that of the turn unless told otherwise. */
  to?: string;
  purpose?: 'reply' | 'message';
  key?: string;
}

/** Sends in the name of a try that has not ended. @returns what came of it, and the words that the person gets */
async function sends(turn: ClaimedTurn, text: string, { to = turn.threadId, purpose, key }: Sending = {}) {
  const { workspaceId, id: turnId, token: fence } = turn;
  const item: AcceptItem = {
    ...reply(turn, text),
    ...{ messageId: newId(), idempotencyKey: null, purpose: purpose ?? 'message' },
    bodyHash: createHash('sha256').update(`${to}\n${text}`).digest(),
    command: { form: 1, to: { conversationId: to }, content: { text }, options: {} },
  };
  const result = await acceptInTurn(db, { turnId, fence }, item, key ?? newId());
  if (typeof result === 'string') throw new Error(result);
  const [row] = await infra.sql<{ text: string }>(
    `SELECT text FROM messages WHERE workspace_id = $1 AND id = $2`,
    [workspaceId, result.messageId],
  );
  return [result.outcome, row?.text];
}

/** Everything that a turn can change. */
const everything = () =>
  infra.sql(
    `SELECT (SELECT json_agg(t ORDER BY id) FROM turns t) AS turns, (SELECT json_agg(m ORDER BY id) FROM messages m) AS messages,
       (SELECT json_agg(o ORDER BY id) FROM outbox o) AS outbox, (SELECT json_agg(s) FROM turn_sends s) AS sends`,
  );

describe('the fence', () => {
  it('R3: nothing that a try does after its turn went to another one changes a row', async () => {
    await says('hello');
    const zombie = (await claim()) as ClaimedTurn;
    expect(await claim()).toBeUndefined();
    await expire();
    const heir = (await claim()) as ClaimedTurn;
    expect(heir).toMatchObject({ id: zombie.id, attempt: 2 });
    const before = await everything();
    const late = reply(zombie, 'late');
    expect(await finishTurn(db, zombie, { replies: [late], usage: { tokens: 9 } })).toEqual({
      isClosed: false,
      outbox: [],
    });
    expect(await failTurn(db, zombie, 'late', [late])).toEqual({ isClosed: false, outbox: [] });
    expect(await extendLease(db, zombie, LEASE_MS)).toBe(false);
    await retryTurn(db, zombie, 'late', 1);
    const tool = { ...late, purpose: 'message' as const };
    expect(await acceptInTurn(db, { turnId: zombie.id, fence: zombie.token }, tool, newId())).toBe('over');
    expect(await everything()).toEqual(before);
    expect(await finishTurn(db, heir, { replies: [reply(heir, 'in time')] })).toMatchObject({
      isClosed: true,
    });
    expect(await finishTurn(db, heir, { replies: [reply(heir, 'twice')] })).toMatchObject({
      isClosed: false,
    });
  });

  it('R3: a sign of life that commits while another process claims keeps the turn', async () => {
    await says('hello');
    const turn = (await claim()) as ClaimedTurn;
    await expire();
    // Both at once, many times: whoever is first, exactly one of them has the turn.
    for (let round = 0; round < 20; round += 1) {
      const [[current], isExtended] = await Promise.all([
        claimTurns(db, [lane.threadId], LEASE_MS).then(({ claimed }) => claimed),
        extendLease(db, turn, LEASE_MS),
      ]);
      expect([current !== undefined, isExtended]).toContain(true);
      expect(current !== undefined && isExtended).toBe(false);
      if (current !== undefined) turn.token = current.token;
      await expire();
    }
  });
});

describe('what a turn sends before it ends', () => {
  it('R3 T7: a rerun in another order sends to nobody twice, and drops nothing that it says to somebody else', async () => {
    await says('hello');
    const first = (await claim()) as ClaimedTurn;
    const to = (await buildLane(infra.sql, channel)).threadId;
    expect(await sends(first, 'to ops', { to })).toEqual(['created', 'to ops']);
    expect(await sends(first, 'also to ops', { to })).toEqual(['created', 'also to ops']);
    await expire();
    const second = (await claim()) as ClaimedTurn;
    expect(await sends(second, 'Let me ask.', { purpose: 'reply' })).toEqual(['created', 'Let me ask.']);
    expect(await sends(second, 'a picture')).toEqual(['created', 'a picture']);
    expect(await sends(second, 'to ops, in other words', { to })).toEqual(['duplicate', 'to ops']);
    expect(await sends(second, 'again to ops', { to })).toEqual(['duplicate', 'also to ops']);
    expect(await sends(second, 'third to ops', { to })).toEqual(['created', 'third to ops']);
  });

  it('R3: a key is one request within a try: another body is a conflict, in a rerun it is another request', async () => {
    await says('hello');
    const first = (await claim()) as ClaimedTurn;
    const key = 'k1';
    expect(await sends(first, 'one', { key })).toEqual(['created', 'one']);
    expect(await sends(first, 'one', { key })).toEqual(['duplicate', 'one']);
    expect(await sends(first, 'two', { key })).toEqual(['conflict', 'one']);
    expect(await sends(first, 'one', { key, to: randomUUID() })).toEqual(['conflict', 'one']);
    await expire();
    const second = (await claim()) as ClaimedTurn;
    const reworded = () => sends(second, 'one, reworded', { key });
    expect([await reworded(), await reworded()]).toEqual(Array(2).fill(['duplicate', 'one']));
    expect(await sends(second, 'one', { key })).toEqual(['conflict', 'one']);
  });

  it('R3: what an earlier try has said word by word, and this one has not repeated, is said once', async () => {
    await says('hello');
    const first = (await claim()) as ClaimedTurn;
    for (const text of ['A', 'B']) await sends(first, text, { purpose: 'reply' });
    await expire();
    const second = (await claim()) as ClaimedTurn;
    await sends(second, 'A', { purpose: 'reply' });
    const hashOf = (text: string) => createHash('sha256').update(`${second.threadId}\n${text}`).digest();
    const ends = ['A', 'B', 'B', 'C'].map((text) => ({ ...reply(second, text), bodyHash: hashOf(text) }));
    const kept = await withoutRepeats(db, second, ends);
    expect(kept.map(({ messageId }, at) => messageId === ends[at]?.messageId)).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(await withoutRepeats(db, first, ends)).toBe(ends);
  });
});

describe('bursts', () => {
  it('R4: two claims at once merge a burst once; an end before it leaves the merged ones with their turn', async () => {
    await gather({ debounceMs: 1000 });
    for (const text of ['one', 'two', 'three']) await says(text);
    const claims = await Promise.all([claim(), claim(), claim()]);
    const [turn, ...others] = claims.filter((one) => one !== undefined);
    expect(others).toEqual([]);
    expect(await textsOf(turn)).toEqual(['one', 'two', 'three']);
    const states = await infra.sql(
      `SELECT state, merged_into AS into FROM turns WHERE thread_id = $1 ORDER BY seq`,
      [lane.threadId],
    );
    expect(states).toEqual([
      { state: 'merged', into: turn?.id },
      { state: 'merged', into: turn?.id },
      { state: 'running', into: null },
    ]);
    await says('four');
    await expire();
    const again = (await claim()) as ClaimedTurn;
    expect(again).toMatchObject({ id: turn?.id, attempt: 2 });
    expect(await textsOf(again)).toEqual(['one', 'two', 'three']);
    await finishTurn(db, again, { replies: [] });
    expect(await textsOf(await claim())).toEqual(['four']);
  });

  it('R4: a burst ends where somebody else, or the same person somewhere else, has spoken', async () => {
    await gather({ debounceMs: 30_000 });
    const elsewhere = await buildLane(infra.sql, channel);
    await says('one', { ago: 2 });
    await says('two', { ago: 2 });
    await says('elsewhere', { ago: 2, lane: elsewhere });
    await says('told', { ago: 2, purpose: 'instruction' });
    await says('three', { ago: 2 });
    for (const texts of [['one', 'two'], ['elsewhere'], ['told']]) {
      const turn = (await claim()) as ClaimedTurn;
      expect(await textsOf(turn)).toEqual(texts);
      await finishTurn(db, turn, { replies: [] });
    }
    const waiting = await claimTurns(db, [lane.threadId], LEASE_MS);
    expect(waiting).toMatchObject({ claimed: [], behind: [], writing: [{ threadId: lane.threadId }] });
    expect(waiting.writing[0]?.waitMs).toBeGreaterThan(20_000);
    expect(waiting.writing[0]?.waitMs).toBeLessThanOrEqual(28_000);
  });
});

describe('credits and instructions', () => {
  it.each([
    [{}, undefined, '1.000000'],
    [{ perTurn: 0 }, { tokens: 5000 }, '0.000000'],
    [{ perTurn: 0.1, perThousandTokens: 0.2 }, { tokens: 1500 }, '0.400000'],
    [{ perThousandTokens: 0.000001 }, { tokens: 1_000_000_000 }, '2.000000'],
    [{ perTurn: 10_000, perThousandTokens: 10_000 }, { tokens: 2_000_000_000 }, '20000010000.000000'],
  ])('R9: %j and %j make %s', async (rule, usage, credits) => {
    await infra.sql(`UPDATE agents SET credits = $1`, [JSON.stringify(rule)]);
    await says('hello');
    const turn = (await claim()) as ClaimedTurn;
    await finishTurn(db, turn, { replies: [], usage });
    expect(await infra.sql(`SELECT credits, usage FROM turns WHERE id = $1`, [turn.id])).toEqual([
      { credits, usage: usage ?? null },
    ]);
  });

  it('R9: usage is listed whatever counts are stored', async () => {
    await infra.sql(`UPDATE agents SET credits = '{}'`);
    const tokens = [7, 1e30, 'many', 0.5];
    for (const [index, count] of tokens.entries()) {
      await says(`hello ${index}`);
      const turn = (await claim()) as ClaimedTurn;
      await finishTurn(db, turn, { replies: [] });
      const usage = JSON.stringify({ tokens: count });
      await infra.sql(`UPDATE turns SET usage = $2, ended_at = '2001-01-01' WHERE id = $1`, [turn.id, usage]);
    }
    const filter = { agentId: null, from: null, to: new Date('2001-01-02') };
    const workspace = { id: channel.workspaceId, timeZone: 'UTC' };
    const { items } = await listUsage(db, workspace, filter, { limit: 10, cursor: null });
    expect(items).toMatchObject([{ day: '2001-01-01', turns: 4, tokens: 1e30 }]);
  });

  it('M5: an instruction is told until a turn has ended with it; one that has a turn of its own is told in that', async () => {
    await says('hello');
    const told = await says('told', { purpose: 'instruction' });
    const first = (await claim()) as ClaimedTurn;
    expect(await textsOf(first, 'instructions')).toEqual([]);
    await finishTurn(db, first, { replies: [], instructions: [] });
    const own = (await claim()) as ClaimedTurn;
    expect(await textsOf(own, 'instructions')).toEqual(['told']);
    await failTurn(db, own, 'the model is away');
    await says('again');
    const next = (await claim()) as ClaimedTurn;
    expect(await textsOf(next, 'instructions')).toEqual(['told']);
    const { outbox } = await finishTurn(db, next, { replies: [], instructions: [told] });
    expect(outbox.map(({ type }) => type)).toEqual(['turn-done', 'message-read']);
    await says('at last');
    expect(await textsOf(await claim(), 'instructions')).toEqual([]);
  });

  it('M5: the newest instructions are told, as many as one can heed; the turn ends with the older ones too', async () => {
    const loaded = async (turn: ClaimedTurn | undefined) =>
      (await loadTurns(db, [turn?.id ?? ''], 50)).get(turn?.id ?? '');
    const tell = (text: string, count: number) =>
      infra.sql(
        `INSERT INTO messages (id, workspace_id, direction, author, purpose, status, thread_id, contact_id, channel_id, lane_id, text)
         SELECT gen_random_uuid(), $1, 'out', 'operator', 'instruction', 'delivered', $2, $3, $4, $5, $6 || n
         FROM generate_series(1, $7) AS n`,
        [channel.workspaceId, lane.threadId, lane.contactId, channel.channelId, lane.laneId, text, count],
      );
    await tell('told ', 60);
    await says('hello');
    const turn = (await claim()) as ClaimedTurn;
    const { instructions = [], told = [] } = (await loaded(turn)) ?? {};
    expect([instructions.length, instructions[0]?.text, instructions.at(-1)?.text]).toEqual([
      50,
      'told 11',
      'told 60',
    ]);
    expect(told).toHaveLength(60);
    await finishTurn(db, turn, { replies: [], instructions: told });
    await tell('x'.repeat(30_000), 3);
    await says('again');
    const next = await loaded(await claim());
    expect([next?.instructions.length, next?.told.length]).toEqual([2, 3]);
  });
});
