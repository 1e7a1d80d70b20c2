import type { Sql } from '../db.js';

/** A message that the platform's id leads to. */
export interface TargetMessage {
  id: string;
  thread_id: string;
  contact_id: string;
  agent_id: string;
  /** Where it was said. */
  address: string | null;
  idempotency_key: string | null;
}

const TARGETS = `
  SELECT DISTINCT ON (q.channel_id, q.provider_id) q.channel_id, q.provider_id, m.id, m.thread_id, t.contact_id, t.agent_id,
    l.address, m.idempotency_key
  FROM unnest($1::text[], $2::text[]) AS q (channel_id, provider_id)
  CROSS JOIN LATERAL (
    SELECT c.message_id AS id FROM calls c WHERE c.channel_id = q.channel_id AND c.provider_id = q.provider_id
    UNION ALL
    SELECT i.id FROM messages i WHERE i.channel_id = q.channel_id AND i.provider_message_id = q.provider_id
  ) AS f
  JOIN messages m ON m.id = f.id
  JOIN threads t ON t.id = m.thread_id
  LEFT JOIN lanes l ON l.id = m.lane_id
  ORDER BY q.channel_id, q.provider_id, m.seq DESC`;

/** Finds messages of either direction by the platform's ids. The returned function answers for one id. */
export async function findTargetMessages(
  sql: Sql,
  asked: { channelId: string; providerId: string }[],
): Promise<(channelId: string, providerId: string) => TargetMessage | undefined> {
  if (asked.length === 0) return () => undefined;
  const rows = await sql.query<TargetMessage & { channel_id: string; provider_id: string }>(
    'append-targets',
    TARGETS,
    [asked.map((row) => row.channelId), asked.map((row) => row.providerId)],
  );
  const byId = new Map(rows.map((row) => [`${row.channel_id} ${row.provider_id}`, row]));
  return (channelId, providerId) => byId.get(`${channelId} ${providerId}`);
}
