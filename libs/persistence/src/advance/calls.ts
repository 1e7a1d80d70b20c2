import type { CallFacts, CallState, Failure } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A provider call under lock. */
export interface LockedCall extends CallFacts {
  id: string;
  message_id: string;
  channel_id: string;
  provider_id: string | null;
  attempt: number;
}

/** Locked in order of id, as everyone does who locks calls. */
const LOCK = `
  SELECT id, message_id, channel_id, provider_id, attempt, state, receipt, failure FROM calls WHERE id IN (
    SELECT c.id FROM unnest($1::text[], $2::text[]) AS t (channel_id, provider_id)
    CROSS JOIN LATERAL (SELECT x.id FROM calls x WHERE x.channel_id = t.channel_id AND x.provider_id = t.provider_id LIMIT 10) c
    UNION
    SELECT unnest($3::bigint[])
  ) ORDER BY id FOR UPDATE`;

/** Locks calls by the provider's id or by our own. */
export function lockCalls(
  sql: Sql,
  byProvider: { channelId: string; providerId: string }[],
  ids: string[],
): Promise<LockedCall[]> {
  return sql.query<LockedCall & Record<string, unknown>>('advance-lock-calls', LOCK, [
    byProvider.map((row) => row.channelId),
    byProvider.map((row) => row.providerId),
    ids,
  ]);
}

/** What receipts made of a call. */
export interface CallChange {
  id: string;
  state: CallState;
  receipt: number;
  failure: Failure | null;
  /** Known only from the receipt when the answer of the call was lost. */
  providerId: string | null;
  /** Entry of the call's log. */
  note: string;
}

const UPDATE = `
  UPDATE calls c SET state = t.state, receipt = t.receipt, failure = t.failure, wake_at = NULL, lease_until = NULL,
    provider_id = coalesce(c.provider_id, t.provider_id), settled_at = coalesce(c.settled_at, now()),
    log = CASE WHEN t.note = '' THEN c.log
      ELSE c.log || jsonb_build_array(jsonb_build_object('at', now(), 'attempt', c.attempt, 'outcome', t.note)) END
  FROM unnest($1::bigint[], $2::text[], $3::int[], $4::jsonb[], $5::text[], $6::text[])
    AS t (id, state, receipt, failure, provider_id, note)
  WHERE c.id = t.id`;

/** Writes what receipts made of calls that are locked. */
export async function updateCalls(sql: Sql, changes: CallChange[]): Promise<void> {
  if (changes.length === 0) return;
  await sql.query('advance-update-calls', UPDATE, [
    changes.map((row) => row.id),
    changes.map((row) => row.state),
    changes.map((row) => row.receipt),
    changes.map((row) => (row.failure === null ? null : JSON.stringify(row.failure))),
    changes.map((row) => row.providerId),
    changes.map((row) => row.note),
  ]);
}

const CANCEL = `
  UPDATE calls SET state = 'canceled', wake_at = NULL, settled_at = now()
  WHERE message_id = ANY ($1::uuid[]) AND state IN ('queued', 'retry')`;

/** Ends what is left of deliveries that are over, so that nothing of them goes out later. */
export async function cancelRest(sql: Sql, messageIds: string[]): Promise<void> {
  if (messageIds.length > 0) await sql.query('advance-cancel-rest', CANCEL, [messageIds]);
}
