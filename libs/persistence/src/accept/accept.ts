import { recipientKey, type MessageStatus } from '@skein/contracts';
import type { Sql } from '../db.js';
import type { AcceptItem, AcceptResult } from './accepted-item.js';

/**
 * `seq` is drawn in the order of the input and rows are inserted in the order of their ids: the first keeps one batch in order for
 * its recipients, the second keeps two batches with the same keys from deadlocking.
 *
 * A due row wakes 2 s after its time: its schedule fires on time, the sweeper only catches what the schedule lost. What is due
 * later than 23 h wakes then to get its schedule.
 */
const INSERT = `
  INSERT INTO messages (id, workspace_id, seq, direction, author, origin, purpose, status, recipient_key, agent_id, channel_id,
    text, content, command, idempotency_key, body_hash, campaign_id, turn_id, trace_id, due_at, wake_at, timeline)
  SELECT id, workspace_id, seq, 'out', author, origin, purpose,
    CASE WHEN due_at IS NULL THEN 'accepted' ELSE 'scheduled' END,
    recipient_key, command->>'agentId', command->>'channelId', text, command->'content', command, idempotency_key, body_hash,
    campaign_id, turn_id, trace_id, due_at,
    CASE WHEN due_at IS NULL THEN now() + interval '5 seconds'
         ELSE least(due_at + interval '2 seconds', greatest(now() + interval '2 seconds', due_at - interval '23 hours')) END,
    jsonb_build_array(jsonb_build_object('at', now(), 'step', CASE WHEN due_at IS NULL THEN 'accepted' ELSE 'scheduled' END))
  FROM (
    SELECT t.*, nextval('messages_seq') AS seq
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::text[],
      $10::bytea[], $11::text[], $12::uuid[], $13::text[], $14::timestamptz[])
      AS t (id, workspace_id, author, origin, purpose, recipient_key, text, command, idempotency_key, body_hash, campaign_id,
        turn_id, trace_id, due_at)
    OFFSET 0
  ) AS numbered
  ORDER BY id
  ON CONFLICT (id) DO NOTHING
  RETURNING id, status`;

const EXISTING = `
  SELECT id, status, body_hash FROM messages WHERE id = ANY ($1::uuid[])`;

interface ExistingRow {
  id: string;
  status: MessageStatus;
  body_hash: Buffer | null;
}

/**
 * Commits commands as rows: the one acceptance of every surface. Items with the same message id inside one batch count once.
 *
 * @returns one result per item, in the order of the input.
 * @throws the database's error when nothing was written; see `isDatabaseAway` and `isDataError`.
 */
export async function acceptMessages(sql: Sql, items: AcceptItem[]): Promise<AcceptResult[]> {
  const first = new Map<string, AcceptItem>();
  for (const item of items) if (!first.has(item.messageId)) first.set(item.messageId, item);
  const created = await insert(sql, [...first.values()]);
  const missing = [...first.keys()].filter((id) => !created.has(id));
  const existing = missing.length === 0 ? new Map<string, ExistingRow>() : await readExisting(sql, missing);
  return items.map((item) => resultOf(item, first.get(item.messageId) === item, created, existing, first));
}

async function insert(sql: Sql, items: AcceptItem[]): Promise<Map<string, MessageStatus>> {
  const rows = await sql.query<{ id: string; status: MessageStatus }>('accept-insert', INSERT, [
    items.map((item) => item.messageId),
    items.map((item) => item.workspaceId),
    items.map((item) => item.author),
    items.map((item) => item.origin),
    items.map((item) => item.purpose),
    items.map((item) => recipientKey(item.command.to, item.command.kind)),
    items.map((item) => item.text),
    items.map((item) => JSON.stringify(item.command)),
    items.map((item) => item.idempotencyKey),
    items.map((item) => item.bodyHash),
    items.map((item) => item.campaignId),
    items.map((item) => item.turnId ?? null),
    items.map((item) => item.traceId ?? null),
    items.map((item) => item.dueAt),
  ]);
  return new Map(rows.map((row) => [row.id, row.status]));
}

async function readExisting(sql: Sql, ids: string[]): Promise<Map<string, ExistingRow>> {
  const rows = await sql.query<ExistingRow>('accept-existing', EXISTING, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

function resultOf(
  item: AcceptItem,
  isFirst: boolean,
  created: Map<string, MessageStatus>,
  existing: Map<string, ExistingRow>,
  first: Map<string, AcceptItem>,
): AcceptResult {
  const { messageId } = item;
  const status = created.get(messageId);
  if (status !== undefined) {
    const same = isFirst || first.get(messageId)?.bodyHash.equals(item.bodyHash) === true;
    return { messageId, outcome: isFirst ? 'created' : same ? 'duplicate' : 'conflict', status };
  }
  const row = existing.get(messageId);
  const same = row?.body_hash?.equals(item.bodyHash) === true;
  return { messageId, outcome: same ? 'duplicate' : 'conflict', status: row?.status ?? 'accepted' };
}
