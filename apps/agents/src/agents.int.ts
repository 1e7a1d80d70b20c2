import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { subjects } from '@skein/contracts';
import { openBus, type Bus } from '@skein/messaging';
import { createLogger, type RunningService } from '@skein/runtime';
import {
  buildChannel,
  buildLane,
  eventually,
  startInfra,
  type ChannelRows,
  type Infra,
  type LaneRows,
} from '@skein/testing';
import pg from 'pg';
import type { AgentBackend, Answer, TurnContext } from './backends/backend.js';
import { Backends } from './backends/backends.js';
import { Concierge } from './backends/concierge.js';
import { agentsService } from './service.js';

/** A backend that answers when the test says so. */
class Held implements AgentBackend {
  readonly started: string[] = [];
  private readonly open: { text: string; resolve(answer: Answer): void; reject(error: Error): void }[] = [];

  answer({ message }: TurnContext): Promise<Answer> {
    const text = message.text ?? '';
    this.started.push(text);
    return new Promise((resolve, reject) => this.open.push({ text, resolve, reject }));
  }

  finish(text: string, ...replies: string[]): void {
    this.take(text)?.resolve({ replies: replies.map((reply) => ({ content: { text: reply } })) });
  }

  fail(text: string, reason = 'the model is away'): void {
    this.take(text)?.reject(new Error(reason));
  }

  private take(text: string) {
    const index = this.open.findIndex((entry) => entry.text === text);
    return this.open.splice(index, 1)[0];
  }
}

describe('the agent service', () => {
  let infra: Infra;
  let bus: Bus;
  let channel: ChannelRows;
  let held: Held;
  let running: RunningService[] = [];

  beforeAll(async () => {
    infra = await startInfra();
    channel = await buildChannel(infra.sql, { workspaceId: infra.workspaceId });
    bus = openBus({ service: 'test', url: infra.natsUrl, logger: createLogger('test', 'silent') });
    await bus.link.whenUp(5000);
  });
  beforeEach(async () => {
    held = new Held();
    await infra.sql(`UPDATE agents SET backend = '{"type": "held"}'`);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((service) => service.stop()));
  });
  afterAll(async () => {
    await bus.close();
    await infra.stop();
  });

  async function start(backend: AgentBackend = held, leaseMs = 2000): Promise<RunningService> {
    const env = {
      NATS_URL: infra.natsUrl,
      DATABASE_URL: infra.databaseUrl,
      SKEIN_SWEEP_MS: '100',
      SKEIN_TURN_LEASE_MS: String(leaseMs),
      SKEIN_LOG_LEVEL: 'fatal',
    };
    const backends = new Backends({ held: backend, concierge: new Concierge('http://files.test/files') });
    const service = await agentsService(() => backends).start(env);
    running = [...running, service];
    return service;
  }

  const ring = (...lanes: LaneRows[]) =>
    bus.publisher.ring(subjects.turns(channel.workspaceId), { threads: lanes.map((lane) => lane.threadId) });

  async function says(lane: LaneRows, text: string, content?: object): Promise<string> {
    const id = await leaves(lane, text, content);
    await ring(lane);
    return id;
  }

  /** An entry of the person with its turn, as the thread service commits them before it rings. */
  async function leaves(
    lane: LaneRows,
    text: string,
    content: object = { text },
    agentId = 'concierge',
  ): Promise<string> {
    const id = randomUUID();
    const [row] = await infra.sql<{ seq: string }>(
      `INSERT INTO messages (id, workspace_id, direction, author, status, thread_id, contact_id, channel_id, lane_id, text, content)
       VALUES ($1, $2, 'in', 'user', 'delivered', $3, $4, $5, $6, $7, $8) RETURNING seq`,
      [
        id,
        channel.workspaceId,
        lane.threadId,
        lane.contactId,
        channel.channelId,
        lane.laneId,
        text,
        JSON.stringify(content),
      ],
    );
    await infra.sql(
      `INSERT INTO turns (id, workspace_id, thread_id, agent_id, channel_id, lane_id, message_id, seq, wake_at)
       VALUES ($1, $2, $3, $8, $4, $5, $6, $7, now() + interval '5 seconds')`,
      [
        randomUUID(),
        channel.workspaceId,
        lane.threadId,
        channel.channelId,
        lane.laneId,
        id,
        row?.seq,
        agentId,
      ],
    );
    return id;
  }

  const replies = async (lane: LaneRows) =>
    (
      await infra.sql<{ text: string }>(
        `SELECT m.text FROM messages m WHERE m.purpose = 'reply' AND m.recipient_key = $1 ORDER BY m.seq`,
        [`c:${lane.threadId}`],
      )
    ).map((row) => row.text);
  const states = async (lane: LaneRows) =>
    (
      await infra.sql<{ state: string }>(`SELECT state FROM turns WHERE thread_id = $1 ORDER BY seq`, [
        lane.threadId,
      ])
    ).map((row) => row.state);

  it('R2: one turn of a thread at a time, in order, none lost; other threads at the same time', async () => {
    const [ana, ben] = [await buildLane(infra.sql, channel), await buildLane(infra.sql, channel)];
    await start();
    await says(ana, 'a1');
    await says(ana, 'a2');
    await says(ana, 'a3');
    await says(ben, 'b1');
    await eventually(() => expect([...held.started].sort()).toEqual(['a1', 'b1']));
    held.finish('a1', 'to a1', 'more to a1');
    await eventually(() => expect(held.started).toContain('a2'));
    expect(held.started).not.toContain('a3');
    held.finish('a2', 'to a2');
    await eventually(() => expect(held.started).toContain('a3'));
    held.finish('a3', 'to a3');
    held.finish('b1', 'to b1');
    await eventually(async () =>
      expect(await replies(ana)).toEqual(['to a1', 'more to a1', 'to a2', 'to a3']),
    );
    await eventually(async () => expect(await states(ana)).toEqual(['done', 'done', 'done']));
    await eventually(async () => expect(await replies(ben)).toEqual(['to b1']));
  });

  it('R2: an agent that hangs leaves places to the others, and its own people come one after the other', async () => {
    await infra.sql(
      `INSERT INTO agents (workspace_id, id, name, backend) VALUES ($1, 'shop', 'Shop', '{"type": "held"}')`,
      [channel.workspaceId],
    );
    await start(held, 20_000);
    const lanes = await Promise.all(Array.from({ length: 40 }, () => buildLane(infra.sql, channel)));
    await Promise.all(lanes.map((lane, n) => leaves(lane, `hangs ${n}`)));
    await ring(...lanes);
    await eventually(() => expect(held.started).toHaveLength(32));
    const ana = await buildLane(infra.sql, channel);
    await leaves(ana, 'quick', { text: 'quick' }, 'shop');
    await ring(ana);
    await eventually(() => expect(held.started).toContain('quick'));
    held.finish('quick', 'at once');
    await eventually(async () => expect(await replies(ana)).toEqual(['at once']));
    for (let n = 0; n < 41; n += 1) {
      await eventually(() => expect(held.started.length).toBeGreaterThan(n));
      const text = held.started[n] ?? '';
      if (text !== 'quick') held.finish(text, 'late');
    }
    expect(new Set(held.started).size).toBe(41);
    for (const lane of lanes) await eventually(async () => expect(await states(lane)).toEqual(['done']));
  });

  it('R2: two processes never run two turns of one thread', async () => {
    const ana = await buildLane(infra.sql, channel);
    await Promise.all([start(), start()]);
    await Promise.all(Array.from({ length: 5 }, (_, n) => says(ana, `n${n}`)));
    for (let n = 1; n <= 5; n += 1) {
      await eventually(() => expect(held.started).toHaveLength(n));
      expect(await infra.sql(`SELECT 1 FROM turns WHERE state = 'running'`)).toHaveLength(1);
      held.finish(held.started[n - 1] ?? '', 'ok');
    }
    await eventually(async () => expect(await replies(ana)).toHaveLength(5));
  });

  it('R3: a turn whose process was never heard of again is taken over, and what the first one says late is dropped', async () => {
    const ana = await buildLane(infra.sql, channel);
    await start(held, 5000);
    await says(ana, 'hello');
    await eventually(() => expect(held.started).toEqual(['hello']));
    // A process that hangs gives no sign of life, and its claim runs out: here the claim is ended in its place.
    await infra.sql(
      `UPDATE turns SET token = gen_random_uuid(), lease_until = now(), wake_at = now() WHERE thread_id = $1`,
      [ana.threadId],
    );
    const second = new Held();
    await start(second, 5000);
    await eventually(() => expect([...held.started, ...second.started]).toEqual(['hello', 'hello']));
    const [zombie, heir] = second.started.length > 0 ? [held, second] : [held, held];
    zombie.finish('hello', 'from the first');
    heir.finish('hello', 'from the second');
    await eventually(async () => expect(await states(ana)).toEqual(['done']));
    expect(await replies(ana)).toEqual(['from the second']);
  });

  it('R3 T7: what a try said before it lost its turn is not said again by the next one, and the first one says no more', async () => {
    const ana = await buildLane(infra.sql, channel);
    const tries: { turn: TurnContext; end: (answer: Answer) => void }[] = [];
    await start({ answer: (turn) => new Promise((end) => tries.push({ turn, end })) }, 5000);
    await says(ana, 'hello');
    await eventually(() => expect(tries).toHaveLength(1));
    const say = (index: number, text: string, key: string) => tries[index]?.turn.sends.say({ text }, key);
    await say(0, 'one', 'stream:0');
    await say(0, 'one', 'stream:0');
    await infra.sql(
      `UPDATE turns SET token = gen_random_uuid(), lease_until = now(), wake_at = now() WHERE thread_id = $1`,
      [ana.threadId],
    );
    await eventually(() => expect(tries).toHaveLength(2));
    await expect(say(0, 'from the first', 'stream:1')).rejects.toMatchObject({
      refusal: { code: 'forbidden' },
    });
    await say(1, 'one, in other words', 'stream:0');
    await say(1, 'two', 'stream:1');
    tries[0]?.end({ replies: [{ content: { text: 'from the first' } }] });
    tries[1]?.end({ replies: [{ content: { text: 'three' } }] });
    await eventually(async () => expect(await states(ana)).toEqual(['done']));
    expect(await replies(ana)).toEqual(['one', 'two', 'three']);
  });

  it('R2: a backend that fails, whatever it says, is tried three times; then the next turn goes on', async () => {
    const ana = await buildLane(infra.sql, channel);
    await start();
    const failing = await says(ana, 'bad');
    await says(ana, 'good');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await eventually(() => expect(held.started).toHaveLength(attempt), { timeoutMs: 20_000 });
      held.fail('bad', `\0 ${'k'.repeat(1_000_000)}`);
    }
    await eventually(() => expect(held.started.at(-1)).toBe('good'));
    held.finish('good', 'yes');
    await eventually(async () => expect(await states(ana)).toEqual(['failed', 'done']));
    const [turn] = await infra.sql<{ error: string }>(`SELECT error FROM turns WHERE message_id = $1`, [
      failing,
    ]);
    expect(turn?.error).toBe(`\uFFFD ${'k'.repeat(498)}`);
    // A fact too large for the stream would stay.
    await eventually(async () => expect(await infra.sql(`SELECT id FROM outbox`)).toEqual([]));
    const [row] = await infra.sql<{ steps: string[] }>(
      `SELECT ARRAY(SELECT s->>'step' FROM jsonb_array_elements(timeline) AS s) AS steps FROM messages WHERE id = $1`,
      [failing],
    );
    expect(row?.steps).toEqual(['turn', 'turn_again', 'turn', 'turn_again', 'turn', 'turn_failed']);
  });

  /** A message that the person's answer released and that the router has yet to route. */
  async function releases(lane: LaneRows): Promise<string> {
    const id = randomUUID();
    await infra.sql(
      `INSERT INTO messages (id, workspace_id, direction, author, status, thread_id, channel_id, lane_id, released_at)
       VALUES ($1, $2, 'out', 'agent', 'accepted', $3, $4, $5, now())`,
      [id, channel.workspaceId, lane.threadId, channel.channelId, lane.laneId],
    );
    return id;
  }

  const routes = (id: string) => infra.sql(`UPDATE messages SET status = 'queued' WHERE id = $1`, [id]);

  it('P4: a turn waits until what was released by its message has been routed', async () => {
    const ana = await buildLane(infra.sql, channel);
    await start();
    const released = await releases(ana);
    await says(ana, 'yes?');
    const ben = await buildLane(infra.sql, channel);
    await says(ben, 'other');
    await eventually(() => expect(held.started).toEqual(['other']));
    await routes(released);
    await eventually(() => expect(held.started).toEqual(['other', 'yes?']), { timeoutMs: 4000 });
    held.finish('other');
    held.finish('yes?');
    await eventually(async () => expect(await states(ana)).toEqual(['done']));
  });

  it('P4: a turn starts soon also when the router commits in the middle of the claim', async () => {
    const [ana, ben] = [await buildLane(infra.sql, channel), await buildLane(infra.sql, channel)];
    await start();
    const released = await releases(ana);
    await leaves(ana, 'behind');
    const other = await leaves(ben, 'free');
    // The sweeper does not come to help.
    await infra.sql(`UPDATE turns SET wake_at = NULL WHERE state = 'pending'`);
    // The claim, which is for both threads, notes the turn on Ben's message: while that is locked, it has looked at Ana's thread
    // already and has not ended.
    const stopped = await lock('messages', other);
    await ring(ana, ben);
    await eventually(async () =>
      expect(
        await infra.sql(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        ),
      ).toHaveLength(1),
    );
    await routes(released);
    await stopped.release();
    await eventually(() => expect([...held.started].sort()).toEqual(['behind', 'free']), { timeoutMs: 4000 });
    held.finish('behind');
    held.finish('free');
    await eventually(async () => expect(await states(ana)).toEqual(['done']));
  });

  /** Locks a row in a transaction of its own, as a process does that is stopped in the middle of one. */
  async function lock(
    table: 'messages' | 'threads' | 'turns',
    id: string,
  ): Promise<{ release(): Promise<void> }> {
    const client = new pg.Client({ connectionString: infra.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query(`SELECT 1 FROM ${table} WHERE id = $1 FOR UPDATE`, [id]);
    return { release: () => client.query('COMMIT').then(() => client.end()) };
  }

  it.each(['threads', 'turns'] as const)(
    'R3: a process that stands still with a lock on %s keeps no other thread waiting',
    async (table) => {
      const [ana, ben] = [await buildLane(infra.sql, channel), await buildLane(infra.sql, channel)];
      await start();
      await leaves(ana, 'locked');
      await leaves(ben, 'free');
      const [turn] = await infra.sql<{ id: string }>(`SELECT id FROM turns WHERE thread_id = $1`, [
        ana.threadId,
      ]);
      const stopped = await lock(table, table === 'threads' ? ana.threadId : (turn?.id ?? ''));
      await ring(ana, ben);
      await eventually(() => expect(held.started).toEqual(['free']), { timeoutMs: 4000 });
      await stopped.release();
      await ring(ana);
      await eventually(() => expect(held.started).toEqual(['free', 'locked']), { timeoutMs: 4000 });
      held.finish('free');
      held.finish('locked');
      await eventually(async () => expect(await states(ana)).toEqual(['done']));
    },
  );

  it('the concierge greets with buttons, knows its menu, thanks for files and has read the thread', async () => {
    await infra.sql(`UPDATE agents SET backend = '{"type": "concierge"}'`);
    const ana = await buildLane(infra.sql, channel);
    await infra.sql(
      `INSERT INTO messages (id, workspace_id, direction, author, status, thread_id, channel_id, lane_id, text)
       VALUES ($1, $2, 'out', 'agent', 'read', $3, $4, $5, 'Your table is booked.')`,
      [randomUUID(), channel.workspaceId, ana.threadId, channel.channelId, ana.laneId],
    );
    await start();
    await says(ana, 'thanks');
    await eventually(async () =>
      expect((await replies(ana))[0]).toBe('You are answering: "Your table is booked."'),
    );
    expect((await replies(ana))[1]).toContain('::: actions');
    await says(ana, 'Photo', { action: { id: 'photo', label: 'Photo' } });
    await eventually(async () => expect((await replies(ana))[2]).toBe('Here is a photo.'));
    await says(ana, '[image]', { media: [{ media: 'image', mediaId: randomUUID() }] });
    await eventually(async () => expect((await replies(ana))[3]).toBe('Thank you for the photo.'));
  });
});
