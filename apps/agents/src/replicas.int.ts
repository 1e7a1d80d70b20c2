import { randomBytes } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { subjects, type TurnRequest } from '@skein/contracts';
import { openBus, type Bus } from '@skein/messaging';
import { sealCredentials } from '@skein/persistence';
import { createLogger } from '@skein/runtime';
import { buildChannel, eventually, Replicas, startInfra, type ChannelRows, type Infra } from '@skein/testing';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const SECRET_KEY = randomBytes(32).toString('base64');
const [THREADS, MESSAGES] = [200, 20];
const LEASE_MS = 1000;

let infra: Infra;
let bus: Bus;
let channel: ChannelRows;
let server: Server;
const asked: string[] = [];
let replicas: Replicas;

/** Answers that the agent keeps back, so that turns are under way for certain; undefined while it answers. */
let kept: (() => void)[] | undefined;

function answerAgain(): void {
  const late = kept ?? [];
  kept = undefined;
  for (const go of late) go();
}

/** The agent: it takes its time and says back what it was told. */
function answer(body: string, response: ServerResponse): void {
  const { message } = JSON.parse(body) as TurnRequest;
  asked.push(message.text ?? '');
  const said = JSON.stringify({ text: `re: ${message.text}` });
  const go = () => void setTimeout(() => response.writeHead(200).end(said), Math.random() * 20);
  if (kept === undefined) go();
  else kept.push(go);
}

beforeAll(async () => {
  infra = await startInfra();
  channel = await buildChannel(infra.sql, { workspaceId: infra.workspaceId });
  bus = openBus({ service: 'test', url: infra.natsUrl, logger: createLogger('test', 'silent') });
  await bus.link.whenUp(5000);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(Buffer.concat(chunks).toString('utf8'), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const place = `${channel.workspaceId}/${channel.agentId}`;
  const sealed = sealCredentials(SECRET_KEY, place, { secret: 'whsec_c2VjcmV0' }).toString('base64');
  const backend = { type: 'http', url: `http://127.0.0.1:${port}/`, timeoutSeconds: 30, sealed };
  await infra.sql(`UPDATE agents SET backend = $1`, [JSON.stringify(backend)]);
  replicas = new Replicas(MAIN, infra, {
    SKEIN_SECRET_KEY: SECRET_KEY,
    SKEIN_ALLOW_HOSTS: `127.0.0.1:${port}`,
    SKEIN_TURN_LEASE_MS: String(LEASE_MS),
    SKEIN_SWEEP_MS: '200',
  });
  await Promise.all([replicas.start(0), replicas.start(1)]);
});
afterAll(async () => {
  await replicas.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bus.close();
  await infra.stop();
});

/** A killed process is replaced, as an orchestrator would; a paused one wakes after its leases have ended. */
const FAULTS = {
  kill: async (index: number) => {
    await replicas.kill(index);
    await replicas.start(index);
  },
  pause: async (index: number) => {
    replicas.pause(index);
    await delay(LEASE_MS * 2.5);
    replicas.resume(index);
  },
};

async function buildThreads(): Promise<void> {
  await infra.sql(
    `WITH people AS (INSERT INTO contacts (id, workspace_id) SELECT gen_random_uuid(), $1 FROM generate_series(1, $2::int) RETURNING id),
     threads AS (
       INSERT INTO threads (id, workspace_id, contact_id, agent_id) SELECT gen_random_uuid(), $1, id, $3 FROM people RETURNING id
     )
     INSERT INTO lanes (workspace_id, channel_id, address) SELECT $1, $4, id::text FROM threads`,
    [channel.workspaceId, THREADS, channel.agentId, channel.channelId],
  );
}

/** Everybody writes once more: entries and turns, as the thread service commits them, and its bell. */
async function everybodyWrites(round: number): Promise<void> {
  const rows = await infra.sql<{ id: string }>(
    `WITH said AS (
       INSERT INTO messages (id, workspace_id, direction, author, status, thread_id, channel_id, lane_id, text, content)
       SELECT gen_random_uuid(), $1, 'in', 'user', 'delivered', l.address::uuid, $2, l.id, w.text, jsonb_build_object('text', w.text)
       FROM lanes l CROSS JOIN LATERAL (SELECT $3::int || ' of ' || l.address AS text) AS w RETURNING id, thread_id, lane_id, seq
     )
     INSERT INTO turns (id, workspace_id, thread_id, agent_id, channel_id, lane_id, message_id, seq, wake_at)
     SELECT gen_random_uuid(), $1, thread_id, $4, $2, lane_id, id, seq, now() + interval '5 seconds' FROM said RETURNING thread_id AS id`,
    [channel.workspaceId, channel.channelId, round, channel.agentId],
  );
  void bus.publisher.ring(subjects.turns(channel.workspaceId), { threads: rows.map(({ id }) => id) });
}

const count = async (where: string): Promise<number> =>
  (await infra.sql<{ n: number }>(`SELECT count(*)::int AS n FROM turns WHERE ${where}`))[0]?.n ?? 0;

it(`R2 R3: ${THREADS} threads × ${MESSAGES} quick messages, two replicas killed and paused at random: each is answered once, in order`, async () => {
  await buildThreads();
  // Every fault comes while turns are under way, to either replica.
  const faults = (['kill', 'pause', 'kill', 'pause', 'pause', 'kill'] as const).map((fault) => ({
    fault,
    index: Math.round(Math.random()),
  }));
  const perFault = Math.floor((MESSAGES - 2) / faults.length);
  let round = 0;
  for (const { fault, index } of faults) {
    const before = await count(`state = 'done'`);
    for (let n = 0; n < perFault; n += 1) await everybodyWrites((round += 1));
    await eventually(
      async () => expect(await count(`state = 'done'`)).toBeGreaterThan(before + Math.random() * 100),
      { timeoutMs: 60_000 },
    );
    expect(await count(`state IN ('pending', 'running')`)).toBeGreaterThan(0);
    await FAULTS[fault](index);
  }
  // The random ones may all have met an idle process; this one cannot.
  while (round < MESSAGES) await everybodyWrites((round += 1));
  kept = [];
  await eventually(() => expect(kept).not.toHaveLength(0), { timeoutMs: 60_000 });
  await Promise.all([FAULTS.kill(0), FAULTS.kill(1)]);
  answerAgain();
  await eventually(async () => expect(await count(`state <> 'done'`)).toBe(0), {
    timeoutMs: 150_000,
    everyMs: 200,
  });
  const rows = await infra.sql<{ said: string[]; id: string }>(
    `SELECT substr(recipient_key, 3) AS id, array_agg(text ORDER BY seq) AS said FROM messages WHERE purpose = 'reply' GROUP BY 1`,
  );
  expect(rows).toHaveLength(THREADS);
  const wanted = (id: string) => Array.from({ length: MESSAGES }, (_, n) => `re: ${n + 1} of ${id}`);
  for (const { id, said } of rows) expect(said).toEqual(wanted(id));
  // The faults hit turns that were under way: those were asked again, and what the first asker said late was refused.
  expect(await count('attempt > 1')).toBeGreaterThan(0);
  expect(asked.length).toBeGreaterThan(THREADS * MESSAGES);
}, 300_000);
