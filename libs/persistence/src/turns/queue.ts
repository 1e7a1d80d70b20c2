import { newId } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A message that the agent is to answer. */
export interface NewTurn {
  workspaceId: string;
  threadId: string;
  agentId: string;
  channelId: string;
  laneId: string;
  messageId: string;
  /** Its place in the thread; null = after everything that stands there now. */
  seq: string | null;
}

/** A pending turn is looked for after 5 s even if nobody rings. */
const INSERT = `
  INSERT INTO turns (id, workspace_id, thread_id, agent_id, channel_id, lane_id, message_id, seq, wake_at)
  SELECT t.id, t.workspace_id, t.thread_id, t.agent_id, t.channel_id, t.lane_id, t.message_id,
    coalesce(t.seq, nextval('messages_seq')), now() + interval '5 seconds'
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::uuid[], $8::bigint[])
    AS t (id, workspace_id, thread_id, agent_id, channel_id, lane_id, message_id, seq)
  ON CONFLICT (message_id) DO NOTHING`;

/** Queues a turn for each message, once. */
export async function queueTurns(sql: Sql, turns: NewTurn[]): Promise<void> {
  if (turns.length === 0) return;
  await sql.query('turns-queue', INSERT, [
    turns.map(() => newId()),
    turns.map((turn) => turn.workspaceId),
    turns.map((turn) => turn.threadId),
    turns.map((turn) => turn.agentId),
    turns.map((turn) => turn.channelId),
    turns.map((turn) => turn.laneId),
    turns.map((turn) => turn.messageId),
    turns.map((turn) => turn.seq),
  ]);
}
