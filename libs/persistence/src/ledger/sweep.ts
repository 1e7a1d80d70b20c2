import type { Db, Sql } from '../db.js';
import type { EndedCall, NextCall } from './call.js';
import { handOn, type EndedAt } from './hand-on.js';

/** Most rows one sweep takes. */
export const SWEEP_LIMIT = 500;
/** Attempts after which a call is given up. */
export const MAX_ATTEMPTS = 8;
/** For how long a platform surely drops a call that is repeated: Discord remembers a nonce for "the past few minutes" (checked 2026-11). */
const SOON = '2 minutes';

/**
 * Takes calls of these kinds that are due: bells that were lost, retries whose time has come. Each is looked at again in 10 s, should
 * whoever takes it die.
 *
 * @param busy channels whose calls already fill the caller's queue; they are left for later.
 */
export function dueCalls(sql: Sql, kinds: readonly string[], busy: readonly string[]): Promise<NextCall[]> {
  return sql.query<NextCall & Record<string, unknown>>(
    'sweep-due',
    `WITH due AS (
       SELECT c.id FROM calls c JOIN channels ch ON ch.id = c.channel_id
       WHERE c.wake_at <= now() AND c.state IN ('queued', 'retry') AND ch.kind = ANY($1::text[]) AND c.channel_id <> ALL($2::text[])
       ORDER BY c.wake_at LIMIT ${SWEEP_LIMIT} FOR UPDATE OF c SKIP LOCKED
     )
     UPDATE calls c SET state = 'queued', wake_at = now() + interval '10 seconds' FROM due d WHERE c.id = d.id
     RETURNING c.id::text AS id, c.channel_id AS "channelId"`,
    [kinds, busy],
  );
}

/**
 * Ends the attempts whose lease is over: nobody knows whether the provider has them, so they are `unknown`, or wait for a resend
 * where the caller chose that. The token stays, so that a late answer still finds its call.
 */
export function expireLeases(
  db: Pick<Db, 'transaction'>,
  kinds: readonly string[],
): Promise<{ ended: EndedCall[]; next: NextCall[]; taken: number }> {
  return db.transaction(async (sql) => {
    const rows = await sql.query<EndedAt & Record<string, unknown>>(
      'sweep-leases',
      `WITH over AS (
         SELECT c.id, c.attempt < ${MAX_ATTEMPTS} AND (c.on_unknown = 'resend'
           OR (c.on_unknown = 'resend_soon' AND c.started_at > now() - interval '${SOON}')) AS again
         FROM calls c JOIN channels ch ON ch.id = c.channel_id
         WHERE c.wake_at <= now() AND c.state = 'sending' AND c.lease_until <= now() AND ch.kind = ANY($1::text[])
         ORDER BY c.id LIMIT ${SWEEP_LIMIT} FOR UPDATE OF c SKIP LOCKED
       )
       UPDATE calls c SET
         state = CASE WHEN o.again THEN 'retry' ELSE 'unknown' END,
         wake_at = CASE WHEN o.again THEN now() END,
         settled_at = CASE WHEN o.again THEN NULL ELSE now() END,
         log = c.log || jsonb_build_object('at', now(), 'attempt', c.attempt, 'outcome', 'lease_ended')
       FROM over o WHERE c.id = o.id
       RETURNING c.id::text AS id, c.workspace_id AS "workspaceId", c.channel_id AS "channelId", c.state,
         c.lane_id::text AS "laneId", c.message_id AS "messageId", c.delivery, c.idx`,
      [kinds],
    );
    const resend = rows
      .filter((row) => row.state === 'retry')
      .map((row) => ({ id: row.id, channelId: String(row['channelId']) }));
    const handed = await handOn(
      sql,
      rows.filter((row) => row.state === 'unknown'),
    );
    return { ended: handed.ended, next: [...handed.next, ...resend], taken: rows.length };
  });
}
