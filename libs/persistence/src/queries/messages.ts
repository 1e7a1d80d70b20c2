import type { Loss, MessageContent, MessageStatus, OutcomeFacts, TimelineStep } from '@skein/contracts';
import type { Sql } from '../db.js';
import { pageOf, type Page, type PageQuery } from './page.js';

/** What an answer to a waiting caller needs, and nothing more: it is read several times per wait. */
export interface OutcomeRow extends OutcomeFacts {
  detail: string | null;
}

const OUTCOMES = `
  SELECT id AS "messageId", thread_id AS "conversationId", contact_id AS "contactId", status, reason, detail,
    coalesce(losses, '[]') AS losses
  FROM messages WHERE workspace_id = $1 AND id = ANY ($2::uuid[])`;

/** The outcomes of these messages of the workspace, by id. @param ids UUIDs */
export async function readOutcomes(
  sql: Sql,
  workspaceId: string,
  ids: string[],
): Promise<Map<string, OutcomeRow>> {
  const rows = await sql.query<OutcomeRow>('query-outcomes', OUTCOMES, [workspaceId, ids]);
  return new Map(rows.map((row) => [row.messageId, row]));
}

/** A message as people read it. */
export interface MessageView {
  id: string;
  seq: string;
  direction: 'in' | 'out';
  author: string;
  origin: string | null;
  status: MessageStatus;
  reason: string | null;
  detail: string | null;
  conversationId: string | null;
  contactId: string | null;
  channelId: string | null;
  channel: string | null;
  agentId: string | null;
  text: string | null;
  content: MessageContent & Record<string, unknown>;
  parts: unknown[];
  losses: Loss[];
  campaignId: string | null;
  idempotencyKey: string | null;
  dueAt: Date | null;
  holdUntil: Date | null;
  createdAt: Date;
  statusAt: Date;
}

const COLUMNS = `m.id, m.seq, m.direction, m.author, m.origin, m.status, m.reason, m.detail, m.thread_id AS "conversationId",
  m.contact_id AS "contactId", m.channel_id AS "channelId", c.kind AS channel, m.agent_id AS "agentId", m.text, m.content,
  coalesce(m.parts, '[]') AS parts, coalesce(m.losses, '[]') AS losses, m.campaign_id AS "campaignId",
  m.idempotency_key AS "idempotencyKey", m.due_at AS "dueAt", m.hold_until AS "holdUntil", m.created_at AS "createdAt",
  m.status_at AS "statusAt"`;

const ONE = `
  SELECT ${COLUMNS} FROM messages m LEFT JOIN channels c ON c.id = m.channel_id WHERE m.workspace_id = $1 AND m.id = $2`;

/** One message of the workspace. @param id a UUID */
export async function findMessage(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<MessageView | undefined> {
  return (await sql.query<MessageView>('query-message', ONE, [workspaceId, id]))[0];
}

export interface MessageFilter {
  status: string | null;
  /** A channel id or a kind. */
  channel: string | null;
  userId: string | null;
  campaignId: string | null;
  conversationId: string | null;
  since: Date | null;
}

const LIST = `
  SELECT ${COLUMNS}
  FROM messages m LEFT JOIN channels c ON c.id = m.channel_id
  WHERE m.workspace_id = $1 AND ($2::bigint IS NULL OR m.seq < $2) AND m.direction = 'out'
    AND ($3::text IS NULL OR m.status = $3)
    AND ($4::text IS NULL OR m.channel_id = $4 OR c.kind = $4)
    AND ($5::text IS NULL OR m.contact_id = (SELECT id FROM contacts WHERE workspace_id = $1 AND user_id = $5)
      OR m.recipient_key = 'u:' || $5)
    AND ($6::text IS NULL OR m.campaign_id = $6)
    AND ($7::timestamptz IS NULL OR m.created_at >= $7)
  ORDER BY m.seq DESC LIMIT $8`;

/** What was sent, newest first. */
export async function listMessages(
  sql: Sql,
  workspaceId: string,
  filter: Omit<MessageFilter, 'conversationId'>,
  page: PageQuery,
): Promise<Page<MessageView>> {
  const { status, channel, userId, campaignId, since } = filter;
  const values = [workspaceId, page.cursor, status, channel, userId, campaignId, since, page.limit + 1];
  const rows = await sql.query<MessageView>('query-messages', LIST, values);
  return pageOf(rows, page.limit, (row) => row.seq);
}

const OF_THREAD = `
  SELECT ${COLUMNS}
  FROM messages m LEFT JOIN channels c ON c.id = m.channel_id
  WHERE m.thread_id = $2 AND m.workspace_id = $1 AND ($3::bigint IS NULL OR m.seq > $3)
  ORDER BY m.seq LIMIT $4`;

/** The entries of a conversation, oldest first. @param threadId a UUID */
export async function listThreadMessages(
  sql: Sql,
  workspaceId: string,
  threadId: string,
  page: PageQuery,
): Promise<Page<MessageView>> {
  const rows = await sql.query<MessageView>('query-thread-messages', OF_THREAD, [
    workspaceId,
    threadId,
    page.cursor,
    page.limit + 1,
  ]);
  return pageOf(rows, page.limit, (row) => row.seq);
}

/** One line of the ledger, as the timeline needs it. */
export interface CallLog {
  id: string;
  delivery: number;
  idx: number;
  state: string;
  channelId: string;
  providerId: string | null;
  log: Record<string, unknown>[];
}

export interface StoredTimeline {
  steps: TimelineStep[];
  traceId: string | null;
  calls: CallLog[];
}

const STEPS = `SELECT timeline AS steps, trace_id AS "traceId" FROM messages WHERE workspace_id = $1 AND id = $2`;
const CALLS = `
  SELECT id, delivery, idx, state, channel_id AS "channelId", provider_id AS "providerId", log
  FROM calls WHERE workspace_id = $1 AND message_id = $2 ORDER BY id`;

/** Everything known of how a message went. @param id a UUID */
export async function readTimeline(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<StoredTimeline | undefined> {
  const [message] = await sql.query<Omit<StoredTimeline, 'calls'>>('query-steps', STEPS, [workspaceId, id]);
  if (message === undefined) return undefined;
  return { ...message, calls: await sql.query<CallLog>('query-call-logs', CALLS, [workspaceId, id]) };
}
