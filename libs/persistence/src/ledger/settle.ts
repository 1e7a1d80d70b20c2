import { keepRoutes } from '../append/routes.js';
import type { Db, Sql } from '../db.js';
import { addAliases } from './aliases.js';
import type { ClaimedCall, EndedCall, NextCall, Settlement } from './call.js';
import { handOn, type EndedAt } from './hand-on.js';
import { optOutLanes, pauseChannels, pauseLanes, type ChannelPause } from './pauses.js';

/** One attempt and what became of it. */
export interface SettledAttempt {
  call: Pick<ClaimedCall, 'id' | 'token' | 'attempt' | 'channelId' | 'laneId' | 'workspaceId'>;
  settlement: Settlement;
}

export interface SettleResult {
  /** Calls that ended, with those canceled because of them. */
  ended: EndedCall[];
  next: NextCall[];
  /** Channels that this settle paused for a fault of the account; told once per pause. */
  alerts: ChannelPause[];
  /** Ids whose attempt no longer holds the call: nothing was written. */
  lost: string[];
}

/** Runs in the settling transaction; for facts that must be told exactly when it commits. */
export type OnAlerts = (sql: Sql, alerts: ChannelPause[]) => Promise<void>;

/**
 * A late answer still records: an attempt whose lease ended left its token behind, so that "it was sent" reaches a call that is unknown
 * or waits for a resend. It never overwrites another attempt, whose token differs.
 */
const SETTLE = `
UPDATE calls c SET
  state = CASE WHEN s.state = 'returned' AND EXISTS (SELECT 1 FROM calls e WHERE e.message_id = c.message_id
      AND e.delivery = c.delivery AND e.idx < c.idx AND e.state IN ('sent', 'unknown')) THEN 'failed' ELSE s.state END,
  provider_id = COALESCE(s.provider_id, c.provider_id),
  failure = s.failure,
  log = c.log || s.note,
  attempt = c.attempt - s.uncounted,
  lease_until = CASE WHEN s.state = 'sending' THEN c.lease_until END,
  wake_at = CASE s.state WHEN 'sending' THEN c.wake_at WHEN 'retry' THEN now() + s.after_ms * interval '1 millisecond' END,
  settled_at = CASE WHEN s.state IN ('sending', 'retry') THEN NULL ELSE now() END
FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::int[], $8::smallint[])
  AS s (id, token, state, provider_id, failure, note, after_ms, uncounted)
WHERE c.id = s.id AND c.token = s.token AND (c.state = 'sending'
  OR (c.state = 'unknown' AND s.state IN ('sent', 'failed', 'blocked'))
  OR (c.state IN ('queued', 'retry') AND s.state = 'sent'))
RETURNING c.id::text AS id, c.workspace_id AS "workspaceId", c.state, c.lane_id::text AS "laneId",
  c.message_id AS "messageId", c.delivery, c.idx`;

const FINAL: ReadonlySet<string> = new Set(['sent', 'failed', 'blocked', 'returned']);

/**
 * Records what providers answered, in one transaction: pauses, opt-outs, the calls themselves, and what their end brings with it.
 * Safe to repeat: an attempt settles once.
 */
export function settleCalls(
  db: Pick<Db, 'transaction'>,
  attempts: SettledAttempt[],
  onAlerts: OnAlerts,
): Promise<SettleResult> {
  const sorted = [...new Map(attempts.map((attempt) => [attempt.call.id, attempt])).values()].sort(byId);
  return db.transaction(async (sql) => {
    // Locks in the order of a claim: channels, lanes, calls.
    const alerts = await pauseChannels(sql, channelPauses(sorted));
    await pauseLanes(sql, lanePauses(sorted));
    await optOutLanes(sql, optOuts(sorted));
    await keepRoutes(sql, routes(sorted));
    await addAliases(sql, aliases(sorted));
    const rows = await write(sql, sorted);
    const handed = await handOn(
      sql,
      rows.filter((row) => FINAL.has(row.state)),
    );
    if (alerts.length > 0) await onAlerts(sql, alerts);
    const written = new Set(rows.map((row) => row.id));
    const lost = sorted.map(({ call }) => call.id).filter((id) => !written.has(id));
    return { ended: handed.ended, next: handed.next, alerts, lost };
  });
}

function write(sql: Sql, attempts: SettledAttempt[]): Promise<EndedAt[]> {
  const at = new Date().toISOString();
  const column = <T>(of: (attempt: SettledAttempt) => T): T[] => attempts.map(of);
  return sql.query<EndedAt & Record<string, unknown>>('ledger-settle', SETTLE, [
    column(({ call }) => call.id),
    column(({ call }) => call.token),
    column(({ settlement }) => settlement.state),
    column(({ settlement }) => settlement.providerId),
    column(({ settlement }) => (settlement.failure === null ? null : JSON.stringify(settlement.failure))),
    column(({ call, settlement }) => JSON.stringify({ at, attempt: call.attempt, ...settlement.note })),
    column(({ settlement }) => Math.round(settlement.afterMs)),
    column(({ settlement }) => (settlement.counted ? 0 : 1)),
  ]);
}

function channelPauses(attempts: SettledAttempt[]): ChannelPause[] {
  return attempts.flatMap(({ call: { channelId, workspaceId }, settlement: { pause } }) =>
    pause?.scope === 'channel' ? [{ channelId, workspaceId, ...pause }] : [],
  );
}

function lanePauses(attempts: SettledAttempt[]): { laneId: string; ms: number }[] {
  return attempts.flatMap(({ call, settlement: { pause } }) =>
    pause?.scope === 'lane' ? [{ laneId: call.laneId, ms: pause.ms }] : [],
  );
}

function optOuts(attempts: SettledAttempt[]): { laneId: string; evidence: string }[] {
  return attempts.flatMap(({ call, settlement: { optOutEvidence: evidence } }) =>
    evidence === undefined ? [] : [{ laneId: call.laneId, evidence }],
  );
}

function routes(attempts: SettledAttempt[]): { laneId: string; route: object }[] {
  return attempts.flatMap(({ call, settlement: { route } }) =>
    route === undefined ? [] : [{ laneId: call.laneId, route }],
  );
}

function aliases(attempts: SettledAttempt[]): { laneId: string; address: string }[] {
  return attempts.flatMap(({ call, settlement: { providerAddress: address } }) =>
    address === undefined ? [] : [{ laneId: call.laneId, address }],
  );
}

function byId(a: SettledAttempt, b: SettledAttempt): number {
  return BigInt(a.call.id) < BigInt(b.call.id) ? -1 : 1;
}
