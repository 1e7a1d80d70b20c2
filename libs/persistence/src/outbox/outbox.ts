import { newId, type EventType, type PublicEvent } from '@skein/contracts';
import type { Sql } from '../db.js';

/** Facts of one type to tell: written with the change they tell of, deleted when they have been told. */
export interface OutboxRow {
  id: string;
  workspaceId: string;
  type: EventType;
  items: PublicEvent[];
}

const INSERT = `
  INSERT INTO outbox (id, workspace_id, service, type, items)
  SELECT t.id, t.workspace_id, $5, t.type, t.items
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[]) AS t (id, workspace_id, type, items)`;

/**
 * Writes facts in the caller's transaction. Whoever wrote them tells them after the commit and deletes them; what is left after
 * 10 s is told by the sweeper.
 */
export async function insertOutbox(
  sql: Sql,
  service: string,
  rows: Omit<OutboxRow, 'id'>[],
): Promise<OutboxRow[]> {
  const withIds = rows.filter((row) => row.items.length > 0).map((row) => ({ ...row, id: newId() }));
  if (withIds.length === 0) return [];
  await sql.query('outbox-insert', INSERT, [
    withIds.map((row) => row.id),
    withIds.map((row) => row.workspaceId),
    withIds.map((row) => row.type),
    withIds.map((row) => JSON.stringify(row.items)),
    service,
  ]);
  return withIds;
}

/** Forgets facts that have been told. */
export async function deleteOutbox(sql: Sql, ids: string[]): Promise<void> {
  if (ids.length > 0)
    await sql.query('outbox-delete', 'DELETE FROM outbox WHERE id = ANY ($1::uuid[])', [ids]);
}

const DUE = `
  UPDATE outbox o SET wake_at = now() + interval '10 seconds'
  FROM (SELECT id FROM outbox WHERE wake_at <= now() ORDER BY wake_at LIMIT 100 FOR UPDATE SKIP LOCKED) AS due
  WHERE o.id = due.id
  RETURNING o.id, o.workspace_id AS "workspaceId", o.type, o.items`;

/** Takes facts, of any service, that nobody managed to tell. */
export function dueOutbox(sql: Sql): Promise<OutboxRow[]> {
  return sql.query<OutboxRow>('outbox-due', DUE, []);
}
