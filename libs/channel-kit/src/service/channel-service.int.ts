import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CAPABILITIES,
  subjects,
  type Capabilities,
  type Failure,
  type InboundEvent,
  type RawAnswer,
  type RawRequest,
} from '@skein/contracts';
import { sealCredentials } from '@skein/persistence';
import { Secret, type RunningService } from '@skein/runtime';
import {
  buildCalls,
  buildChannel,
  buildLane,
  eventually,
  startInfra,
  type ChannelRows,
  type Infra,
  type LaneRows,
} from '@skein/testing';
import { IsString } from 'class-validator';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { defineChannel, type OutboundCall, type ProviderReceipt } from '../definition.js';
import { decodeAnswer, encodeWebhook, WEBHOOK_HEADER } from '../webhook/wire.js';
import { defineChannelService } from './define-channel-service.js';

const SECRET_KEY = randomBytes(32).toString('base64');

class PigeonConfig {
  @Secret()
  @IsString()
  secret!: string;
}

type Answer = ProviderReceipt | Failure;

/** A platform of the test's own: what its provider answers is up to each test. */
class Pigeons {
  readonly taken: OutboundCall[] = [];
  answer: (call: OutboundCall, signal: AbortSignal) => Promise<Answer> | Answer = (call) =>
    this.receipt(call);

  receipt(call: OutboundCall): ProviderReceipt {
    return { kind: 'receipt', providerId: `pigeon-${call.callId}` };
  }

  definition() {
    return defineChannel<PigeonConfig>({
      kind: 'telegram',
      capabilities: {
        ...(CAPABILITIES.whatsapp as Capabilities),
        kind: 'telegram',
        defaultRatePerSecond: 1000,
      },
      config: PigeonConfig,
      accountOf: () => 'x',
      send: async (call, _account, io) => {
        this.taken.push(call);
        return this.answer(call, io.signal);
      },
      webhook: {
        verify: (raw, { secret }) => {
          const [wanted, given] = [Buffer.from(secret), Buffer.from(raw.headers['x-secret'] ?? '')];
          return wanted.length === given.length && timingSafeEqual(wanted, given);
        },
        handshake: (raw) =>
          raw.query['challenge'] ? { status: 200, body: raw.query['challenge'] } : undefined,
        parse: (body, { account }) =>
          (body as { events: InboundEvent[]; for?: string }).events.map((event) => ({
            account: (body as { for?: string }).for ?? account,
            event,
          })),
      },
      fetchMedia: async (media) =>
        media.providerRef === 'gone'
          ? { kind: 'unavailable', detail: 'not now' }
          : { bytes: Buffer.from('%PDF-1.4\n1 0 obj\n'), mimeType: 'application/octet-stream' },
    });
  }
}

describe('a channel service', () => {
  let infra: Infra;
  let nats: NatsConnection;
  let pigeons: Pigeons;
  let channel: ChannelRows;
  let lane: LaneRows;
  const running: RunningService[] = [];

  const env = (more: NodeJS.ProcessEnv = {}) => ({
    NATS_URL: infra.natsUrl,
    DATABASE_URL: infra.databaseUrl,
    SKEIN_SECRET_KEY: SECRET_KEY,
    SKEIN_LOG_LEVEL: 'silent',
    SKEIN_SWEEP_MS: '100',
    ...more,
  });
  const start = async (more?: NodeJS.ProcessEnv) => {
    const service = await defineChannelService([pigeons.definition()], { name: 'pigeons' }).start(env(more));
    running.push(service);
    await eventually(async () => (await service.ready()).ready);
    return service;
  };
  const bell = (calls: string[]) =>
    nats.publish(subjects.deliver('telegram', channel.channelId), JSON.stringify({ calls }));
  const stateOf = async (id: string | undefined) =>
    (await infra.sql<{ state: string }>(`SELECT state FROM calls WHERE id = $1`, [id]))[0]?.state;
  const makeDue = (ids: string[]) =>
    infra.sql(`UPDATE calls SET wake_at = now() - interval '1 second' WHERE id = ANY($1)`, [ids]);

  const ask = async (body: unknown, more: Partial<RawRequest> = {}): Promise<RawAnswer> => {
    const data = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const raw: RawRequest = {
      method: 'POST',
      path: '/',
      search: '',
      query: {},
      headers: { 'x-secret': 's3cret' },
      body: data,
      ...more,
    };
    const wire = encodeWebhook({ channelId: channel.channelId, raw });
    const fields = headers();
    fields.set(WEBHOOK_HEADER, wire.header);
    const message = await nats.request(subjects.webhook('telegram'), wire.data, {
      timeout: 5000,
      headers: fields,
    });
    return decodeAnswer(message.data);
  };
  const person = (text: string, eventId: string): InboundEvent => ({
    type: 'message',
    eventId,
    at: new Date().toISOString(),
    address: lane.address,
    providerMessageId: `m-${eventId}`,
    content: { text },
  });
  const inbox = () =>
    infra.sql<{ event_id: string; type: string; fact: Record<string, unknown> }>(
      `SELECT event_id, type, fact FROM inbound_events WHERE channel_id = $1 ORDER BY id`,
      [channel.channelId],
    );

  beforeAll(async () => {
    infra = await startInfra();
    nats = await connect({
      servers: infra.natsUrl.replace(/\/\/.*@/, '//'),
      user: 'skein',
      pass: 'system',
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
    });
  });
  afterAll(async () => {
    await nats?.close();
    await infra?.stop();
  });
  beforeEach(async () => {
    pigeons = new Pigeons();
    const credentials = (id: string) => sealCredentials(SECRET_KEY, id, { secret: 's3cret' });
    channel = await buildChannel(infra.sql, { kind: 'telegram', credentials });
    lane = await buildLane(infra.sql, channel);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((service) => service.stop()));
  });

  it('P9: sends what a bell names, in the order of the lane, and records what the provider said', async () => {
    await start();
    const first = await buildCalls(infra.sql, channel, lane, { parts: 3 });
    const second = await buildCalls(infra.sql, channel, lane);
    bell([...second.calls, ...first.calls]);
    await eventually(async () => expect(await stateOf(second.calls[0])).toBe('sent'));
    expect(pigeons.taken.map((call) => call.callId)).toEqual([...first.calls, ...second.calls]);
    expect(pigeons.taken[0]).toMatchObject({
      callRef: `${first.calls[0]}:1`,
      address: lane.address,
      messageId: first.messageId,
    });
    const [row] = await infra.sql(`SELECT provider_id, log FROM calls WHERE id = $1`, [first.calls[0]]);
    expect(row).toMatchObject({
      provider_id: `pigeon-${first.calls[0]}`,
      log: [{ attempt: 1, outcome: 'sent' }],
    });
    // A repeated bell sends nothing again.
    bell(first.calls);
    const other = await buildCalls(infra.sql, channel, lane);
    bell(other.calls);
    await eventually(async () => expect(await stateOf(other.calls[0])).toBe('sent'));
    expect(pigeons.taken).toHaveLength(5);
  });

  it('two replicas with every bell doubled send each call once', async () => {
    await Promise.all([start(), start()]);
    const lanes = await Promise.all(Array.from({ length: 10 }, () => buildLane(infra.sql, channel)));
    const ids = (
      await Promise.all(lanes.map((some) => buildCalls(infra.sql, channel, some, { parts: 4 })))
    ).flatMap((made) => made.calls);
    for (let n = 0; n < 6; n += 1) bell(ids);
    await eventually(async () => {
      const [count] = await infra.sql(
        `SELECT count(*)::int AS n FROM calls WHERE id = ANY($1) AND state = 'sent'`,
        [ids],
      );
      expect(count).toEqual({ n: ids.length });
    });
    expect(pigeons.taken.map((call) => call.callId).sort()).toEqual([...ids].sort());
  });

  it('drains a backlog with NATS away', async () => {
    await start();
    await infra.nats.kill('SIGKILL');
    try {
      const { calls } = await buildCalls(infra.sql, channel, lane, { parts: 3 });
      await makeDue(calls);
      await eventually(async () => expect(await stateOf(calls[2])).toBe('sent'));
    } finally {
      await infra.nats.restart();
    }
  });

  it('B2: sends everything once although its connections to the database keep breaking', async () => {
    await start();
    const lanes = await Promise.all(Array.from({ length: 20 }, () => buildLane(infra.sql, channel)));
    const ids = (
      await Promise.all(lanes.map((some) => buildCalls(infra.sql, channel, some, { parts: 5 })))
    ).flatMap((made) => made.calls);
    bell(ids);
    let cuts = 0;
    await eventually(
      async () => {
        if (cuts++ < 8) {
          await infra.sql(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'skein-pigeons' AND datname = current_database()`,
          );
        }
        const [count] = await infra.sql(
          `SELECT count(*)::int AS n FROM calls WHERE id = ANY($1) AND state = 'sent'`,
          [ids],
        );
        expect(count).toEqual({ n: ids.length });
      },
      { timeoutMs: 30_000, everyMs: 20 },
    );
    expect(pigeons.taken.map((call) => call.callId).sort()).toEqual([...ids].sort());
  });

  it('repeats what was not processed and ends a defect without harm to others', async () => {
    await start();
    let tries = 0;
    const bad = await buildCalls(infra.sql, channel, await buildLane(infra.sql, channel), { text: 'bad' });
    const good = await buildCalls(infra.sql, channel, lane);
    pigeons.answer = (call) => {
      if (call.messageId === bad.messageId) throw new Error('a mistake with s3cret inside');
      tries += 1;
      return tries === 1 ? { kind: 'unavailable', detail: 'try later' } : pigeons.receipt(call);
    };
    bell([...bad.calls, ...good.calls]);
    await eventually(async () =>
      expect([await stateOf(bad.calls[0]), await stateOf(good.calls[0])]).toEqual(['failed', 'sent']),
    );
    const [row] = await infra.sql<{ log: { outcome: string }[]; failure: unknown }>(
      `SELECT log, failure FROM calls WHERE id = $1`,
      [good.calls[0]],
    );
    expect(row?.log.map((entry) => entry.outcome)).toEqual(['unavailable', 'sent']);
    const [failed] = await infra.sql(`SELECT failure::text, log::text FROM calls WHERE id = $1`, [
      bad.calls[0],
    ]);
    expect(JSON.stringify(failed)).not.toContain('s3cret');
  });

  it('B2: a call without answer becomes unknown and is not sent again; its late answer is kept', async () => {
    await start({ SKEIN_CALL_LEASE_MS: '400' });
    const { calls } = await buildCalls(infra.sql, channel, lane);
    let answerNow: () => void = () => undefined;
    pigeons.answer = (call) => new Promise((resolve) => (answerNow = () => resolve(pigeons.receipt(call))));
    bell(calls);
    await eventually(async () => expect(await stateOf(calls[0])).toBe('unknown'));
    answerNow();
    await eventually(async () => expect(await stateOf(calls[0])).toBe('sent'));
    expect(pigeons.taken).toHaveLength(1);
  });

  it('an unusable account pauses the channel, keeps its calls and tells once', async () => {
    await start();
    pigeons.answer = () => ({ kind: 'misconfigured', detail: 'the token was revoked' });
    const made = await Promise.all([
      buildCalls(infra.sql, channel, lane),
      buildCalls(infra.sql, channel, await buildLane(infra.sql, channel)),
    ]);
    bell(made.flatMap(({ calls }) => calls));
    await eventually(async () => expect(await stateOf(made[0]?.calls[0])).toBe('retry'));
    const [rate] = await infra.sql(
      `SELECT pause_reason, paused_until > now() AS paused FROM channel_rates WHERE channel_id = $1`,
      [channel.channelId],
    );
    expect(rate).toEqual({ pause_reason: 'the token was revoked', paused: true });
  });

  it('commits what the provider brings before it answers, the same event once', async () => {
    await start();
    const body = { events: [person('hello \u0000 \ud800', 'e1'), person('again', 'e2')] };
    expect((await ask(body)).status).toBe(200);
    expect((await inbox()).map((row) => row.event_id)).toEqual(['e1', 'e2']);
    expect((await ask(body)).status).toBe(200);
    expect(await inbox()).toHaveLength(2);
  });

  it('R1: refuses what is not signed, and keeps what cannot be read', async () => {
    await start();
    const body = { events: [person('hi', 'e1')] };
    for (const given of [{}, { 'x-secret': '' }, { 'x-secret': 'wrong!' }]) {
      expect((await ask(body, { headers: given as Record<string, string> })).status).toBe(401);
    }
    expect(await inbox()).toEqual([]);
    expect(
      await ask(Buffer.alloc(0), { method: 'GET', query: { challenge: '42' }, headers: {} }),
    ).toMatchObject({ status: 200, body: '42' });
    expect((await ask(Buffer.from('not json'))).status).toBe(200);
    expect((await ask({ nonsense: true })).status).toBe(200);
    expect((await inbox()).map((row) => row.type)).toEqual(['unsupported', 'unsupported']);
  });

  it('R1: does not let one account speak for another', async () => {
    await start();
    const credentials = (id: string) => sealCredentials(SECRET_KEY, id, { secret: 's3cret' });
    const stranger = await buildChannel(infra.sql, { kind: 'telegram', account: 'stranger', credentials });
    const sibling = await buildChannel(infra.sql, {
      kind: 'telegram',
      account: 'sibling',
      credentials,
      workspaceId: channel.workspaceId,
    });
    await ask({ events: [person('hi', 's1')], for: 'stranger' });
    await ask({ events: [person('hi', 's2')], for: 'sibling' });
    const rows = await infra.sql(
      `SELECT channel_id, event_id, type FROM inbound_events WHERE event_id IN ('s1', 's2') ORDER BY event_id`,
    );
    expect(rows).toEqual([
      { channel_id: channel.channelId, event_id: 's1', type: 'unsupported' },
      { channel_id: sibling.channelId, event_id: 's2', type: 'message' },
    ]);
    expect(stranger.channelId).not.toBe(channel.channelId);
  });

  it('P11: a typed STOP opts the lane out before the provider is answered, and START restores it', async () => {
    await start();
    const { calls } = await buildCalls(infra.sql, channel, lane);
    expect((await ask({ events: [person(' Stop! ', 'stop1')] })).status).toBe(200);
    expect((await inbox()).map((row) => row.type)).toEqual(['consent', 'message']);
    bell(calls);
    await eventually(async () => expect(await stateOf(calls[0])).toBe('blocked'));
    await ask({ events: [person('START', 'start1')] });
    // Repeating the old STOP changes nothing any more.
    await ask({ events: [person(' Stop! ', 'stop1')] });
    const after = await buildCalls(infra.sql, channel, lane);
    bell(after.calls);
    await eventually(async () => expect(await stateOf(after.calls[0])).toBe('sent'));
    const consents = await infra.sql(`SELECT value, evidence FROM consents WHERE lane_id = $1 ORDER BY id`, [
      lane.laneId,
    ]);
    expect(consents).toEqual([
      { value: 'stop', evidence: 'keyword: Stop!' },
      { value: 'start', evidence: 'keyword: START' },
    ]);
  });

  it('fetches the files of a message, looks at what they are, and says why one could not be had', async () => {
    await start();
    const event = person('see', 'files');
    if (event.type === 'message')
      event.content.media = [
        { media: 'file', providerRef: 'a' },
        { media: 'file', providerRef: 'gone' },
      ];
    await ask({ events: [event] });
    await eventually(async () => {
      const [row] = await inbox();
      const media = (row?.fact['content'] as { media: Record<string, unknown>[] }).media;
      expect(media[0]).toMatchObject({
        media: 'file',
        mediaId: expect.any(String),
        mimeType: 'application/pdf',
        sizeBytes: 17,
      });
      expect(media[1]).toMatchObject({ providerRef: 'gone', error: 'not now' });
    });
    const [stored] = await infra.sql(`SELECT mime_type FROM media WHERE workspace_id = $1`, [
      channel.workspaceId,
    ]);
    expect(stored).toEqual({ mime_type: 'application/pdf' });
  });

  it('serves nothing when none of its kinds is wanted', async () => {
    const service = await defineChannelService([pigeons.definition()], { name: 'pigeons' }).start(
      env({ SKEIN_CHANNEL_KINDS: 'email' }),
    );
    expect(await service.ready()).toMatchObject({ ready: true });
    await service.stop();
  });
});
