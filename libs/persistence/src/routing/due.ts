import type { Sql } from '../db.js';

const PAUSED = `EXISTS (
  SELECT 1 FROM campaigns k WHERE k.workspace_id = m.workspace_id AND k.id = m.campaign_id AND k.paused_at IS NOT NULL)`;

/** What a paused campaign keeps waiting looks again in five minutes; its resume wakes it. */
const DUE = `
  WITH waiting AS (
    UPDATE messages m SET wake_at = now() + interval '5 minutes'
    WHERE m.id = ANY ($1::uuid[]) AND m.status = 'scheduled' AND m.due_at <= now() AND ${PAUSED}
  )
  UPDATE messages m SET status = 'accepted', status_at = now(), wake_at = now() + interval '5 seconds',
    timeline = m.timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'due'))
  WHERE m.id = ANY ($1::uuid[]) AND m.status = 'scheduled' AND m.due_at <= now() AND NOT ${PAUSED}
  RETURNING m.id`;

/**
 * Makes scheduled messages accepted whose time has come; those of a paused campaign stay as they are. A cancel that committed first
 * wins.
 *
 * @returns the ids that moved.
 */
export async function acceptDue(sql: Sql, ids: string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('routing-due', DUE, [ids]);
  return rows.map((row) => row.id);
}

/** `SKIP LOCKED` and the new `wake_at` in one transaction: two sweepers never take the same row. */
const SWEEP = `
  UPDATE messages m SET wake_at = CASE WHEN m.status = 'scheduled' AND m.due_at > now() THEN m.due_at + interval '2 seconds'
    ELSE now() + interval '5 seconds' END
  FROM (
    SELECT id FROM messages WHERE wake_at <= now() AND status IN ('accepted', 'scheduled')
    ORDER BY wake_at LIMIT 500 FOR UPDATE SKIP LOCKED
  ) AS due
  WHERE m.id = due.id
  RETURNING m.id, m.workspace_id, m.status, m.due_at`;

export interface WokenMessage {
  id: string;
  workspace_id: string;
  status: 'accepted' | 'scheduled';
  due_at: Date | null;
}

/** Takes messages that wait too long for the router. */
export function sweepRoutable(sql: Sql): Promise<WokenMessage[]> {
  return sql.query<WokenMessage>('routing-sweep', SWEEP, []);
}

const EXPIRE = `
  UPDATE messages m SET status = 'expired', reason = 'held_too_long', status_at = now(), wake_at = NULL,
    timeline = m.timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'expired'))
  FROM (
    SELECT id FROM messages WHERE status = 'held' AND hold_until <= skein_now()
    ORDER BY hold_until LIMIT 500 FOR UPDATE SKIP LOCKED
  ) AS due
  WHERE m.id = due.id AND m.status = 'held'
  RETURNING m.id, m.workspace_id, m.thread_id, m.contact_id, m.idempotency_key`;

export interface ExpiredMessage {
  id: string;
  workspace_id: string;
  thread_id: string | null;
  contact_id: string | null;
  idempotency_key: string | null;
}

/** Expires held messages whose time is over on the business clock. */
export function expireHeld(sql: Sql): Promise<ExpiredMessage[]> {
  return sql.query<ExpiredMessage>('routing-expire', EXPIRE, []);
}
