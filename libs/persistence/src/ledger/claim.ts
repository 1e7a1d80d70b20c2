import { SAID_TO_OPTED_OUT } from '@skein/contracts';
import type { Db, Sql } from '../db.js';
import type { ClaimedCall, EndedCall, NextCall } from './call.js';
import { handOn, type EndedAt } from './hand-on.js';
import { allowancesOf, takeTokens, type Allowance, type ChannelPace } from './rate.js';

/** A batch to claim: at most 200 ids, and the pace of every channel they belong to. */
export interface ClaimRequest {
  ids: string[];
  paces: ChannelPace[];
  leaseMs: number;
  /** A new UUID: marks every attempt of this claim, so that {@link releaseCalls} can undo a claim whose answer was lost. */
  token: string;
}

export interface ClaimResult {
  /** Ours: to be sent now. */
  claimed: ClaimedCall[];
  /** Ended by a rule inside the claim: opted out, window closed, expired, canceled. */
  ended: EndedCall[];
  /** Free to go, but the channel has no token now: claim again after `allowances`' `nextInMs`. */
  noToken: string[];
  /** First in lanes whose head was ended here. */
  next: NextCall[];
  allowances: Map<string, Allowance>;
}

interface VerdictRow extends Record<string, unknown> {
  id: string;
  verdict: string;
  won: boolean;
}

/**
 * The verdict on each asked call, in one statement. Lanes are locked by the statement before, so what is read of them holds until the
 * transaction ends. `second` keeps its short wake_at: an uncommitted settle of the call before it may not see it yet. Calls further
 * behind wait for the hand-on and are not swept in vain.
 */
const CLAIM = `
WITH pace AS (
  SELECT * FROM unnest($2::text[], $3::int[], $4::bool[]) AS p (channel_id, tokens, paused)
), seen AS MATERIALIZED (
  SELECT c.id, c.channel_id, c.lane_id, l.address, l.route, l.paused_until, m.thread_id,
    CASE
      WHEN c.state NOT IN ('queued', 'retry') THEN 'gone'
      WHEN before.n = 1 THEN 'second'
      WHEN before.n > 1 THEN 'behind'
      WHEN m.status = 'canceled' THEN 'canceled'
      WHEN l.opted_out_at IS NOT NULL AND COALESCE(l.opted_out_purpose, 'all') = 'all'
        AND c.purpose <> ALL ($7::text[]) THEN 'blocked'
      WHEN c.needs_window AND (l.window_until IS NULL OR l.window_until <= skein_now()) THEN
        CASE WHEN EXISTS (SELECT 1 FROM calls s WHERE s.message_id = c.message_id AND s.delivery = c.delivery
          AND s.idx < c.idx AND s.state IN ('sent', 'unknown')) THEN 'failed' ELSE 'returned' END
      WHEN c.expires_at <= skein_now() THEN 'expired'
      WHEN c.state = 'retry' AND c.wake_at > now() THEN 'early'
      WHEN p.paused OR l.paused_until > now() THEN 'paused'
      ELSE 'sending'
    END AS verdict, p.tokens
  FROM calls c JOIN lanes l ON l.id = c.lane_id JOIN messages m ON m.id = c.message_id JOIN pace p ON p.channel_id = c.channel_id
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS n FROM (
      SELECT 1 FROM calls e WHERE e.lane_id = c.lane_id AND e.id < c.id AND e.state IN ('queued', 'sending', 'retry') LIMIT 2
    ) two
  ) before
  WHERE c.id = ANY($1::bigint[])
), judged AS MATERIALIZED (
  SELECT s.*, CASE WHEN s.verdict = 'sending' AND
    row_number() OVER (PARTITION BY s.channel_id, s.verdict ORDER BY s.id) > s.tokens THEN 'no_token' ELSE s.verdict END AS final
  FROM seen s
), written AS (
  UPDATE calls c SET
    state = CASE WHEN j.final IN ('behind', 'paused') THEN c.state ELSE j.final END,
    attempt = c.attempt + (j.final = 'sending')::int,
    token = CASE WHEN j.final = 'sending' THEN $6::uuid ELSE c.token END,
    started_at = CASE WHEN j.final = 'sending' THEN now() ELSE c.started_at END,
    lease_until = CASE WHEN j.final = 'sending' THEN now() + $5::int * interval '1 millisecond' END,
    wake_at = CASE j.final
      WHEN 'sending' THEN now() + $5::int * interval '1 millisecond'
      WHEN 'behind' THEN now() + interval '5 minutes'
      WHEN 'paused' THEN LEAST(COALESCE(j.paused_until, 'infinity'), now() + interval '30 seconds') + random() * interval '1 second'
    END,
    failure = CASE WHEN j.final IN ('failed', 'returned')
      THEN '{"kind":"rejected","reason":"window_closed","detail":"The service window closed before the call left."}'::jsonb
      ELSE c.failure END,
    log = CASE WHEN j.final IN ('behind', 'paused', 'sending') THEN c.log
      ELSE c.log || jsonb_build_object('at', now(), 'attempt', c.attempt, 'outcome', j.final) END,
    settled_at = CASE WHEN j.final IN ('behind', 'paused', 'sending') THEN NULL ELSE now() END
  FROM judged j
  WHERE c.id = j.id AND c.state IN ('queued', 'retry')
    AND j.final IN ('sending', 'blocked', 'failed', 'returned', 'expired', 'canceled', 'behind', 'paused')
  RETURNING c.*
)
SELECT j.id::text AS id, j.final AS verdict, w.id IS NOT NULL AS won, w.workspace_id AS "workspaceId",
  j.channel_id AS "channelId", j.lane_id::text AS "laneId", w.message_id AS "messageId", j.thread_id AS "threadId",
  j.address, j.route, w.part, w.purpose, w.needs_window AS "needsWindow", w.on_unknown AS "onUnknown", w.attempt, w.token,
  w.delivery, w.idx, w.state
FROM judged j LEFT JOIN written w ON w.id = j.id ORDER BY j.id`;

const ENDED: ReadonlySet<string> = new Set(['blocked', 'failed', 'returned', 'expired', 'canceled']);

/**
 * Claims calls for sending, in one transaction: takes rate tokens, holds the lanes still, and lets each call through only when nothing
 * earlier of its lane is open, the person has not opted out, the window is open, and it is neither expired nor canceled. Whatever is not
 * returned as claimed, ended or without token is somebody else's, or waits with a `wake_at`. Safe to repeat and to race.
 */
export function claimCalls(db: Pick<Db, 'transaction'>, request: ClaimRequest): Promise<ClaimResult> {
  return db.transaction(async (sql) => {
    const allowances = await allowancesOf(sql, request.paces);
    await lockLanes(sql, request.ids);
    const rows = await judge(sql, request, allowances);
    const claimed = rows.filter((row) => row.won && row.verdict === 'sending') as unknown as ClaimedCall[];
    await takeTokens(sql, usedBy(claimed, request.paces));
    const ended = rows.filter((row) => row.won && ENDED.has(row.verdict)) as unknown as EndedAt[];
    const handed = await handOn(sql, ended);
    const noToken = rows.filter((row) => row.verdict === 'no_token').map((row) => row.id);
    return { claimed, ended: handed.ended, next: handed.next, noToken, allowances };
  });
}

/**
 * Gives calls back that a claim with this token took and nobody began to send. Safe to repeat.
 *
 * @returns the ids given back.
 */
export async function releaseCalls(sql: Sql, ids: string[], token: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    'claim-release',
    `UPDATE calls SET state = 'queued', attempt = attempt - 1, lease_until = NULL, wake_at = now() + interval '10 seconds'
     WHERE id = ANY($1::bigint[]) AND token = $2 AND state = 'sending' RETURNING id::text AS id`,
    [ids, token],
  );
  return rows.map((row) => row.id);
}

/** Shared, so that claims do not wait for each other; routing, appending and opt-outs do. */
async function lockLanes(sql: Sql, ids: string[]): Promise<void> {
  await sql.query(
    'claim-lanes',
    `SELECT 1 FROM lanes WHERE id IN (SELECT lane_id FROM calls WHERE id = ANY($1::bigint[])) ORDER BY id FOR SHARE`,
    [ids],
  );
}

function judge(
  sql: Sql,
  { ids, leaseMs, token }: ClaimRequest,
  allowances: Map<string, Allowance>,
): Promise<VerdictRow[]> {
  const paces = [...allowances.values()];
  return sql.query<VerdictRow>('claim-calls', CLAIM, [
    ids,
    paces.map((pace) => pace.channelId),
    paces.map((pace) => pace.tokens),
    paces.map((pace) => pace.paused),
    leaseMs,
    token,
    [...SAID_TO_OPTED_OUT],
  ]);
}

/** Seconds of the pace that the claimed calls use up, by channel. */
function usedBy(claimed: ClaimedCall[], paces: ChannelPace[]): { channelId: string; seconds: number }[] {
  return paces.map(({ channelId, perSecond }) => {
    const calls = claimed.filter((call) => call.channelId === channelId).length;
    return { channelId, seconds: perSecond ? calls / perSecond : 0 };
  });
}
