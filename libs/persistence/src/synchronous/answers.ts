import type { Loss, MessageStatus, Part } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A person's message whose answer is asked for. */
export interface AnswerQuestion {
  workspaceId: string;
  messageId: string;
}

/** What a turn said to the person, in the state that it is in. */
export interface TurnReply {
  id: string;
  status: MessageStatus;
  reason: string | null;
  detail: string | null;
  parts: Part[] | null;
  losses: Loss[] | null;
  /** ISO 8601 with an offset. */
  createdAt: string;
}

/** A person's message with the turn that answers it: its own, or the one that answers several at once. */
export interface TurnAnswerRow {
  messageId: string;
  conversationId: string;
  contactId: string;
  agentId: string;
  agentName: string | null;
  /** Null while the turn has not been made yet. */
  state: 'pending' | 'running' | 'merged' | 'done' | 'failed' | null;
  /** The message that the turn was made for; news of the turn are told under it. */
  turnMessageId: string | null;
  /** What the turn cost. A turn that answers several messages is paid for once, with the last of them. */
  credits: number;
  replies: TurnReply[];
}

/**
 * What the turn sent elsewhere is none of the person's business; where a message goes that has not been routed yet is not known, so
 * it counts until it has been.
 */
const ANSWERS = `
  SELECT q.ord, m.id AS "messageId", m.thread_id AS "conversationId", m.contact_id AS "contactId", m.agent_id AS "agentId",
    a.name AS "agentName", f.state, f.message_id AS "turnMessageId", 
    (CASE WHEN f.id = t.id THEN coalesce(f.credits, 0) ELSE 0 END)::float8 AS credits,
    coalesce(said.replies, '[]') AS replies
  FROM unnest($1::text[], $2::uuid[]) WITH ORDINALITY AS q (workspace_id, message_id, ord)
  JOIN messages m ON m.id = q.message_id AND m.workspace_id = q.workspace_id
  LEFT JOIN turns t ON t.message_id = m.id
  LEFT JOIN turns f ON f.id = coalesce(t.merged_into, t.id)
  LEFT JOIN agents a ON a.workspace_id = m.workspace_id AND a.id = m.agent_id
  LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('id', r.id, 'status', r.status, 'reason', r.reason, 'detail', r.detail, 'parts', r.parts,
      'losses', r.losses, 'createdAt', r.created_at) ORDER BY r.seq) AS replies
    FROM messages r
    WHERE r.turn_id = f.id AND r.workspace_id = m.workspace_id
      AND (r.lane_id = m.lane_id OR (r.lane_id IS NULL AND r.status = 'accepted'))
  ) AS said ON true`;

/** Reads what has become of each message, in the order of the input; undefined for one that has not been applied yet. */
export async function readTurnAnswers(
  sql: Sql,
  questions: AnswerQuestion[],
): Promise<(TurnAnswerRow | undefined)[]> {
  const rows = await sql.query<TurnAnswerRow & { ord: string }>('synchronous-answers', ANSWERS, [
    questions.map(({ workspaceId }) => workspaceId),
    questions.map(({ messageId }) => messageId),
  ]);
  const byOrd = new Map(rows.map((row) => [Number(row.ord), row]));
  return questions.map((_, index) => byOrd.get(index + 1));
}
