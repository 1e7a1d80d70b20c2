import { newId } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { Entry } from './entries.js';

/** A pending turn is looked for after 5 s even if nobody rings. */
const INSERT = `
  INSERT INTO turns (id, workspace_id, thread_id, agent_id, channel_id, lane_id, message_id, seq, wake_at)
  SELECT *, now() + interval '5 seconds'
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::uuid[], $8::bigint[])
  ON CONFLICT (message_id) DO NOTHING`;

/**
 * Queues a turn for every entry that asks for an answer, in the order of the thread. @returns those entries.
 *
 * `optedOut` are lanes, `silent` events, of which no answer is asked.
 */
export async function queueTurns(
  sql: Sql,
  entries: Entry[],
  places: Map<string, string>,
  { optedOut, silent }: { optedOut: Set<string>; silent: Set<string> },
): Promise<Entry[]> {
  const asking = entries.filter(
    (entry) =>
      places.has(entry.id) &&
      !optedOut.has(entry.laneId) &&
      !silent.has(entry.event.id) &&
      !isAutomatic(entry.event.fact.content.data),
  );
  if (asking.length === 0) return [];
  await sql.query('append-turns', INSERT, [
    asking.map(() => newId()),
    asking.map((entry) => entry.event.workspace_id),
    asking.map((entry) => entry.threadId),
    asking.map((entry) => entry.agentId),
    asking.map((entry) => entry.event.channel_id),
    asking.map((entry) => entry.laneId),
    asking.map((entry) => entry.id),
    asking.map((entry) => places.get(entry.id)),
  ]);
  return asking;
}

/** Answers of machines (out of office) are shown and never answered: two machines would not stop. */
function isAutomatic(data: Record<string, unknown> | undefined): boolean {
  return data?.autoSubmitted === true || data?.autoReply === true;
}
