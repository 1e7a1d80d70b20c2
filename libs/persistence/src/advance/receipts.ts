import type { InboundEvent, InboundType } from '@skein/contracts';
import type { Sql } from '../db.js';

export type ReceiptEvent = Extract<InboundEvent, { type: 'receipt' }>;

/** A provider's report that waits to be applied to its call. */
export interface WaitingReceipt {
  id: string;
  channel_id: string;
  workspace_id: string;
  fact: ReceiptEvent;
  received_at: Date;
}

const PENDING = `
  SELECT e.id, e.type FROM unnest($1::bigint[]) AS i (id)
  CROSS JOIN LATERAL (SELECT * FROM inbound_events x WHERE x.id = i.id OFFSET 0) e WHERE e.applied_at IS NULL ORDER BY e.id`;

/** Which of the events still have to be applied, in order of their ids. */
export function findPending(sql: Sql, ids: string[]): Promise<{ id: string; type: InboundType }[]> {
  return sql.query('advance-pending', PENDING, [ids]);
}

/** Reports by id, and those that came before their call was settled. */
const RECEIPTS = `
  SELECT e.id, e.channel_id, e.workspace_id, e.fact, e.received_at FROM (
    SELECT unnest($1::bigint[]) AS id
    UNION
    SELECT w.id FROM unnest($2::bigint[]) AS a (id)
    CROSS JOIN LATERAL (SELECT channel_id, provider_id FROM calls x WHERE x.id = a.id LIMIT 1) c
    CROSS JOIN LATERAL (SELECT x.id FROM inbound_events x WHERE x.channel_id = c.channel_id AND x.provider_message_id = c.provider_id
      AND x.applied_at IS NULL LIMIT 100) w
  ) i
  CROSS JOIN LATERAL (SELECT * FROM inbound_events x WHERE x.id = i.id OFFSET 0) e
  WHERE e.applied_at IS NULL AND e.type = 'receipt'
  ORDER BY e.id`;

/** Reads the receipts with these ids and every receipt that waits for one of these calls. */
export function findReceipts(sql: Sql, ids: string[], callIds: string[]): Promise<WaitingReceipt[]> {
  return sql.query<WaitingReceipt & Record<string, unknown>>('advance-receipts', RECEIPTS, [ids, callIds]);
}

const APPLIED = `
  UPDATE inbound_events e SET applied_at = now(), outcome = t.outcome, wake_at = NULL
  FROM unnest($1::bigint[], $2::text[]) AS t (id, outcome)
  WHERE e.id = t.id AND e.applied_at IS NULL`;

/** Marks events as applied, with what came of them. */
export async function markApplied(sql: Sql, events: { id: string; outcome: string }[]): Promise<void> {
  if (events.length === 0) return;
  await sql.query('advance-applied', APPLIED, [
    events.map((event) => event.id),
    events.map((event) => event.outcome),
  ]);
}

/** Looked at again after half its age, at least 1 s and at most 5 min later. */
const WAITING = `
  UPDATE inbound_events SET wake_at = now() + least(interval '5 minutes', greatest(interval '1 second', (now() - received_at) / 2))
  WHERE id = ANY ($1::bigint[]) AND applied_at IS NULL`;

/** Puts receipts off whose call is not there yet. */
export async function keepWaiting(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length > 0) await sql.query('advance-waiting', WAITING, [ids]);
}
