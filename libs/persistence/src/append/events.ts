import type { ChannelKind, ChannelSettings, InboundEvent, InboundMedia } from '@skein/contracts';
import type { Sql } from '../db.js';

/** Everything that can come in but receipts. */
export type PersonEvent = Exclude<InboundEvent, { type: 'receipt' }>;

/** An inbound event under lock, with the channel it came through. */
export interface LockedEvent {
  id: string;
  workspace_id: string;
  channel_id: string;
  kind: ChannelKind;
  agent_id: string;
  channel_name: string;
  settings: ChannelSettings;
  fact: PersonEvent;
  received_at: Date;
}

/** Seconds for which an event waits for its files; fetching them ends after 30 s. */
const MEDIA_SECONDS = 40;

const WAITING = `
  WITH people AS (
    SELECT DISTINCT channel_id, address FROM inbound_events WHERE id = ANY ($1::bigint[]) AND address IS NOT NULL
  )
  SELECT e.id, e.channel_id, e.address, e.fact->'content'->'media' AS media,
    e.received_at > now() - make_interval(secs => ${MEDIA_SECONDS}) AS is_young
  FROM people p JOIN inbound_events e USING (channel_id, address)
  WHERE e.applied_at IS NULL AND e.type <> 'receipt'
  UNION ALL
  SELECT id, channel_id, address, NULL, false FROM inbound_events
  WHERE id = ANY ($1::bigint[]) AND address IS NULL AND applied_at IS NULL AND type <> 'receipt'
  ORDER BY id`;

interface WaitingRow {
  id: string;
  channel_id: string;
  address: string | null;
  media: InboundMedia[] | null;
  is_young: boolean;
}

/**
 * The events that may be applied now: those asked for and whatever else waits of the same people, in order of their ids. An
 * event whose files are still being fetched keeps later ones of the same person waiting.
 */
export async function findApplicable(sql: Sql, ids: string[]): Promise<string[]> {
  const rows = await sql.query<WaitingRow & Record<string, unknown>>('append-waiting', WAITING, [ids]);
  const stopped = new Set<string>();
  return rows
    .filter((row) => {
      const person = `${row.channel_id} ${row.address}`;
      if (row.is_young && row.media?.some(isBeingFetched)) stopped.add(person);
      return !stopped.has(person);
    })
    .map((row) => row.id);
}

function isBeingFetched({ providerRef, mediaId, error }: InboundMedia): boolean {
  return providerRef !== undefined && mediaId === undefined && error === undefined;
}

const LOCK = `
  SELECT e.id, e.workspace_id, e.channel_id, c.kind, c.agent_id, c.name AS channel_name, c.settings, e.fact, e.received_at
  FROM inbound_events e JOIN channels c ON c.id = e.channel_id
  WHERE e.id = ANY ($1::bigint[]) AND e.applied_at IS NULL AND e.type <> 'receipt'
  ORDER BY e.id FOR UPDATE OF e`;

/** Locks the events that nobody has applied yet, in order of their ids. */
export function lockEvents(sql: Sql, ids: string[]): Promise<LockedEvent[]> {
  return sql.query<LockedEvent & Record<string, unknown>>('append-lock', LOCK, [ids]);
}
