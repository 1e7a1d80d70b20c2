import type { Sql } from '../db.js';
import { queueTurns } from '../turns/queue.js';
import type { Entry } from './entries.js';

/**
 * Queues a turn for every entry that asks for an answer, in the order of the thread. @returns those entries.
 *
 * `optedOut` are lanes, `silent` events, of which no answer is asked.
 */
export async function askAgents(
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
  await queueTurns(
    sql,
    asking.map(({ id, event, threadId, agentId, laneId }) => ({
      ...{ threadId, agentId, laneId },
      workspaceId: event.workspace_id,
      channelId: event.channel_id,
      messageId: id,
      seq: places.get(id) ?? null,
    })),
  );
  return asking;
}

/** Answers of machines (out of office) are shown and never answered: two machines would not stop. */
function isAutomatic(data: Record<string, unknown> | undefined): boolean {
  return data?.autoSubmitted === true || data?.autoReply === true;
}
