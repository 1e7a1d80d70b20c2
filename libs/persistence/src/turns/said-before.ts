import type { AcceptItem } from '../accept/accepted-item.js';
import type { Sql } from '../db.js';
import { REPLY_TRACK } from './accept-in-turn.js';
import type { ClaimedTurn } from './claim.js';

/** A piece of an answer that an earlier try sent and this one has not repeated. */
export interface SaidBefore {
  id: string;
  bodyHash: Buffer;
}

const SAID = `
  SELECT DISTINCT m.id, m.seq, m.body_hash AS "bodyHash" FROM turn_sends s JOIN messages m ON m.id = s.message_id
  WHERE s.turn_id = $1 AND s.attempt < $2 AND s.track = '${REPLY_TRACK}' AND m.body_hash IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM turn_sends o WHERE o.turn_id = $1 AND o.attempt = $2 AND o.message_id = s.message_id
  ) ORDER BY m.seq`;

/**
 * The replies that a try ends with, where those that an earlier try has sent already, word by word, take the ids of the sent ones: a
 * rerun may answer at once what was streamed before, and says it once.
 */
export async function withoutRepeats(
  sql: Sql,
  turn: Pick<ClaimedTurn, 'id' | 'attempt'>,
  replies: AcceptItem[],
): Promise<AcceptItem[]> {
  if (turn.attempt === 1 || replies.length === 0) return replies;
  const rows = await sql.query<SaidBefore & Record<string, unknown>>('turns-said-before', SAID, [
    turn.id,
    turn.attempt,
  ]);
  return meet(replies, rows);
}

/** Each sent one stands for one reply. */
export function meet(replies: AcceptItem[], said: SaidBefore[]): AcceptItem[] {
  const left = [...said];
  return replies.map((reply) => {
    const at = left.findIndex(({ bodyHash }) => bodyHash.equals(reply.bodyHash));
    const [met] = at < 0 ? [] : left.splice(at, 1);
    return met === undefined ? reply : { ...reply, messageId: met.id };
  });
}
