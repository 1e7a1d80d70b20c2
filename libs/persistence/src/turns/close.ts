import { v5 } from 'uuid';
import type { EventType, PublicEvent } from '@skein/contracts';
import { acceptMessages } from '../accept/accept.js';
import type { AcceptItem } from '../accept/accepted-item.js';
import type { Db, Sql } from '../db.js';
import { insertOutbox, type OutboxRow } from '../outbox/outbox.js';
import type { ClaimedTurn } from './claim.js';

/** What came of closing a turn. `isClosed` false: somebody else has the turn, nothing was written. */
export interface Closed {
  isClosed: boolean;
  outbox: OutboxRow[];
}

/** The service name on outbox rows. */
const SERVICE = 'agents';
const NOTHING: Closed = { isClosed: false, outbox: [] };

const DONE = `
  UPDATE turns SET state = 'done', ended_at = now(), wake_at = NULL, lease_until = NULL, error = NULL
  WHERE id = $1 AND token = $2 AND state = 'running' RETURNING id`;

/**
 * Closes a turn and accepts its replies, both or neither: the replies of a process that has lost its turn are dropped.
 */
export function finishTurn(db: Db, turn: ClaimedTurn, replies: AcceptItem[]): Promise<Closed> {
  return db.transaction(async (sql) => {
    const closed = await sql.query('turns-done', DONE, [turn.id, turn.token]);
    if (closed.length === 0) return NOTHING;
    if (replies.length > 0) await acceptMessages(sql, replies);
    const data = { turnId: turn.id, agentId: turn.agentId, replies: replies.map((reply) => reply.messageId) };
    return { isClosed: true, outbox: await tell(sql, turn, 'turn-done', data) };
  });
}

/** A pause is kept in the lease of a pending turn: nobody claims it before. */
const AGAIN = `
  UPDATE turns SET state = 'pending', token = NULL, error = $3, lease_until = now() + make_interval(secs => $4::float8 / 1000),
    wake_at = now() + make_interval(secs => $4::float8 / 1000)
  WHERE id = $1 AND token = $2 AND state = 'running' RETURNING id`;

/** Gives a turn back to be tried again after a pause. */
export async function retryTurn(sql: Sql, turn: ClaimedTurn, error: string, pauseMs: number): Promise<void> {
  await sql.query('turns-again', AGAIN, [turn.id, turn.token, error, pauseMs]);
}

const FAILED = `
  WITH failed AS (
    UPDATE turns SET state = 'failed', ended_at = now(), wake_at = NULL, lease_until = NULL, error = $3
    WHERE id = $1 AND token = $2 AND state = 'running' RETURNING message_id
  )
  UPDATE messages m SET timeline = m.timeline || jsonb_build_array(
    jsonb_build_object('at', now(), 'step', 'turn_failed', 'detail', jsonb_build_object('turnId', $1::text, 'error', $3::text)))
  FROM failed f WHERE m.id = f.message_id RETURNING m.id`;

/** Ends a turn that could not be answered, with what is said instead; the next one of the thread goes on. */
export function failTurn(
  db: Db,
  turn: ClaimedTurn,
  error: string,
  apology: AcceptItem[] = [],
): Promise<Closed> {
  return db.transaction(async (sql) => {
    const failed = await sql.query('turns-failed', FAILED, [turn.id, turn.token, error]);
    if (failed.length === 0) return NOTHING;
    if (apology.length > 0) await acceptMessages(sql, apology);
    const data = { turnId: turn.id, agentId: turn.agentId, error };
    return { isClosed: true, outbox: await tell(sql, turn, 'turn-failed', data) };
  });
}

function tell(
  sql: Sql,
  turn: ClaimedTurn,
  type: EventType,
  data: Record<string, unknown>,
): Promise<OutboxRow[]> {
  const event: PublicEvent = {
    id: v5(type, turn.id),
    type,
    at: new Date().toISOString(),
    messageId: turn.messageId,
    conversationId: turn.threadId,
    data,
  };
  return insertOutbox(sql, SERVICE, [{ workspaceId: turn.workspaceId, type, items: [event] }]);
}
