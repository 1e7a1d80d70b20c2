import { capabilitiesOf, consentWish, type InboundEvent } from '@skein/contracts';
import type { Sql } from '../db.js';
import { isMessage } from './entries.js';
import type { LockedEvent } from './events.js';
import type { People } from './people.js';

export type ConsentEvent = LockedEvent & { fact: Extract<InboundEvent, { type: 'consent' }> };

export function isConsent(event: LockedEvent): event is ConsentEvent {
  return event.fact.type === 'consent';
}

/** A wish of somebody we know, as the channel service recorded it with its event. */
export interface Wish {
  event: ConsentEvent;
  laneId: string;
  /** False for a word that was no wish after all, and for a question for help. */
  recorded: boolean;
  /** The wish altered what the person may receive; a second STOP does not. */
  changed: boolean;
}

const RECORDED = `
  SELECT inbound_event_id AS id, bool_or(changed) AS changed FROM consents
  WHERE inbound_event_id = ANY ($1::bigint[]) GROUP BY inbound_event_id`;

/** Reads the wishes in a batch, in order. The lanes carry them already: they were written with the events themselves. */
export async function readWishes(sql: Sql, events: LockedEvent[], people: People): Promise<Wish[]> {
  const consents = events.filter(isConsent).filter((event) => people.has(event.id));
  if (consents.length === 0) return [];
  const rows = await sql.query<{ id: string; changed: boolean }>('append-wishes', RECORDED, [
    consents.map((event) => event.id),
  ]);
  const changed = new Map(rows.map((row) => [row.id, row.changed]));
  return consents.map((event) => ({
    event,
    laneId: people.get(event.id)?.laneId ?? '',
    recorded: changed.has(event.id),
    changed: changed.get(event.id) ?? false,
  }));
}

/** Lanes on which somebody said stop to everything. */
export function stoppedBy(wishes: Wish[]): Set<string> {
  const stops = wishes.filter(({ event: { fact } }) => fact.value === 'stop' && fact.purpose === 'all');
  return new Set(stops.map(({ laneId }) => laneId));
}

const KEYWORDS = `
  SELECT q.id FROM unnest($1::bigint[], $2::text[], $3::text[]) AS q (id, channel_id, event_id)
  CROSS JOIN LATERAL (
    SELECT * FROM inbound_events x WHERE x.channel_id = q.channel_id AND x.event_id = q.event_id LIMIT 1
  ) AS e
  WHERE e.type = 'consent'
    AND (e.fact->>'value' = 'help' OR EXISTS (SELECT 1 FROM consents c WHERE c.inbound_event_id = e.id))`;

/** Messages that are the very word of a wish: they are shown, but nobody is asked to answer them. @returns the ids of their events. */
export async function findKeywords(sql: Sql, events: LockedEvent[]): Promise<Set<string>> {
  const suspects = events.filter(isMessage).filter(
    ({ kind, fact }) =>
      // A carrier may have words of its own.
      capabilitiesOf(kind)?.keywordAnswers === true ||
      consentWish(kind, fact.content.text ?? '') !== undefined,
  );
  if (suspects.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>('append-keywords', KEYWORDS, [
    suspects.map((event) => event.id),
    suspects.map((event) => event.channel_id),
    suspects.map((event) => `${event.fact.eventId}:consent`),
  ]);
  return new Set(rows.map((row) => row.id));
}

const BLOCK_CALLS = `
  UPDATE calls c SET state = 'blocked', settled_at = now(), wake_at = NULL, lease_until = NULL,
    log = c.log || jsonb_build_object('at', now(), 'attempt', c.attempt, 'outcome', 'blocked')
  WHERE c.lane_id = ANY ($1::bigint[]) AND c.state IN ('queued', 'retry') AND c.purpose <> ALL ($2::text[])
  RETURNING c.id::text AS id, c.workspace_id AS "workspaceId"`;

/**
 * Ends everything that waits on lanes whose person opted out, so that not even the claim has to look at it. Call it under the lanes'
 * locks. @returns the calls, whose messages have to be folded.
 */
export async function blockCalls(
  sql: Sql,
  laneIds: string[],
  except: readonly string[],
): Promise<{ workspaceId: string; id: string }[]> {
  return laneIds.length === 0 ? [] : sql.query('append-block-calls', BLOCK_CALLS, [laneIds, except]);
}
