import type { CallFacts, Loss, MessageStatus, TimelineStep } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A message under lock, as the fold needs it. */
export interface LockedMessage {
  id: string;
  workspace_id: string;
  status: MessageStatus;
  thread_id: string | null;
  contact_id: string | null;
  idempotency_key: string | null;
  losses: Loss[] | null;
  /** It was sent back to policy once already. */
  was_returned: boolean;
}

const LOCK = `
  SELECT id, workspace_id, status, thread_id, contact_id, idempotency_key, losses,
    timeline @> '[{"step": "returned"}]' AS was_returned
  FROM messages WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`;

/** Locks messages in order of id. Their calls must be read in a later statement, so that nobody else's change is missed. */
export function lockMessages(sql: Sql, ids: string[]): Promise<LockedMessage[]> {
  return sql.query<LockedMessage & Record<string, unknown>>('advance-lock-messages', LOCK, [ids]);
}

const CALLS = `
  SELECT message_id, state, receipt, failure FROM (
    SELECT message_id, state, receipt, failure, delivery, max(delivery) OVER (PARTITION BY message_id) AS latest
    FROM calls WHERE message_id = ANY ($1::uuid[])
  ) AS c WHERE delivery = latest`;

/** The calls of the latest delivery of each message. */
export async function readDeliveries(sql: Sql, messageIds: string[]): Promise<Map<string, CallFacts[]>> {
  const rows = await sql.query<CallFacts & { message_id: string }>('advance-deliveries', CALLS, [messageIds]);
  const byMessage = new Map<string, CallFacts[]>();
  for (const row of rows) {
    const calls = byMessage.get(row.message_id);
    if (calls === undefined) byMessage.set(row.message_id, [row]);
    else calls.push(row);
  }
  return byMessage;
}

/** A move of a message in the table of transitions. */
export interface MessageMove {
  id: string;
  allowedFrom: MessageStatus[];
  status: MessageStatus;
  reason: string | null;
  detail: string | null;
  steps: Omit<TimelineStep, 'at'>[];
}

/** Under way: a second look in 60 s. Back at policy: the router looks in 5 s even if nobody rings. Decided: sleeps. */
const MOVE = `
  UPDATE messages m SET status = t.status, reason = t.reason, detail = t.detail, status_at = now(),
    released_at = CASE WHEN t.status = 'accepted' THEN NULL ELSE m.released_at END,
    wake_at = CASE t.status WHEN 'sending' THEN now() + interval '60 seconds' WHEN 'accepted' THEN now() + interval '5 seconds' END,
    timeline = m.timeline || (
      SELECT coalesce(jsonb_agg(jsonb_build_object('at', now()) || step), '[]') FROM jsonb_array_elements(t.steps) AS step
    )
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[])
    AS t (id, allowed, status, reason, detail, steps)
  WHERE m.id = t.id AND m.status = ANY (string_to_array(t.allowed, ','))
  RETURNING m.id`;

/** Moves messages. @returns the ids that were where they had to be. */
export async function moveMessages(sql: Sql, moves: MessageMove[]): Promise<Set<string>> {
  if (moves.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>('advance-move', MOVE, [
    moves.map((move) => move.id),
    moves.map((move) => move.allowedFrom.join(',')),
    moves.map((move) => move.status),
    moves.map((move) => move.reason),
    moves.map((move) => move.detail),
    moves.map((move) => JSON.stringify(move.steps)),
  ]);
  return new Set(rows.map((row) => row.id));
}
