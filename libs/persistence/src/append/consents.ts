import type { InboundEvent } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { LockedEvent } from './events.js';
import type { People } from './people.js';

export type ConsentEvent = LockedEvent & { fact: Extract<InboundEvent, { type: 'consent' }> };

export function isConsent(event: LockedEvent): event is ConsentEvent {
  return event.fact.type === 'consent';
}

/** The channel service usually wrote it with the event itself; what it wrote is not written again. */
const INSERT = `
  INSERT INTO consents (workspace_id, lane_id, value, purpose, evidence, inbound_event_id)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    AS t (workspace_id, lane_id, value, purpose, evidence, inbound_event_id)
  WHERE NOT EXISTS (SELECT 1 FROM consents c WHERE c.inbound_event_id = t.inbound_event_id)
  ORDER BY t.inbound_event_id
  RETURNING lane_id, value, purpose`;

const LANES = `
  UPDATE lanes l SET
    opted_out_at = CASE WHEN t.value = 'start' THEN NULL ELSE coalesce(l.opted_out_at, skein_now()) END,
    opted_out_purpose = CASE WHEN t.value = 'start' THEN NULL WHEN l.opted_out_purpose = 'all' THEN 'all' ELSE t.purpose END
  FROM unnest($1::bigint[], $2::text[], $3::text[]) AS t (id, value, purpose)
  WHERE l.id = t.id
  RETURNING l.id, l.opted_out_purpose`;

/**
 * Records consent on lanes that are locked. The last word of a lane counts.
 *
 * @returns lanes on which somebody said stop to everything in this batch.
 */
export async function applyConsents(sql: Sql, events: LockedEvent[], people: People): Promise<Set<string>> {
  const consents = events.filter(isConsent).filter((event) => people.has(event.id));
  if (consents.length === 0) return new Set();
  const laneOf = (event: LockedEvent) => people.get(event.id)?.laneId ?? '';
  const rows = await sql.query<{ lane_id: string; value: string; purpose: string }>(
    'append-consents',
    INSERT,
    [
      consents.map((event) => event.workspace_id),
      consents.map(laneOf),
      consents.map((event) => event.fact.value),
      consents.map((event) => event.fact.purpose),
      consents.map((event) => event.fact.evidence),
      consents.map((event) => event.id),
    ],
  );
  const last = [...new Map(rows.map((row) => [row.lane_id, row])).values()];
  if (last.length > 0) {
    await sql.query('append-consent-lanes', LANES, [
      last.map((row) => row.lane_id),
      last.map((row) => row.value),
      last.map((row) => row.purpose),
    ]);
  }
  return new Set(consents.filter(({ fact }) => fact.value === 'stop' && fact.purpose === 'all').map(laneOf));
}

/** True when the message is the very word that changed consent: it is shown, but nobody is asked to answer it. */
export function isKeyword(message: LockedEvent, consents: ConsentEvent[]): boolean {
  const { fact } = message;
  if (fact.type !== 'message') return false;
  return consents.some(
    ({ channel_id, fact: consent }) =>
      channel_id === message.channel_id &&
      consent.address === fact.address &&
      (consent.at === fact.at || consent.eventId.startsWith(fact.eventId)),
  );
}
