import { createHash } from 'node:crypto';
import { messageIdFor, recipientKey, type MessageStatus } from '@skein/contracts';
import { acceptMessages } from '../accept/accept.js';
import type { AcceptItem, AcceptResult } from '../accept/accepted-item.js';
import type { Db, Sql } from '../db.js';

/** The try of a turn in whose name something is sent. */
export interface TurnTry {
  turnId: string;
  fence: string;
}

/** Messages that one try may send before it ends. More is a loop and not an answer. */
export const MAX_TURN_SENDS = 1000;

/** The track of what a turn says to its own person as its answer. */
export const REPLY_TRACK = 'reply';

/** A try that has ended can no longer lock its turn, and one that is locked cannot end. */
const LOCK = `
  SELECT attempt FROM turns WHERE id = $1 AND token = $2 AND state = 'running' AND workspace_id = $3 FOR NO KEY UPDATE`;

/** What the try has sent, the next place of the track, and what the request key stands for already. */
const PLACE = `
  SELECT count(*)::int AS sent, coalesce(max(ordinal) FILTER (WHERE track = $4) + 1, 0)::int AS ordinal,
    (array_agg(message_id) FILTER (WHERE request_key = $3))[1] AS known,
    coalesce(bool_or(body_hash <> $5) FILTER (WHERE request_key = $3), false) AS "isAnother"
  FROM turn_sends WHERE turn_id = $1 AND attempt = $2`;

interface Place extends Record<string, unknown> {
  sent: number;
  ordinal: number;
  /** The message of an earlier request with this key. */
  known: string | null;
  /** That request had another body. */
  isAnother: boolean;
}

const NOTE = `
  INSERT INTO turn_sends (turn_id, attempt, track, ordinal, request_key, body_hash, message_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

/**
 * Accepts a message that a turn sends before it ends. Its id is made of the turn, of who gets it as what, and of how many of those the
 * try has sent before, so that a rerun of the turn says nothing twice, in whatever order it sends: it gets the outcome of the first
 * message at that place, whatever it wanted to say.
 *
 * @param requestKey equal for a repetition of the same request within a try; with another body it is a `conflict`.
 * @returns `over` when the try no longer has the turn, `too_many` when it has sent {@link MAX_TURN_SENDS}; nothing was written.
 */
export function acceptInTurn(
  db: Db,
  { turnId, fence }: TurnTry,
  item: AcceptItem,
  requestKey: string,
): Promise<AcceptResult | 'over' | 'too_many'> {
  return db.transaction(async (sql) => {
    const asked = [turnId, fence, item.workspaceId];
    const [turn] = await sql.query<{ attempt: number }>('turns-lock-try', LOCK, asked);
    if (turn === undefined) return 'over';
    const track = trackOf(item);
    const values = [turnId, turn.attempt, requestKey, track, item.bodyHash];
    const [place] = (await sql.query<Place>('turns-place', PLACE, values)) as [Place];
    if (place.known !== null) return repeated(sql, item.workspaceId, place.known, place.isAnother);
    if (place.sent >= MAX_TURN_SENDS) return 'too_many';
    const idempotencyKey = `turn:${turnId}:${track}:${place.ordinal}`;
    const messageId = messageIdFor(item.workspaceId, idempotencyKey);
    const note = [turnId, turn.attempt, track, place.ordinal, requestKey, item.bodyHash, messageId];
    await sql.query('turns-note-send', NOTE, note);
    const [result] = await acceptMessages(sql, [{ ...item, messageId, idempotencyKey, turnId }]);
    if (result === undefined) throw new Error('The message was not accepted.');
    return { ...result, outcome: result.outcome === 'conflict' ? 'duplicate' : result.outcome };
  });
}

/** Messages of one track are counted together: pieces of the answer, or what tools send to one recipient on one channel. */
function trackOf({ purpose, command }: AcceptItem): string {
  if (purpose === 'reply') return REPLY_TRACK;
  const recipient = `${command.channelId ?? ''}\n${recipientKey(command.to, command.kind)}`;
  return `tool-${createHash('sha256').update(recipient).digest('hex')}`;
}

async function repeated(
  sql: Sql,
  workspaceId: string,
  messageId: string,
  isAnother: boolean,
): Promise<AcceptResult> {
  const [row] = await sql.query<{ status: MessageStatus }>(
    'turns-repeated-send',
    'SELECT status FROM messages WHERE workspace_id = $1 AND id = $2',
    [workspaceId, messageId],
  );
  return { messageId, outcome: isAnother ? 'conflict' : 'duplicate', status: row?.status ?? 'accepted' };
}
