import { allowedFrom, type MessageStatus } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A message that was canceled or moved. */
export interface ChangedMessage {
  id: string;
  status: MessageStatus;
  conversationId: string | null;
  contactId: string | null;
  idempotencyKey: string | null;
  dueAt: Date | null;
}

const RETURNING = `
  RETURNING id, status, thread_id AS "conversationId", contact_id AS "contactId", idempotency_key AS "idempotencyKey", due_at AS "dueAt"`;

const CANCEL = `
  UPDATE messages SET status = 'canceled', status_at = now(), wake_at = NULL,
    timeline = timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'canceled'))
  WHERE workspace_id = $1 AND id = $2 AND direction = 'out' AND status = ANY ($3::text[])
  ${RETURNING}`;

/** Cancels what is scheduled or held. @returns undefined when it is neither: whichever committed first won. */
export async function cancelMessage(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<ChangedMessage | undefined> {
  const values = [workspaceId, id, allowedFrom('canceled', 'api')];
  return (await sql.query<ChangedMessage>('message-cancel', CANCEL, values))[0];
}

/** `wake_at` as at acceptance: what is due later than in 23 h wakes then to get its schedule. */
const RESCHEDULE = `
  UPDATE messages SET due_at = $3::timestamptz, status_at = now(),
    wake_at = least($3::timestamptz + interval '2 seconds',
      greatest(now() + interval '2 seconds', $3::timestamptz - interval '23 hours')),
    timeline = timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'rescheduled',
      'detail', jsonb_build_object('dueAt', $3::timestamptz)))
  WHERE workspace_id = $1 AND id = $2 AND status = 'scheduled'
  ${RETURNING}`;

/** Moves a scheduled message to another time. @returns undefined when it is not scheduled (any more). */
export async function rescheduleMessage(
  sql: Sql,
  workspaceId: string,
  id: string,
  dueAt: Date,
): Promise<ChangedMessage | undefined> {
  return (await sql.query<ChangedMessage>('message-reschedule', RESCHEDULE, [workspaceId, id, dueAt]))[0];
}
