import type { Sql } from '../db.js';
import type { LockedEvent } from './events.js';
import type { People } from './people.js';

const KEEP = `
  UPDATE lanes l SET route = l.route || t.route FROM unnest($1::bigint[], $2::jsonb[]) AS t (id, route)
  WHERE l.id = t.id AND NOT l.route @> t.route`;

/** Keeps what reaching addresses takes besides the address; what was known before stays unless it is said anew. */
export async function keepRoutes(sql: Sql, routes: { laneId: string; route: object }[]): Promise<void> {
  const merged = new Map<string, object>();
  for (const { laneId, route } of routes) merged.set(laneId, { ...merged.get(laneId), ...route });
  if (merged.size === 0) return;
  const rows = [...merged].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  await sql.query('lanes-route', KEEP, [
    rows.map(([laneId]) => laneId),
    rows.map(([, route]) => JSON.stringify(route)),
  ]);
}

/** The routes that events of a batch tell, in their order. */
export function routesIn(events: LockedEvent[], people: People): { laneId: string; route: object }[] {
  return events.flatMap(({ id, fact }) => {
    const laneId = people.get(id)?.laneId;
    const route = 'route' in fact ? fact.route : undefined;
    return laneId === undefined || route === undefined ? [] : [{ laneId, route }];
  });
}
