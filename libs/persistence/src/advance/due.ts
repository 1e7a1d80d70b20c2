import type { Sql } from '../db.js';

const DUE = `
  WITH due AS (
    SELECT id FROM messages WHERE wake_at <= now() AND status IN ('queued', 'sending')
    ORDER BY wake_at LIMIT 500 FOR UPDATE SKIP LOCKED
  ), put_off AS (
    UPDATE messages m SET wake_at = now() + interval '60 seconds' FROM due WHERE m.id = due.id RETURNING m.id, m.workspace_id
  )
  SELECT p.workspace_id AS "workspaceId", max(c.id) AS id FROM put_off p JOIN calls c ON c.message_id = p.id
  GROUP BY p.workspace_id, p.id`;

/** One call of each message that has been under way for long, to be folded once more. */
export function dueDeliveries(sql: Sql): Promise<{ workspaceId: string; id: string }[]> {
  return sql.query('advance-due', DUE);
}

const DUE_INBOUND = `
  UPDATE inbound_events e SET wake_at = now() + interval '10 seconds'
  FROM (
    SELECT id FROM inbound_events WHERE wake_at <= now() AND applied_at IS NULL ORDER BY wake_at LIMIT 500 FOR UPDATE SKIP LOCKED
  ) AS due
  WHERE e.id = due.id
  RETURNING e.id, e.workspace_id AS "workspaceId"`;

/** Inbound events that wait for too long. */
export function dueInbound(sql: Sql): Promise<{ workspaceId: string; id: string }[]> {
  return sql.query('advance-due-inbound', DUE_INBOUND);
}

const STRIKE = `
  UPDATE inbound_events SET strikes = strikes + 1, wake_at = CASE WHEN strikes < 2 THEN now() + interval '1 second' END,
    applied_at = CASE WHEN strikes >= 2 THEN now() END, outcome = CASE WHEN strikes >= 2 THEN 'dead' ELSE 'failed' END
  WHERE id = $1 AND applied_at IS NULL
  RETURNING workspace_id AS "workspaceId", outcome, fact`;

/** Counts a defect met with one event; with the third it is dead. Undefined when somebody else has applied it. */
export async function strikeInbound(
  sql: Sql,
  id: string,
): Promise<{ workspaceId: string; outcome: 'failed' | 'dead'; fact: unknown } | undefined> {
  const rows = await sql.query<{ workspaceId: string; outcome: 'failed' | 'dead'; fact: unknown }>(
    'advance-strike',
    STRIKE,
    [id],
  );
  return rows[0];
}
