import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startInfra, type Infra } from '@skein/testing';
import type { DataSource } from 'typeorm';
import { dataSourceOf, dbOf } from '../data-source.js';
import type { Db } from '../db.js';
import { resolveRecipients, type Resolved, type ResolveItem } from './resolve.js';

let infra: Infra;
let source: DataSource;
let db: Db;

beforeAll(async () => {
  infra = await startInfra();
  source = await dataSourceOf({ url: infra.databaseUrl, poolSize: 6, applicationName: 'test' }).initialize();
  db = dbOf(source);
  await infra.sql(`INSERT INTO workspaces (id, name) VALUES ($1, 'test')`, [infra.workspaceId]);
  await infra.sql(`INSERT INTO agents (workspace_id, id, name) VALUES ($1, 'bot', 'Bot')`, [
    infra.workspaceId,
  ]);
  await infra.sql(
    `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name)
     VALUES ('wa', $1, 'whatsapp', '1', 'bot', 'wa'), ('mail', $1, 'email', '2', 'bot', 'mail')`,
    [infra.workspaceId],
  );
});

afterAll(async () => {
  await source.destroy();
  await infra.stop();
});

function item(address: string, more: Partial<ResolveItem> = {}): ResolveItem {
  return {
    workspaceId: infra.workspaceId,
    kind: 'whatsapp',
    channelId: 'wa',
    agentId: 'bot',
    address,
    provenance: 'api',
    ...more,
  };
}

const resolve = (items: ResolveItem[]): Promise<Resolved[]> =>
  db.transaction((sql) => resolveRecipients(sql, items));

describe('resolveRecipients', () => {
  it('P3: leads the same address to the same contact, thread and lane, whoever asks first', async () => {
    const numbers = Array.from({ length: 50 }, (_, index) => `+4477009010${String(index).padStart(2, '0')}`);
    const items = numbers.map((number) => item(number));
    const [a, b] = await Promise.all([resolve(items), resolve([...items].reverse())]);
    expect(b.reverse()).toEqual(a);
    expect(new Set(a.map((row) => ('laneId' in row ? row.laneId : ''))).size).toBe(numbers.length);
  });

  it('P3: joins the addresses that the platform states to be one person in one lane', async () => {
    const [first] = await resolve([item('+447700902001', { aliases: ['US.1001'] })]);
    const [later] = await resolve([item('US.1001')]);
    expect(later).toEqual(first);
  });

  it('gives one contact a thread per agent and a lane per channel', async () => {
    const [wa] = await resolve([item('+447700903001', { userId: 'u1' })]);
    const [mail] = await resolve([
      item('u1@example.test', { kind: 'email', channelId: 'mail', userId: 'u1', provenance: 'api' }),
    ]);
    expect(wa).toMatchObject({ laneAddress: '+447700903001' });
    expect(mail).toMatchObject({
      contactId: 'contactId' in (wa as Resolved) ? (wa as { contactId: string }).contactId : '',
      threadId: (wa as { threadId: string }).threadId,
      laneAddress: 'u1@example.test',
    });
  });

  it('B9: never moves an address that belongs to somebody else', async () => {
    await resolve([item('+447700904001', { userId: 'owner' })]);
    const [taken] = await resolve([item('+447700904001', { userId: 'thief' })]);
    expect(taken).toEqual({ error: 'identity_conflict' });
  });
});
