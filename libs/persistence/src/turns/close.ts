import { v5 } from 'uuid';
import { allowedFrom, CREDIT_RULE, type EventType, type PublicEvent, type TurnUsage } from '@skein/contracts';
import { acceptMessages } from '../accept/accept.js';
import type { AcceptItem } from '../accept/accepted-item.js';
import type { Db, Sql } from '../db.js';
import { groupFacts, statusFact, type Fact, type FactSubject } from '../outbox/facts.js';
import { insertOutbox, type OutboxRow } from '../outbox/outbox.js';
import type { ClaimedTurn } from './claim.js';

/** What came of closing a turn. `isClosed` false: somebody else has the turn, nothing was written. */
export interface Closed {
  isClosed: boolean;
  outbox: OutboxRow[];
}

/** What a turn ends with. */
export interface TurnEnd {
  replies: AcceptItem[];
  /** What the backend says it took. */
  usage?: TurnUsage | undefined;
  /** Ids of the instructions that the agent was given. */
  instructions?: string[];
}

/** The service name on outbox rows. */
const SERVICE = 'agents';
const NOTHING: Closed = { isClosed: false, outbox: [] };

/** The try that closes the turn is the one that is paid for: however many there were, it is paid for once. */
const DONE = `
  UPDATE turns t SET state = 'done', ended_at = now(), wake_at = NULL, lease_until = NULL, error = NULL, usage = $3::jsonb,
    credits = round(
      coalesce((a.credits->>'perTurn')::numeric, ${CREDIT_RULE.perTurn})
      + coalesce((a.credits->>'perThousandTokens')::numeric, ${CREDIT_RULE.perThousandTokens})
        * coalesce(($3::jsonb->>'tokens')::numeric, 0) / 1000, 6)
  FROM (SELECT 1) AS one LEFT JOIN agents a ON a.workspace_id = $4 AND a.id = $5
  WHERE t.id = $1 AND t.token = $2 AND t.state = 'running' RETURNING t.id`;

const SEEN = `
  UPDATE messages SET status = 'read', status_at = now(),
    timeline = timeline || jsonb_build_array(
      jsonb_build_object('at', now(), 'step', 'heeded', 'detail', jsonb_build_object('turnId', $2::text)))
  WHERE id = ANY ($1::uuid[]) AND purpose = 'instruction' AND status = ANY ($3::text[])
  RETURNING workspace_id AS "workspaceId", id AS "messageId", thread_id AS "conversationId", contact_id AS "contactId",
    idempotency_key AS "idempotencyKey"`;

/**
 * Closes a turn and accepts its replies, both or neither: the replies of a process that has lost its turn are dropped. Instructions
 * that it was given are done with.
 */
export function finishTurn(db: Db, turn: ClaimedTurn, end: TurnEnd): Promise<Closed> {
  const { replies, usage, instructions = [] } = end;
  const took = usage === undefined ? null : JSON.stringify(usage);
  return db.transaction(async (sql) => {
    const values = [turn.id, turn.token, took, turn.workspaceId, turn.agentId];
    const closed = await sql.query('turns-done', DONE, values);
    if (closed.length === 0) return NOTHING;
    if (replies.length > 0) await acceptMessages(sql, replies);
    const seen = instructions.length === 0 ? [] : await markSeen(sql, turn, instructions);
    const data = { turnId: turn.id, agentId: turn.agentId, replies: replies.map((reply) => reply.messageId) };
    return { isClosed: true, outbox: await tell(sql, [factOf(turn, 'turn-done', data), ...seen]) };
  });
}

async function markSeen(sql: Sql, turn: ClaimedTurn, ids: string[]): Promise<Fact[]> {
  const values = [ids, turn.id, allowedFrom('read', 'agents')];
  const rows = await sql.query<FactSubject & Record<string, unknown>>('turns-seen', SEEN, values);
  const told = { status: 'read' as const, reason: null, losses: [], at: new Date() };
  return rows.flatMap((row) => statusFact(row, told) ?? []);
}

/** A pause is kept in the lease of a pending turn: nobody claims it before. */
const AGAIN = `
  WITH again AS (
    UPDATE turns SET state = 'pending', token = NULL, error = $3, lease_until = now() + make_interval(secs => $4::float8 / 1000),
      wake_at = now() + make_interval(secs => $4::float8 / 1000)
    WHERE id = $1 AND token = $2 AND state = 'running' RETURNING message_id
  )
  UPDATE messages m SET timeline = m.timeline || jsonb_build_array(
    jsonb_build_object('at', now(), 'step', 'turn_again', 'detail', jsonb_build_object('turnId', $1::text, 'error', $3::text)))
  FROM again a WHERE m.id = a.message_id`;

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
    return { isClosed: true, outbox: await tell(sql, [factOf(turn, 'turn-failed', data)]) };
  });
}

function factOf(turn: ClaimedTurn, type: EventType, data: Record<string, unknown>): Fact {
  const event: PublicEvent = {
    id: v5(type, turn.id),
    type,
    at: new Date().toISOString(),
    messageId: turn.messageId,
    conversationId: turn.threadId,
    data,
  };
  return { workspaceId: turn.workspaceId, event };
}

function tell(sql: Sql, facts: Fact[]): Promise<OutboxRow[]> {
  return insertOutbox(sql, SERVICE, groupFacts(facts));
}
