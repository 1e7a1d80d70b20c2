import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '@skein/contracts';
import { buildChannel, startInfra, type ChannelRows, type Infra } from '@skein/testing';
import { createHash, randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { append } from '../append/append.js';
import { dataSourceOf, dbOf } from '../data-source.js';
import type { Db } from '../db.js';
import { readTurnAnswers } from './answers.js';
import { acceptRequests, findRequest, keepAnswers, type RequestItem } from './requests.js';

let infra: Infra;
let source: DataSource;
let db: Db;
let channel: ChannelRows;

beforeAll(async () => {
  infra = await startInfra();
  source = await dataSourceOf({ url: infra.databaseUrl, poolSize: 4, applicationName: 'test' }).initialize();
  db = dbOf(source);
});
beforeEach(async () => void (channel = await buildChannel(infra.sql, { kind: 'api' })));
afterAll(async () => {
  await source.destroy();
  await infra.stop();
});

function item(key: string | null, text: string): RequestItem {
  const { workspaceId, channelId } = channel;
  const id = newId();
  const at = new Date().toISOString();
  const said = { at, address: 'user@example.com', eventId: id, providerMessageId: id, content: { text } };
  const bodyHash = createHash('sha256').update(text).digest();
  return { workspaceId, channelId, key, bodyHash, event: { type: 'message', ...said } };
}

/** Accepts one request. @returns the id of its message and of its event, where it is new */
async function accept(one: RequestItem): Promise<{ messageId: string; inboundId: string | null }> {
  const [result] = await acceptRequests(db, [one]);
  if (result === undefined || 'conflict' in result) throw new Error('the key is taken');
  return result;
}

const read = async (messageId: string) =>
  (await readTurnAnswers(db, [{ workspaceId: channel.workspaceId, messageId }]))[0];

describe('requests of the synchronous API channel', () => {
  it('S3: a key is one message within a batch and over several; another body is a conflict, no key is always new', async () => {
    const batch = [item('k', 'a'), item('k', 'a'), item('k', 'b'), item(null, 'a'), item(null, 'a')];
    const [first, twin, other, ...free] = await acceptRequests(db, batch);
    expect(first).toMatchObject({ inboundId: expect.any(String), answer: null });
    expect(twin).toEqual({ ...first, inboundId: null });
    expect(other).toEqual({ conflict: true });
    expect(new Set([first, ...free].map((one) => JSON.stringify(one))).size).toBe(3);
    expect(await acceptRequests(db, [item('k', 'b'), item('k', 'a')])).toEqual([other, twin]);
    const rows = await infra.sql(`SELECT 1 FROM inbound_events WHERE channel_id = $1`, [channel.channelId]);
    expect(rows).toHaveLength(3);
  });

  it('S3: of requests in many transactions at once one is new, and the first answer stays', async () => {
    const results = await Promise.all(Array.from({ length: 12 }, () => accept(item('race', 'a'))));
    expect(new Set(results.map(({ messageId }) => messageId)).size).toBe(1);
    expect(results.filter(({ inboundId }) => inboundId !== null)).toHaveLength(1);
    const { workspaceId } = channel;
    const messageId = results[0]?.messageId ?? '';
    const answers = ['one', 'two', 'three'].map((answer) => ({
      workspaceId,
      key: 'race',
      messageId,
      answer,
    }));
    const kept = await Promise.all(answers.map(async (answer) => (await keepAnswers(db, [answer]))[0]));
    expect(new Set(kept).size).toBe(1);
    expect(await findRequest(db, workspaceId, 'race')).toMatchObject({ messageId, answer: kept[0] });
    expect(await findRequest(db, randomUUID(), 'race')).toBeUndefined();
  });

  it('S4: the key of a request whose turn failed in silence is free again; one that said anything is not', async () => {
    const { messageId, inboundId } = await accept(item('again', 'a'));
    await append(db, [inboundId ?? '']);
    expect(await read(messageId)).toMatchObject({ state: 'pending', turnMessageId: messageId, replies: [] });
    expect((await accept(item('again', 'a'))).messageId).toBe(messageId);
    await infra.sql(`UPDATE turns SET state = 'failed', ended_at = now() WHERE message_id = $1`, [messageId]);
    expect(await findRequest(db, channel.workspaceId, 'again')).toBeUndefined();
    expect((await acceptRequests(db, [item('again', 'b')]))[0]).toEqual({ conflict: true });
    const next = await accept(item('again', 'a'));
    expect(next.messageId).not.toBe(messageId);
    await append(db, [next.inboundId ?? '']);
    await infra.sql(
      `WITH failed AS (UPDATE turns SET state = 'failed' WHERE message_id = $1 RETURNING id, lane_id)
       INSERT INTO messages (id, workspace_id, direction, author, status, turn_id, lane_id)
       SELECT $2, $3, 'out', 'agent', 'sent', id, lane_id FROM failed`,
      [next.messageId, randomUUID(), channel.workspaceId],
    );
    expect((await accept(item('again', 'a'))).messageId).toBe(next.messageId);
    expect(await read(next.messageId)).toMatchObject({ state: 'failed', replies: [{ status: 'sent' }] });
  });

  it('S1: what the turn sent to somebody else is not part of the answer, and nobody else reads it', async () => {
    const { messageId, inboundId } = await accept(item(null, 'a'));
    expect(await read(messageId)).toBeUndefined();
    await append(db, [inboundId ?? '']);
    const say = (status: string, lane: string) =>
      infra.sql(
        `INSERT INTO messages (id, workspace_id, direction, author, status, turn_id, lane_id)
         SELECT gen_random_uuid(), workspace_id, 'out', 'agent', $2, id, ${lane} FROM turns WHERE message_id = $1`,
        [messageId, status],
      );
    await say('sent', 'lane_id');
    await say('sent', 'lane_id + 1000');
    await say('accepted', 'NULL');
    await say('scheduled', 'NULL');
    const row = await read(messageId);
    expect(row?.replies.map(({ status }) => status)).toEqual(['sent', 'accepted']);
    expect(row).toMatchObject({ agentId: 'concierge', agentName: 'Agent', credits: 0 });
    const workspaceId = randomUUID();
    expect(await readTurnAnswers(db, [{ workspaceId, messageId }])).toEqual([undefined]);
  });
});
