import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { messageIdFor, newId } from '@skein/contracts';
import { startInfra, type Infra } from '@skein/testing';
import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { dataSourceOf, dbOf } from '../data-source.js';
import type { Db } from '../db.js';
import { acceptMessages } from './accept.js';
import type { AcceptItem } from './accepted-item.js';

let infra: Infra;
let source: DataSource;
let db: Db;

beforeAll(async () => {
  infra = await startInfra();
  source = await dataSourceOf({ url: infra.databaseUrl, poolSize: 4, applicationName: 'test' }).initialize();
  db = dbOf(source);
});

afterAll(async () => {
  await source.destroy();
  await infra.stop();
});

function item(more: Partial<AcceptItem> & { body?: string } = {}): AcceptItem {
  const { body = 'hello', ...rest } = more;
  return {
    workspaceId: infra.workspaceId,
    messageId: newId(),
    idempotencyKey: null,
    bodyHash: createHash('sha256').update(body).digest(),
    command: {
      form: 1,
      to: { phoneNumber: '+447700900001' },
      kind: 'whatsapp',
      content: { text: body },
      options: {},
    },
    author: 'agent',
    origin: 'api',
    purpose: 'message',
    campaignId: 'api',
    dueAt: null,
    text: body,
    ...rest,
  };
}

const keyed = (key: string, body: string): AcceptItem =>
  item({ body, idempotencyKey: key, messageId: messageIdFor(infra.workspaceId, key) });

describe('acceptMessages', () => {
  it('writes a row that can be read at once, and numbers a batch in the order given', async () => {
    const items = [item(), item(), item({ text: 'a \'quoted\' {"json"} \\ text' })];
    const results = await acceptMessages(db, items);
    expect(results.map((result) => [result.outcome, result.status])).toEqual(
      items.map(() => ['created', 'accepted']),
    );
    const rows = await infra.sql<{ id: string }>('SELECT id FROM messages WHERE id = ANY ($1) ORDER BY seq', [
      items.map((row) => row.messageId),
    ]);
    expect(rows.map((row) => row.id)).toEqual(items.map((row) => row.messageId));
  });

  it('replays the same key with the same body and refuses it with another', async () => {
    await acceptMessages(db, [keyed('k1', 'one')]);
    const [again, other] = await acceptMessages(db, [keyed('k1', 'one'), keyed('k1', 'two')]);
    expect([again?.outcome, other?.outcome]).toEqual(['duplicate', 'conflict']);
  });

  it('keeps one of two equal keys inside one batch', async () => {
    const results = await acceptMessages(db, [keyed('k2', 'a'), keyed('k2', 'a'), keyed('k2', 'b')]);
    expect(results.map((result) => result.outcome)).toEqual(['created', 'duplicate', 'conflict']);
  });

  it('schedules what is due later and lets it wake in time to be handed to JetStream', async () => {
    const soon = item({ dueAt: new Date(Date.now() + 60_000) });
    const far = item({ dueAt: new Date(Date.now() + 48 * 3_600_000) });
    const results = await acceptMessages(db, [soon, far]);
    expect(results.map((result) => result.status)).toEqual(['scheduled', 'scheduled']);
    const [row] = await infra.sql<{ hours: number }>(
      'SELECT extract(epoch FROM due_at - wake_at) / 3600 AS hours FROM messages WHERE id = $1',
      [far.messageId],
    );
    expect(Math.round(Number(row?.hours))).toBe(23);
  });

  it('lets two batches with the same keys in opposite order both finish', async () => {
    const keys = Array.from({ length: 200 }, (_, index) => keyed(`race-${index}`, 'x'));
    const [a, b] = await Promise.all([
      db.transaction((sql) => acceptMessages(sql, keys)),
      db.transaction((sql) => acceptMessages(sql, [...keys].reverse())),
    ]);
    const created = [...a, ...b].filter((result) => result.outcome === 'created');
    expect(created).toHaveLength(keys.length);
  });
});
