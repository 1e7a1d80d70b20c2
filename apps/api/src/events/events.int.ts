import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connectNats, type NatsLink } from '@skein/messaging';
import { createLogger } from '@skein/runtime';
import { eventually, startInfra, type Infra } from '@skein/testing';
import { request } from 'undici';
import { start, type RunningApi } from '../service.js';

const KEY = 'key-of-the-workspace';

let infra: Infra;
let api: RunningApi;
let link: NatsLink;

beforeAll(async () => {
  infra = await startInfra();
  await infra.sql('INSERT INTO workspaces (id, name) VALUES ($1, $1)', [infra.workspaceId]);
  const hash = createHash('sha256').update(KEY).digest();
  await infra.sql(`INSERT INTO api_keys (id, workspace_id, name, hash) VALUES ($1, $2, 'test', $3)`, [
    randomUUID(),
    infra.workspaceId,
    hash,
  ]);
  link = connectNats({ url: infra.natsUrl, name: 'test', logger: createLogger('test', 'silent') });
  await link.whenUp(5000);
  api = await start({
    SKEIN_API_PORT: '0',
    NATS_URL: infra.natsUrl,
    DATABASE_URL: infra.databaseUrl,
    SKEIN_LOG_LEVEL: 'fatal',
  });
});
afterAll(async () => {
  await api?.stop();
  await link?.close();
  await infra?.stop();
});

/** Names of the consumers that the api made for readers. */
async function ephemeral(): Promise<string[]> {
  const manager = await link.manager();
  const all = await manager.consumers.list('EVENTS').next();
  return all.filter(({ config }) => config.durable_name === undefined).map(({ name }) => name);
}

interface Reader {
  /** Where the stream began. */
  from: string;
  /** Ids of the events, in the order in which they came. */
  heard: string[];
  leave: () => void;
  ended: Promise<void>;
}

async function follow(from?: string): Promise<Reader> {
  const abort = new AbortController();
  const url = `${api.url.replace('0.0.0.0', '127.0.0.1')}/v1/events`;
  const sent = { 'x-api-key': KEY, ...(from === undefined ? {} : { 'last-event-id': from }) };
  const { body, statusCode, headers } = await request(url, { headers: sent, signal: abort.signal });
  expect(statusCode).toBe(200);
  const heard: string[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of body) {
      const lines = (text + String(chunk)).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines)
        if (line.startsWith('data: ')) heard.push((JSON.parse(line.slice(6)) as { id: string }).id);
    }
  };
  const ended = read().catch(() => undefined);
  return { from: String(headers['last-event-id']), heard, leave: () => abort.abort(), ended };
}

it('B2 a reader that goes away leaves no consumer behind', async () => {
  const readers = [await follow(), await follow()];
  await eventually(async () => (await ephemeral()).length === 2);
  for (const { leave } of readers) leave();
  await eventually(async () => (await ephemeral()).length === 0);
  await Promise.all(readers.map(({ ended }) => ended));
});

it('B2 a reader that comes back after many events reads them in a row, over one consumer', async () => {
  const first = await follow();
  first.leave();
  await first.ended;
  const ids = Array.from({ length: 450 }, (_, index) => `event-${index}`);
  for (const id of ids) {
    const event = { id, type: 'message-sent', at: new Date().toISOString(), data: {} };
    await link.js.publish(`skein.event.${infra.workspaceId}.message-sent`, JSON.stringify([event]));
  }
  await eventually(async () => (await ephemeral()).length === 0);
  const { heard, leave, ended } = await follow(first.from);
  const used = new Set<string>();
  await eventually(
    async () => {
      for (const name of await ephemeral()) used.add(name);
      expect(heard).toHaveLength(ids.length);
    },
    { everyMs: 10 },
  );
  expect(heard).toEqual(ids);
  expect(used.size).toBe(1);
  leave();
  await ended;
});

it('B2 an api that stops ends its streams and frees their consumers', async () => {
  const { ended } = await follow();
  await eventually(async () => (await ephemeral()).length === 1);
  await api.stop();
  await ended;
  expect(await ephemeral()).toEqual([]);
});
