import { RECEIPT_RANK, type InboundEvent } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { LockedEvent } from './events.js';
import type { People } from './people.js';

type WatermarkEvent = LockedEvent & { fact: Extract<InboundEvent, { type: 'watermark' }> };

function isWatermark(event: LockedEvent): event is WatermarkEvent {
  return event.fact.type === 'watermark';
}

/** A call that is under way may be covered, but has no id of the platform yet; longer than its lease nobody waits for it. */
const UNDER_WAY = `
  SELECT q.id FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS q (id, lane_id, up_to)
  JOIN inbound_events e ON e.id = q.id AND e.received_at > now() - interval '1 minute'
  WHERE EXISTS (SELECT 1 FROM calls c WHERE c.lane_id = q.lane_id AND c.state = 'sending' AND c.started_at <= q.up_to)`;

/** The 200 latest messages of the thread: a platform moves its mark with every message that is read. */
const EXPAND = `
  INSERT INTO inbound_events (workspace_id, channel_id, event_id, type, provider_message_id, fact, wake_at)
  SELECT q.workspace_id, q.channel_id, q.event_id || ':' || c.provider_id, 'receipt', c.provider_id,
    jsonb_build_object('type', 'receipt', 'eventId', q.event_id || ':' || c.provider_id, 'at', q.at,
      'providerMessageId', c.provider_id, 'status', q.status), now() + interval '5 seconds'
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::uuid[], $8::bigint[], $9::timestamptz[])
    AS q (workspace_id, channel_id, event_id, at, status, rank, thread_id, lane_id, up_to)
  CROSS JOIN LATERAL (
    SELECT id FROM messages m WHERE m.thread_id = q.thread_id ORDER BY m.seq DESC LIMIT 200
  ) AS m
  JOIN calls c ON c.message_id = m.id
  WHERE c.lane_id = q.lane_id AND c.channel_id = q.channel_id AND c.state IN ('sent', 'unknown') AND c.provider_id IS NOT NULL
    AND c.receipt < q.rank AND c.started_at <= q.up_to
  ORDER BY c.id
  ON CONFLICT (channel_id, event_id) DO NOTHING
  RETURNING id, workspace_id AS "workspaceId"`;

/** What came of the watermarks in a batch. */
export interface Expanded {
  /** Receipts of single calls, to be applied like any other. */
  receipts: { workspaceId: string; id: string }[];
  /** Events that wait for a call that is under way. */
  waiting: Set<string>;
}

/** Turns "everything up to then" into receipts of single calls, so that every status has one way to come about. */
export async function expandWatermarks(sql: Sql, events: LockedEvent[], people: People): Promise<Expanded> {
  const all = events.filter(isWatermark).filter(({ id }) => people.has(id));
  if (all.length === 0) return { receipts: [], waiting: new Set() };
  const laneOf = (event: LockedEvent) => people.get(event.id)?.laneId;
  const busy = await sql.query<{ id: string }>('append-watermarks-busy', UNDER_WAY, [
    all.map((event) => event.id),
    all.map(laneOf),
    all.map(({ fact }) => fact.upTo),
  ]);
  const waiting = new Set(busy.map(({ id }) => id));
  const receipts = await sql.query<{ workspaceId: string; id: string }>('append-watermarks', EXPAND, [
    all.map((event) => event.workspace_id),
    all.map((event) => event.channel_id),
    all.map(({ fact }) => fact.eventId),
    all.map(({ fact }) => fact.at),
    all.map(({ fact }) => fact.status),
    all.map(({ fact }) => RECEIPT_RANK[fact.status]),
    all.map((event) => people.get(event.id)?.threadId),
    all.map(laneOf),
    all.map(({ fact }) => fact.upTo),
  ]);
  return { receipts, waiting };
}
