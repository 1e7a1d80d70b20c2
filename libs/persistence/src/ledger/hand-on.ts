import type { Sql } from '../db.js';
import type { EndedCall, NextCall } from './call.js';

/** Where an ended call stood. */
export interface EndedAt extends EndedCall {
  laneId: string;
  messageId: string;
  delivery: number;
  idx: number;
}

/** States after which the rest of the same delivery must not go out. */
const ENDS_DELIVERY: ReadonlySet<string> = new Set(['failed', 'blocked', 'expired', 'returned', 'canceled']);

const BLOCKING = `('queued', 'sending', 'retry')`;

/**
 * Does what the end of calls brings with it, in the same transaction: later calls of a delivery that cannot be completed are canceled,
 * and the next call of each lane becomes due within 10 s, also if this process dies before it claims it.
 *
 * @returns every ended call with those canceled, and the lanes' next calls.
 */
export async function handOn(sql: Sql, ended: EndedAt[]): Promise<{ ended: EndedCall[]; next: NextCall[] }> {
  if (ended.length === 0) return { ended: [], next: [] };
  const canceled = await cancelRest(
    sql,
    ended.filter((call) => ENDS_DELIVERY.has(call.state)),
  );
  const lanes = [...new Set([...ended.map((call) => call.laneId), ...canceled.map((call) => call.laneId)])];
  return { ended: [...ended, ...canceled], next: await nextOf(sql, lanes) };
}

function cancelRest(sql: Sql, ended: EndedAt[]): Promise<(EndedCall & { laneId: string })[]> {
  if (ended.length === 0) return Promise.resolve([]);
  return sql.query<EndedCall & { laneId: string }>(
    'ledger-cancel-rest',
    `UPDATE calls c SET state = 'canceled', settled_at = now(), wake_at = NULL
     FROM unnest($1::uuid[], $2::smallint[], $3::smallint[]) AS e (message_id, delivery, idx)
     WHERE c.message_id = e.message_id AND c.delivery = e.delivery AND c.idx > e.idx AND c.state IN ('queued', 'retry')
     RETURNING c.id::text AS id, c.workspace_id AS "workspaceId", c.state, c.lane_id::text AS "laneId"`,
    [ended.map((call) => call.messageId), ended.map((call) => call.delivery), ended.map((call) => call.idx)],
  );
}

/** The first waiting call of each lane, if it may go now. */
async function nextOf(sql: Sql, lanes: string[]): Promise<NextCall[]> {
  const heads = await sql.query<NextCall & { far: boolean }>(
    'ledger-next',
    `SELECT n.id::text AS id, n.channel_id AS "channelId", n.wake_at > now() + interval '10 seconds' AS far
     FROM unnest($1::bigint[]) AS l (id) CROSS JOIN LATERAL (
       SELECT c.id, c.channel_id, c.state, c.wake_at FROM calls c
       WHERE c.lane_id = l.id AND c.state IN ${BLOCKING} ORDER BY c.id LIMIT 1
     ) n WHERE n.state = 'queued' OR (n.state = 'retry' AND n.wake_at <= now())`,
    [lanes],
  );
  const far = heads.filter((head) => head.far).map((head) => head.id);
  if (far.length > 0) {
    await sql.query(
      'ledger-next-wake',
      `UPDATE calls SET wake_at = now() + interval '10 seconds' WHERE id = ANY($1::bigint[]) AND state = 'queued'`,
      [far],
    );
  }
  return heads.map(({ id, channelId }) => ({ id, channelId }));
}
