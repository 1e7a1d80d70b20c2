import type { Db } from '../db.js';

/** A turn that this process runs, until its token is no longer the turn's. */
export interface ClaimedTurn {
  id: string;
  workspaceId: string;
  threadId: string;
  agentId: string;
  channelId: string;
  messageId: string;
  token: string;
  /** 1 on the first try; a try that was never heard of again counts. */
  attempt: number;
}

/** Two services that are rung for one thread queue up here, so that they see the same turns. */
const LOCK = `SELECT id FROM threads WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`;

/** The lowest open turn of each thread. */
const FIRST = `
  first AS (
    SELECT DISTINCT ON (thread_id) id, thread_id FROM turns
    WHERE thread_id = ANY ($1::uuid[]) AND state IN ('pending', 'running') ORDER BY thread_id, seq
  )`;

/** Of turn `t`: its pause is over or its lease has ended, and no other turn of the thread runs. */
const DUE = `
  (t.lease_until IS NULL OR t.lease_until <= now()) AND NOT EXISTS (
    SELECT 1 FROM turns r WHERE r.thread_id = t.thread_id AND r.id <> t.id AND r.state = 'running' AND r.lease_until > now()
  )`;

/** The lowest open turn of each thread, if it is due. What was held for this person is routed before a turn can answer. */
const CLAIM = `
  WITH ${FIRST}, claimed AS (
    UPDATE turns t SET state = 'running', attempt = t.attempt + 1, token = gen_random_uuid(),
      lease_until = now() + make_interval(secs => $2::float8 / 1000), wake_at = now() + make_interval(secs => $2::float8 / 1000),
      started_at = coalesce(t.started_at, now())
    FROM first f
    WHERE t.id = f.id AND ${DUE}
      AND NOT EXISTS (
        SELECT 1 FROM messages m WHERE m.thread_id = t.thread_id AND m.status = 'accepted' AND m.released_at IS NOT NULL
      )
    RETURNING t.id, t.workspace_id, t.thread_id, t.agent_id, t.channel_id, t.message_id, t.token, t.attempt
  ), noted AS (
    UPDATE messages m SET timeline = m.timeline || jsonb_build_array(
      jsonb_build_object('at', now(), 'step', 'turn', 'detail', jsonb_build_object('turnId', c.id, 'attempt', c.attempt)))
    FROM claimed c WHERE m.id = c.message_id
  )
  SELECT id, workspace_id AS "workspaceId", thread_id AS "threadId", agent_id AS "agentId", channel_id AS "channelId",
    message_id AS "messageId", token, attempt FROM claimed`;

/**
 * Claims the next turn of each thread, where there is one to run.
 *
 * @param leaseMs how long the claim holds without a heartbeat.
 */
export function claimTurns(db: Db, threadIds: string[], leaseMs: number): Promise<ClaimedTurn[]> {
  return db.transaction(async (sql) => {
    await sql.query('turns-lock', LOCK, [threadIds]);
    return sql.query<ClaimedTurn & Record<string, unknown>>('turns-claim', CLAIM, [threadIds, leaseMs]);
  });
}

const UNCLAIMED = `
  WITH ${FIRST} SELECT t.thread_id AS id FROM first f JOIN turns t ON t.id = f.id WHERE ${DUE}`;

/**
 * Of threads that a claim gave no turn for: those that have one to run all the same. Either released messages are still on their
 * way through the router, or they were at the time of the claim and are not any more; both are worth another look very soon.
 */
export async function findUnclaimed(db: Db, threadIds: string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>('turns-unclaimed', UNCLAIMED, [threadIds]);
  return rows.map((row) => row.id);
}
