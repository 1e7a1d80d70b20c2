import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { subjects, type InboundEvent } from '@skein/contracts';
import { openBus, type Bus } from '@skein/messaging';
import { createLogger, type RunningService } from '@skein/runtime';
import { eventually, startInfra, type Infra } from '@skein/testing';
import { service as threads } from './service.js';

const CHANNEL = 'wa-1';
const DAY_MS = 86_400_000;

type Person = { address: string; aliases?: string[] };

describe('the thread service', () => {
  let infra: Infra;
  let bus: Bus;
  let service: RunningService;
  let ws: string;

  beforeAll(async () => {
    infra = await startInfra();
    ws = infra.workspaceId;
    await infra.sql(`INSERT INTO workspaces (id, name) VALUES ($1, 'test')`, [ws]);
    await infra.sql(`INSERT INTO agents (workspace_id, id, name) VALUES ($1, 'concierge', 'Concierge')`, [
      ws,
    ]);
    await infra.sql(
      `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name) VALUES ($2, $1, 'whatsapp', '1', 'concierge', 'WA')`,
      [ws, CHANNEL],
    );
    service = await threads.start({
      NATS_URL: infra.natsUrl,
      DATABASE_URL: infra.databaseUrl,
      SKEIN_SWEEP_MS: '100',
      SKEIN_LOG_LEVEL: 'fatal',
    });
    bus = openBus({ service: 'test', url: infra.natsUrl, logger: createLogger('test', 'silent') });
    await bus.link.whenUp(5000);
  });

  afterAll(async () => {
    await bus.close();
    await service.stop();
    await infra.stop();
  });

  const ring = (bell: Record<string, string[]>) => bus.publisher.ring(subjects.threads(ws), bell);
  let serial = 0;

  /** Commits events as a channel service does. */
  async function commit(...facts: InboundEvent[]): Promise<string[]> {
    const ids: string[] = [];
    for (const fact of facts) {
      const provider =
        fact.type === 'receipt' || fact.type === 'message' ? (fact.providerMessageId ?? null) : null;
      const [row] = await infra.sql<{ id: string }>(
        `INSERT INTO inbound_events (workspace_id, channel_id, event_id, type, address, provider_message_id, fact, wake_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, now() + interval '5 seconds') ON CONFLICT DO NOTHING RETURNING id`,
        [
          ws,
          CHANNEL,
          fact.eventId,
          fact.type,
          'address' in fact ? fact.address : null,
          provider,
          JSON.stringify(fact),
        ],
      );
      if (row) ids.push(row.id);
    }
    return ids;
  }

  async function arrive(...facts: InboundEvent[]): Promise<string[]> {
    const ids = await commit(...facts);
    await ring({ inbound: ids });
    await eventually(async () => {
      const [left] = await infra.sql(
        `SELECT count(*)::int AS n FROM inbound_events WHERE id = ANY ($1) AND applied_at IS NULL`,
        [ids],
      );
      expect(left?.n).toBe(0);
    });
    return ids;
  }

  function says(person: Person, text: string, at = new Date()): InboundEvent {
    const id = `m${++serial}`;
    return {
      type: 'message',
      eventId: id,
      providerMessageId: id,
      at: at.toISOString(),
      ...person,
      content: { text },
    };
  }

  function receipt(
    providerMessageId: string | undefined,
    status: 'sent' | 'delivered' | 'read' | 'failed',
    more = {},
  ): InboundEvent {
    return {
      type: 'receipt',
      eventId: `r${++serial}`,
      at: new Date().toISOString(),
      providerMessageId,
      status,
      ...more,
    };
  }

  const newAddress = () => `+5255${String(10_000_000 + ++serial)}`;

  /** A person who has written, with thread and lane. */
  async function someone(
    address = newAddress(),
  ): Promise<{ address: string; threadId: string; laneId: string; contactId: string }> {
    const [id] = await arrive(says({ address }, 'hello'));
    const [row] = await infra.sql<{ thread_id: string; lane_id: string; contact_id: string }>(
      `SELECT m.thread_id, m.lane_id, m.contact_id FROM messages m JOIN inbound_events e ON e.provider_message_id = m.provider_message_id WHERE e.id = $1`,
      [id],
    );
    return {
      address,
      threadId: row?.thread_id ?? '',
      laneId: row?.lane_id ?? '',
      contactId: row?.contact_id ?? '',
    };
  }

  /** A message as the router leaves it. */
  async function message(
    who: { threadId: string; laneId: string; contactId: string },
    status = 'queued',
  ): Promise<string> {
    const id = randomUUID();
    await infra.sql(
      `INSERT INTO messages (id, workspace_id, direction, author, status, thread_id, contact_id, channel_id, lane_id, text, wake_at)
       VALUES ($1, $2, 'out', 'agent', $3, $4, $5, $6, $7, 'hi', CASE WHEN $3 = 'queued' THEN now() + interval '60 seconds' END)`,
      [id, ws, status, who.threadId, who.contactId, CHANNEL, who.laneId],
    );
    return id;
  }

  async function call(
    messageId: string,
    laneId: string,
    state: string,
    providerId: string | null,
    idx = 0,
  ): Promise<string> {
    const [row] = await infra.sql<{ id: string }>(
      `INSERT INTO calls (workspace_id, message_id, idx, channel_id, lane_id, part, needs_window, state, provider_id, attempt)
       VALUES ($1, $2, $3, $4, $5, '{}', true, $6, $7, 1) RETURNING id`,
      [ws, messageId, idx, CHANNEL, laneId, state, providerId],
    );
    return row?.id ?? '';
  }

  async function statusOf(id: string): Promise<{ status: string; reason: string | null; steps: string[] }> {
    const [row] = await infra.sql<{ status: string; reason: string | null; steps: string[] }>(
      `SELECT status, reason, ARRAY(SELECT s->>'step' FROM jsonb_array_elements(timeline) AS s) AS steps FROM messages WHERE id = $1`,
      [id],
    );
    return row ?? { status: '', reason: null, steps: [] };
  }

  const isStatus = (id: string, status: string) =>
    eventually(async () => expect(await statusOf(id)).toMatchObject({ status }));

  async function types(messageId: string): Promise<string[]> {
    const stream = await (await bus.link.manager()).streams.info('EVENTS', { subjects_filter: '>' });
    const found: string[] = [];
    for (let seq = stream.state.first_seq; seq <= stream.state.last_seq; seq++) {
      const stored = await (await bus.link.manager()).streams.getMessage('EVENTS', { seq });
      for (const event of stored?.json<{ type: string; messageId?: string }[]>() ?? []) {
        if (event.messageId === messageId) found.push(event.type);
      }
    }
    return found;
  }

  it('P17: duplicate and reordered receipts lead to one status, told once each, and are forgotten', async () => {
    const who = await someone();
    const id = await message(who);
    const provider = `wamid.${++serial}`;
    const callId = await call(id, who.laneId, 'sent', provider);
    await ring({ calls: [callId] });
    await isStatus(id, 'sent');
    await arrive(receipt(provider, 'read'), receipt(provider, 'delivered'), receipt(provider, 'read'));
    await arrive(receipt(provider, 'sent'), receipt(provider, 'delivered'), receipt(provider, 'failed'));
    expect(await statusOf(id)).toMatchObject({ status: 'read', steps: ['sent', 'delivered', 'read'] });
    await eventually(async () =>
      expect(await types(id)).toEqual(['message-sent', 'message-delivered', 'message-read']),
    );
    await eventually(async () => expect(await infra.sql('SELECT 1 FROM outbox')).toEqual([]));
  });

  it('P17: receipts that come before the settle wait for it', async () => {
    const who = await someone();
    const id = await message(who);
    const provider = `wamid.${++serial}`;
    const callId = await call(id, who.laneId, 'sending', null);
    const [event] = await commit(receipt(provider, 'delivered'));
    await ring({ inbound: [event ?? ''] });
    await ring({ calls: [callId] });
    await isStatus(id, 'sending');
    await infra.sql(`UPDATE calls SET state = 'sent', provider_id = $2 WHERE id = $1`, [callId, provider]);
    await ring({ calls: [callId] });
    await isStatus(id, 'delivered');
    const [row] = await infra.sql('SELECT outcome FROM inbound_events WHERE id = $1', [event]);
    expect(row).toEqual({ outcome: 'applied' });
  });

  it('P17: a receipt with our own reference decides a call whose outcome was not known', async () => {
    const who = await someone();
    const id = await message(who);
    const callId = await call(id, who.laneId, 'unknown', null);
    await ring({ calls: [callId] });
    await isStatus(id, 'unknown');
    const provider = `wamid.${++serial}`;
    await arrive(receipt(provider, 'delivered', { callRef: `${callId}:1` }));
    expect(await statusOf(id)).toMatchObject({ status: 'delivered' });
    expect(await infra.sql('SELECT provider_id FROM calls WHERE id = $1', [callId])).toEqual([
      { provider_id: provider },
    ]);
  });

  it('P17: the slowest part decides; a failure after the first part is partial and stops the rest', async () => {
    const who = await someone();
    const id = await message(who);
    const [a, b] = [`wamid.${++serial}`, `wamid.${++serial}`];
    const calls = [
      await call(id, who.laneId, 'sent', a),
      await call(id, who.laneId, 'sent', b, 1),
      await call(id, who.laneId, 'queued', null, 2),
    ];
    await ring({ calls });
    await isStatus(id, 'sending');
    await arrive(receipt(a, 'read'));
    expect(await statusOf(id)).toMatchObject({ status: 'sending' });
    await arrive(receipt(b, 'failed', { failure: { kind: 'rejected', reason: 'policy', detail: 'no' } }));
    expect(await statusOf(id)).toMatchObject({ status: 'failed', reason: 'partial' });
    expect(await infra.sql('SELECT state FROM calls WHERE id = $1', [calls[2]])).toEqual([
      { state: 'canceled' },
    ]);
  });

  it('P4: a window that closed before the platform took it sends the message back to policy once', async () => {
    const who = await someone();
    const id = await message(who);
    const provider = `wamid.${++serial}`;
    await ring({ calls: [await call(id, who.laneId, 'sent', provider)] });
    await isStatus(id, 'sent');
    const failure = { kind: 'rejected', reason: 'window_closed', detail: 'late', providerCode: '131047' };
    await arrive(receipt(provider, 'failed', { failure }));
    expect(await statusOf(id)).toMatchObject({ status: 'accepted', steps: ['sent', 'returned'] });
    await infra.sql(`UPDATE messages SET status = 'queued' WHERE id = $1`, [id]);
    await infra.sql(`UPDATE calls SET delivery = 0 WHERE message_id = $1`, [id]);
    await ring({ calls: [await call(id, who.laneId, 'returned', null)] });
    await isStatus(id, 'blocked');
    expect(await statusOf(id)).toMatchObject({ reason: 'window_closed' });
  });

  it('C2: a person first known by one id and then by a number is one contact with one thread', async () => {
    const bsuid = `MX.${++serial}`;
    const first = await someone(bsuid);
    const phone = newAddress();
    await arrive(
      says({ address: phone, aliases: [bsuid] }, 'me again'),
      says({ address: phone }, 'and again'),
    );
    const rows = await infra.sql(
      `SELECT DISTINCT thread_id, contact_id, lane_id FROM messages WHERE thread_id = $1`,
      [first.threadId],
    );
    expect(rows).toEqual([{ thread_id: first.threadId, contact_id: first.contactId, lane_id: first.laneId }]);
    const said = await infra.sql(`SELECT text FROM messages WHERE thread_id = $1 ORDER BY seq`, [
      first.threadId,
    ]);
    expect(said.map((row) => row.text)).toEqual(['hello', 'me again', 'and again']);
  });

  it('P11: STOP ends what is held, wakes no agent and lets nothing out later', async () => {
    const who = await someone();
    const held = await message(who, 'held');
    const at = new Date().toISOString();
    const stop = says({ address: who.address }, 'STOP', new Date(at));
    const consent: InboundEvent = {
      type: 'consent',
      eventId: `${stop.eventId}:consent`,
      at,
      address: who.address,
      value: 'stop',
      purpose: 'all',
      evidence: 'STOP',
    };
    await arrive(stop, consent);
    expect(await statusOf(held)).toMatchObject({ status: 'blocked', reason: 'opted_out' });
    expect(await infra.sql(`SELECT opted_out_purpose FROM lanes WHERE id = $1`, [who.laneId])).toEqual([
      { opted_out_purpose: 'all' },
    ]);
    const turns = await infra.sql(
      `SELECT m.text FROM turns t JOIN messages m ON m.id = t.message_id WHERE t.thread_id = $1`,
      [who.threadId],
    );
    expect(turns).toEqual([{ text: 'hello' }]);
  });

  it('P4: what was held is released in order before the turn of the message that released it', async () => {
    const who = await someone();
    await infra.sql(`UPDATE lanes SET window_until = now() - interval '1 hour' WHERE id = $1`, [who.laneId]);
    const held = [await message(who, 'held'), await message(who, 'held'), await message(who, 'held')];
    const sub = bus.link.nats.subscribe(`skein.send.${ws}.api`);
    const rung: string[] = [];
    const reading = (async () => {
      for await (const message of sub) rung.push(...message.json<{ ids: string[] }>().ids);
    })();
    await arrive(says({ address: who.address }, 'yes?'));
    for (const id of held)
      expect(await statusOf(id)).toMatchObject({ status: 'accepted', steps: ['released'] });
    await eventually(() => expect(rung).toEqual(held));
    sub.unsubscribe();
    await reading;
    const [lane] = await infra.sql(
      `SELECT window_until > now() + interval '23 hours' AS open, prompt_until FROM lanes WHERE id = $1`,
      [who.laneId],
    );
    expect(lane).toEqual({ open: true, prompt_until: null });
    const [turn] = await infra.sql(`SELECT state FROM turns WHERE thread_id = $1 ORDER BY seq DESC LIMIT 1`, [
      who.threadId,
    ]);
    expect(turn).toEqual({ state: 'pending' });
  });

  it('P4: an old event that is told again opens no window and releases nothing', async () => {
    const who = await someone();
    await infra.sql(`UPDATE lanes SET window_until = NULL WHERE id = $1`, [who.laneId]);
    const held = await message(who, 'held');
    await arrive(says({ address: who.address }, 'long ago', new Date(Date.now() - 2 * DAY_MS)));
    expect(await statusOf(held)).toMatchObject({ status: 'held' });
    const [lane] = await infra.sql(
      `SELECT coalesce(window_until > now(), false) AS open FROM lanes WHERE id = $1`,
      [who.laneId],
    );
    expect(lane).toEqual({ open: false });
  });

  it('R2: the same event twice is one entry, and a defect in one event hurts no other', async () => {
    const address = newAddress();
    const good = says({ address }, 'one');
    const [id] = await arrive(good);
    expect(await commit(good)).toEqual([]);
    await ring({ inbound: [id ?? ''] });
    const broken = { ...says({ address: newAddress() }, 'x'), content: null } as unknown as InboundEvent;
    const [dead] = await arrive(broken);
    await arrive(says({ address }, 'two'));
    const texts = await infra.sql(
      `SELECT text FROM messages m JOIN lanes l ON l.id = m.lane_id WHERE l.address = $1 ORDER BY seq`,
      [address],
    );
    expect(texts.map((row) => row.text)).toEqual(['one', 'two']);
    expect(await infra.sql(`SELECT outcome, strikes FROM inbound_events WHERE id = $1`, [dead])).toEqual([
      { outcome: 'dead', strikes: 3 },
    ]);
    await eventually(async () => expect(await bus.letters.listDead(ws)).toHaveLength(1));
  });

  it('P18: reactions, edits and revocations change the message they name', async () => {
    const who = await someone();
    const said = says({ address: who.address }, 'tpyo');
    const target = said.type === 'message' ? said.providerMessageId : '';
    const base = { at: new Date().toISOString(), address: who.address, target };
    await arrive(
      said,
      { type: 'edit', eventId: `e${++serial}`, text: 'typo', ...base },
      { type: 'reaction', eventId: `e${++serial}`, emoji: '👍', ...base },
    );
    const [row] = await infra.sql<{ text: string; reaction: string }>(
      `SELECT text, content->>'userReaction' AS reaction FROM messages WHERE provider_message_id = $1`,
      [target],
    );
    expect(row).toEqual({ text: 'typo', reaction: '👍' });
  });

  it('tells from the outbox what another service committed and never told', async () => {
    const messageId = randomUUID();
    const event = {
      id: randomUUID(),
      type: 'message-held',
      at: new Date().toISOString(),
      messageId,
      data: { status: 'held' },
    };
    await infra.sql(
      `INSERT INTO outbox (id, workspace_id, service, type, items, wake_at) VALUES ($1, $2, 'router', 'message-held', $3, now())`,
      [randomUUID(), ws, JSON.stringify([event])],
    );
    await eventually(async () => expect(await types(messageId)).toEqual(['message-held']));
  });
});
