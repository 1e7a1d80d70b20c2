import type { Sql } from '../db.js';

const INSERT = `
  INSERT INTO unsubscribe_tokens (token, workspace_id, lane_id, message_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::uuid[])`;

export interface UnsubscribeToken {
  token: string;
  workspaceId: string;
  laneId: string;
  messageId: string;
}

/** Stores what one-click addresses stand for (RFC 8058: the token names the recipient and the list). */
export async function insertUnsubscribeTokens(sql: Sql, rows: UnsubscribeToken[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query('routing-unsubscribe', INSERT, [
    rows.map((row) => row.token),
    rows.map((row) => row.workspaceId),
    rows.map((row) => row.laneId),
    rows.map((row) => row.messageId),
  ]);
}
