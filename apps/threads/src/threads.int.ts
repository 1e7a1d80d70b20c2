import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { subjects, type InboundEvent } from '@skein/contracts';
import { openBus, type Bus } from '@skein/messaging';
import { commitInbound, dataSourceOf, dbOf } from '@skein/persistence';
import { createLogger, type RunningService } from '@skein/runtime';
import { eventually, startInfra, type Infra } from '@skein/testing';
import type { DataSource } from 'typeorm';
import { service as threads } from './service.js';

const CHANNEL = 'wa-1';
const SMS = 'sms-1';
const DAY_MS = 86_400_000;

type Person = Pick<Extract<InboundEvent, { type: 'message' }>, 'address' | 'aliases' | 'userId' | 'route'>;

describe('the thread service', () => {
  let infra: Infra;
  let bus: Bus;
  let service: RunningService;
  let ws: string;
  let source: DataSource;

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
    await infra.sql(
      `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name) VALUES ($2, $1, 'sms', '2', 'concierge', 'Acme')`,
      [ws, SMS],
    );
    source = await dataSourceOf({
      url: infra.databaseUrl,
      poolSize: 2,
      applicationName: 'test',
    }).initialize();
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
    await source.destroy();
    await infra.stop();
  });

  const ring = (bell: Record<string, string[]>) => bus.publisher.ring(subjects.threads(ws), bell);
  let serial = 0;

  /** Commits events as a channel service does. */
  const commit = (...facts: InboundEvent[]) => commitTo(CHANNEL, facts);

  async function commitTo(channelId: string, facts: InboundEvent[]): Promise<string[]> {
    const items = facts.map((event) => ({ workspaceId: ws, channelId, event, wakeMs: 5000 }));
    const committed = await commitInbound(dbOf(source), items);
    return committed.flatMap(({ id }) => id ?? []);
  }

  async function arrive(...facts: InboundEvent[]): Promise<string[]> {
    return arriveAt(CHANNEL, ...facts);
  }

  async function arriveAt(channelId: string, ...facts: InboundEvent[]): Promise<string[]> {
    const ids = await commitTo(channelId, facts);
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

  it('P11: answers STOP, START and HELP once each, and only changes; YES is an answer unless opted out', async () => {
    const address = newAddress();
    const wish = (value: 'stop' | 'start' | 'help', more = {}) => {
      const said = says({ address }, value.toUpperCase());
      const { eventId, at } = said;
      const about = { address, at, purpose: 'all', evidence: value } as const;
      return arriveAt(
        SMS,
        { type: 'consent', eventId: `${eventId}:consent`, ...about, value, ...more },
        said,
      );
    };
    const answers = () =>
      infra.sql(`SELECT purpose, text FROM messages WHERE recipient_key = $1 ORDER BY seq`, [
        `a:sms:${address}`,
      ]);
    await wish('start', { onlyIfOptedOut: true });
    await wish('stop');
    await wish('stop');
    await wish('help');
    await wish('start', { onlyIfOptedOut: true });
    await wish('stop', { answered: true });
    expect(await answers()).toEqual([
      { purpose: 'opt_out_confirmation', text: expect.stringMatching(/^Acme: You are unsubscribed/) },
      { purpose: 'keyword_answer', text: expect.stringContaining('Reply STOP') },
      { purpose: 'keyword_answer', text: expect.stringContaining('again') },
    ]);
    const asked = await infra.sql(
      `SELECT m.text FROM turns t JOIN messages m ON m.id = t.message_id WHERE m.channel_id = $1`,
      [SMS],
    );
    expect(asked).toEqual([{ text: 'START' }]);
  });

  it('P11: STOP ends what waits in the ledger', async () => {
    const who = await someone();
    const waiting = await message(who);
    await call(waiting, who.laneId, 'queued', null);
    const stop = says({ address: who.address }, 'STOP');
    const { eventId, at } = stop;
    const about = { address: who.address, at, purpose: 'all', evidence: 'STOP' } as const;
    await arrive({ type: 'consent', eventId: `${eventId}:consent`, ...about, value: 'stop' }, stop);
    await eventually(async () =>
      expect(await statusOf(waiting)).toMatchObject({ status: 'blocked', reason: 'opted_out' }),
    );
  });

  it('P17: a watermark reads everything before it, and waits for what is under way', async () => {
    const who = await someone();
    const [before, after, flying] = [await message(who), await message(who), await message(who)];
    const started = (id: string, time: string) =>
      infra.sql(`UPDATE calls SET started_at = now() + $2::interval WHERE id = $1`, [id, time]);
    await started(await call(before, who.laneId, 'sent', 'm.1'), '-2 minutes');
    await started(await call(after, who.laneId, 'sent', 'm.2'), '2 minutes');
    const slow = await call(flying, who.laneId, 'sending', null);
    await started(slow, '-1 minutes');
    const at = new Date().toISOString();
    const mark = { address: who.address, eventId: 'w1', at, upTo: at, status: 'read' } as const;
    await ring({ inbound: await commit({ type: 'watermark', ...mark }) });
    await eventually(async () => expect(await statusOf(before)).toMatchObject({ status: 'read' }));
    await infra.sql(`UPDATE calls SET state = 'sent', provider_id = 'm.3' WHERE id = $1`, [slow]);
    await infra.sql(`UPDATE inbound_events SET wake_at = now() WHERE event_id = 'w1'`);
    await eventually(async () => expect(await statusOf(flying)).toMatchObject({ status: 'read' }));
    expect(await statusOf(after)).not.toMatchObject({ status: 'read' });
  });

  it('P16: the answer "2" is the press of the second choice', async () => {
    const who = await someone();
    const choices = [1, 2].map((number) => ({ number, id: `id${number}`, label: `Label ${number}` }));
    await infra.sql(`UPDATE lanes SET choices = $2 WHERE id = $1`, [who.laneId, JSON.stringify(choices)]);
    await arrive(says({ address: who.address }, '2.'));
    const [said] = await infra.sql(
      `SELECT text, content->'action' AS action FROM messages WHERE thread_id = $1 ORDER BY seq DESC LIMIT 1`,
      [who.threadId],
    );
    expect(said).toEqual({ text: '2.', action: { id: 'id2', label: 'Label 2' } });
  });

  it("P3: a proven userId is the contact's, and joins the contact that has it", async () => {
    const first = await someone();
    await arrive(says({ address: first.address, userId: 'u-77', route: { a: '1' } }, 'it is me'));
    const other = newAddress();
    await arrive(says({ address: other, userId: 'u-77' }, 'me again'));
    const owners = await infra.sql(
      `SELECT DISTINCT i.contact_id, c.user_id FROM identities i JOIN contacts c ON c.id = i.contact_id
       WHERE i.address = ANY ($1)`,
      [[first.address, other]],
    );
    expect(owners).toEqual([{ contact_id: first.contactId, user_id: 'u-77' }]);
    const [lane] = await infra.sql(`SELECT route FROM lanes WHERE id = $1`, [first.laneId]);
    expect(lane).toEqual({ route: { a: '1' } });
  });
});
