import type { Db, OutboxRow } from '@skein/persistence';
import { noteFacts, type StatusFact } from './tell.js';

const FAIL = `
  UPDATE messages SET status = 'failed', reason = 'internal', status_at = now(), wake_at = NULL,
    timeline = timeline || jsonb_build_array(jsonb_build_object('at', now(), 'step', 'failed', 'detail', jsonb_build_object('reason', 'internal')))
  WHERE id = $1 AND status = 'accepted'
  RETURNING workspace_id AS "workspaceId", id AS "messageId", thread_id AS "conversationId", contact_id AS "contactId",
    idempotency_key AS "idempotencyKey", status, reason, '[]'::jsonb AS losses`;

/** Ends a message that cannot be routed because of a defect. Undefined when it no longer waits. */
export async function failMessage(
  db: Db,
  messageId: string,
): Promise<{ fact: StatusFact; outbox: OutboxRow[] } | undefined> {
  return db.transaction(async (sql) => {
    const [fact] = await sql.query<StatusFact>('router-fail', FAIL, [messageId]);
    return fact === undefined ? undefined : { fact, outbox: await noteFacts(sql, [fact]) };
  });
}
