import type { Sql } from '../db.js';

export interface Unsubscription {
  workspaceId: string;
  laneId: string;
  messageId: string;
}

const FIND = `
  SELECT workspace_id AS "workspaceId", lane_id AS "laneId", message_id AS "messageId" FROM unsubscribe_tokens WHERE token = $1`;

/** What a one-click token stands for; undefined for one that we did not make. */
export async function findUnsubscribeToken(sql: Sql, token: string): Promise<Unsubscription | undefined> {
  return (await sql.query<Unsubscription>('unsubscribe-find', FIND, [token]))[0];
}

const LOCK = `SELECT id FROM lanes WHERE id = $1 FOR UPDATE`;
const OPT_OUT = `
  UPDATE lanes SET opted_out_at = skein_now(), opted_out_purpose = 'all' WHERE id = $1 AND opted_out_at IS NULL RETURNING id`;
const CONSENT = `
  INSERT INTO consents (workspace_id, lane_id, value, purpose, evidence, at) VALUES ($1, $2, 'stop', 'all', $3, skein_now())`;
const USED = `UPDATE unsubscribe_tokens SET used_at = coalesce(used_at, now()) WHERE token = $1`;
const HELD = `
  UPDATE messages SET status = 'blocked', reason = 'opted_out', status_at = now(), wake_at = NULL,
    timeline = timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'blocked', 'detail',
      jsonb_build_object('reason', 'opted_out')))
  WHERE lane_id = $1 AND status = 'held'
  RETURNING id, thread_id AS "conversationId", contact_id AS "contactId", idempotency_key AS "idempotencyKey"`;

export interface BlockedByOptOut {
  id: string;
  conversationId: string | null;
  contactId: string | null;
  idempotencyKey: string | null;
}

/**
 * Opts a lane out, under its lock. Doing it again changes nothing. Must run inside a transaction.
 *
 * @returns the held messages that were blocked by it; `first` is false when the lane was opted out already.
 */
export async function optOutByToken(
  sql: Sql,
  token: string,
  target: Unsubscription,
): Promise<{ first: boolean; blocked: BlockedByOptOut[] }> {
  await sql.query('unsubscribe-lock', LOCK, [target.laneId]);
  const changed = await sql.query('unsubscribe-lane', OPT_OUT, [target.laneId]);
  await sql.query('unsubscribe-used', USED, [token]);
  if (changed.length === 0) return { first: false, blocked: [] };
  const evidence = `one-click unsubscribe of message ${target.messageId}`;
  await sql.query('unsubscribe-consent', CONSENT, [target.workspaceId, target.laneId, evidence]);
  return {
    first: true,
    blocked: await sql.query<BlockedByOptOut>('unsubscribe-held', HELD, [target.laneId]),
  };
}
