import type { Loss, OnUnknown, Part, TimelineStep } from '@skein/contracts';
import type { Sql } from '../db.js';

/** What routing decided for one message. */
export interface RoutedMessage {
  id: string;
  status: 'queued' | 'delivered' | 'held' | 'blocked' | 'failed';
  reason: string | null;
  detail: string | null;
  threadId: string | null;
  contactId: string | null;
  channelId: string | null;
  laneId: string | null;
  parts: Part[];
  losses: Loss[];
  text: string | null;
  holdUntil: Date | null;
  steps: Omit<TimelineStep, 'at'>[];
}

/** A queued message wakes after 60 s for a second look; whatever is decided sleeps. */
const UPDATE = `
  UPDATE messages m SET status = t.status, reason = t.reason, detail = t.detail, thread_id = coalesce(t.thread_id, m.thread_id),
    contact_id = coalesce(t.contact_id, m.contact_id), channel_id = coalesce(t.channel_id, m.channel_id),
    lane_id = coalesce(t.lane_id, m.lane_id), parts = t.parts, losses = t.losses, text = coalesce(t.text, m.text),
    hold_until = t.hold_until, status_at = now(),
    wake_at = CASE WHEN t.status = 'queued' THEN now() + interval '60 seconds' END,
    timeline = m.timeline || (
      SELECT coalesce(jsonb_agg(jsonb_build_object('at', now()) || step), '[]') FROM jsonb_array_elements(t.steps) AS step
    )
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::jsonb[],
    $10::jsonb[], $11::text[], $12::timestamptz[], $13::jsonb[])
    AS t (id, status, reason, detail, thread_id, contact_id, channel_id, lane_id, parts, losses, text, hold_until, steps)
  WHERE m.id = t.id AND m.status = 'accepted'
  RETURNING m.id`;

/** Writes the decisions. @returns the ids that were still waiting; whatever is missing somebody else decided. */
export async function commitRouted(sql: Sql, rows: RoutedMessage[]): Promise<Set<string>> {
  const updated = await sql.query<{ id: string }>('routing-commit', UPDATE, [
    rows.map((row) => row.id),
    rows.map((row) => row.status),
    rows.map((row) => row.reason),
    rows.map((row) => row.detail),
    rows.map((row) => row.threadId),
    rows.map((row) => row.contactId),
    rows.map((row) => row.channelId),
    rows.map((row) => row.laneId),
    rows.map((row) => JSON.stringify(row.parts)),
    rows.map((row) => JSON.stringify(row.losses)),
    rows.map((row) => row.text),
    rows.map((row) => row.holdUntil),
    rows.map((row) => JSON.stringify(row.steps)),
  ]);
  return new Set(updated.map((row) => row.id));
}

/** One provider call to be put into the ledger; the order of the input is the order of the lane. */
export interface NewCall {
  workspaceId: string;
  messageId: string;
  idx: number;
  channelId: string;
  laneId: string;
  part: Part;
  purpose: string;
  needsWindow: boolean;
  onUnknown: OnUnknown;
}

const CALLS = `
  INSERT INTO calls (workspace_id, message_id, delivery, idx, channel_id, lane_id, part, purpose, needs_window, on_unknown, wake_at)
  SELECT t.workspace_id, t.message_id, coalesce((SELECT max(c.delivery) FROM calls c WHERE c.message_id = t.message_id), 0) + 1,
    t.idx, t.channel_id, t.lane_id, t.part, t.purpose, t.needs_window, t.on_unknown, now() + interval '10 seconds'
  FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::bigint[], $6::jsonb[], $7::text[], $8::bool[], $9::text[])
    WITH ORDINALITY AS t (workspace_id, message_id, idx, channel_id, lane_id, part, purpose, needs_window, on_unknown, ord)
  ORDER BY t.ord
  RETURNING id, channel_id`;

export interface InsertedCall {
  id: string;
  channel_id: string;
}

/** Puts calls into the ledger at the tail of their lanes. */
export async function insertCalls(sql: Sql, calls: NewCall[]): Promise<InsertedCall[]> {
  if (calls.length === 0) return [];
  return sql.query<InsertedCall>('routing-calls', CALLS, [
    calls.map((call) => call.workspaceId),
    calls.map((call) => call.messageId),
    calls.map((call) => call.idx),
    calls.map((call) => call.channelId),
    calls.map((call) => call.laneId),
    calls.map((call) => JSON.stringify(call.part)),
    calls.map((call) => call.purpose),
    calls.map((call) => call.needsWindow),
    calls.map((call) => call.onUnknown),
  ]);
}

/** A message that Skein itself writes, decided from the start. */
export interface SystemMessage {
  id: string;
  workspaceId: string;
  purpose: 'opt_in_prompt' | 'opt_out_confirmation';
  threadId: string;
  contactId: string;
  channelId: string;
  laneId: string;
  text: string;
  content: object;
  parts: Part[];
}

const SYSTEM = `
  INSERT INTO messages (id, workspace_id, direction, author, purpose, status, thread_id, contact_id, channel_id, lane_id, text,
    content, parts, losses, wake_at, timeline)
  SELECT t.id, t.workspace_id, 'out', 'system', t.purpose, 'queued', t.thread_id, t.contact_id, t.channel_id, t.lane_id, t.text,
    t.content, t.parts, '[]', now() + interval '60 seconds',
    jsonb_build_array(jsonb_build_object('at', now(), 'step', 'accepted'))
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::text[], $9::jsonb[],
    $10::jsonb[]) AS t (id, workspace_id, purpose, thread_id, contact_id, channel_id, lane_id, text, content, parts)
  ON CONFLICT (id) DO NOTHING`;

/** Inserts system messages as entries of their threads. */
export async function insertSystemMessages(sql: Sql, messages: SystemMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await sql.query('routing-system', SYSTEM, [
    messages.map((row) => row.id),
    messages.map((row) => row.workspaceId),
    messages.map((row) => row.purpose),
    messages.map((row) => row.threadId),
    messages.map((row) => row.contactId),
    messages.map((row) => row.channelId),
    messages.map((row) => row.laneId),
    messages.map((row) => row.text),
    messages.map((row) => JSON.stringify(row.content)),
    messages.map((row) => JSON.stringify(row.parts)),
  ]);
}
