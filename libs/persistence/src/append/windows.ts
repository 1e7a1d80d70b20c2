import { capabilitiesOf } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { Entry } from './entries.js';

/**
 * A message that comes as it is written opens the window from now on the business clock; one that the platform tells late opens
 * it from when it was written, and one that is too old opens nothing. 5 min allow for the provider's clock and its retries.
 */
const OPEN = `
  WITH clock AS (SELECT skein_now() AS now), written AS (
    SELECT t.lane_id, max(
      CASE WHEN t.at > c.now - interval '5 minutes' OR abs(extract(epoch FROM t.at - now())) < 300 THEN c.now ELSE t.at END
      + make_interval(hours => t.hours)) AS until
    FROM unnest($1::bigint[], $2::timestamptz[], $3::int[]) AS t (lane_id, at, hours) CROSS JOIN clock c
    GROUP BY t.lane_id
  )
  UPDATE lanes l SET window_until = greatest(l.window_until, w.until),
    prompt_until = CASE WHEN w.until > c.now THEN NULL ELSE l.prompt_until END
  FROM written w CROSS JOIN clock c
  WHERE l.id = w.lane_id
  RETURNING l.id, l.window_until AS until, l.window_until > c.now AS open`;

export interface LaneWindow {
  id: string;
  until: Date;
  open: boolean;
}

/** Opens or extends the windows of the lanes on which people wrote; kinds without windows have none. */
export async function openWindows(sql: Sql, entries: Entry[]): Promise<LaneWindow[]> {
  const rows = entries.flatMap((entry) => {
    const hours = capabilitiesOf(entry.event.kind)?.window?.hours;
    return hours === undefined ? [] : [{ laneId: entry.laneId, at: entry.event.fact.at, hours }];
  });
  if (rows.length === 0) return [];
  return sql.query<LaneWindow & Record<string, unknown>>('append-windows', OPEN, [
    rows.map((row) => row.laneId),
    rows.map((row) => row.at),
    rows.map((row) => row.hours),
  ]);
}
