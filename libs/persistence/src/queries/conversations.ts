import type { Sql } from '../db.js';
import { pageOf, type Page, type PageQuery } from './page.js';

export interface ConversationView {
  id: string;
  agentId: string;
  contact: ContactView;
  lastChannelId: string | null;
  lastInboundAt: Date | null;
  lastMessageAt: Date;
  createdAt: Date;
  /** For the cursor: text, because a JavaScript date would cut the microseconds. */
  sortKey: string;
}

export interface ContactView {
  id: string;
  userId: string | null;
  name: string | null;
  email: string | null;
  owners: string[];
  customFields: Record<string, unknown>;
  identities: { kind: string; address: string }[];
}

const CONTACT = `jsonb_build_object('id', c.id, 'userId', c.user_id, 'name', c.name, 'email', c.email, 'owners', c.owners,
  'customFields', c.custom_fields, 'identities', coalesce((
    SELECT jsonb_agg(jsonb_build_object('kind', i.kind, 'address', i.address) ORDER BY i.created_at, i.kind, i.address)
    FROM identities i WHERE i.contact_id = c.id), '[]'))`;

const COLUMNS = `t.id, t.agent_id AS "agentId", ${CONTACT} AS contact, t.last_channel_id AS "lastChannelId",
  t.last_inbound_at AS "lastInboundAt", t.last_message_at AS "lastMessageAt", t.created_at AS "createdAt",
  to_char(t.last_message_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ' ' || t.id AS "sortKey"`;

const LIST = `
  SELECT ${COLUMNS} FROM threads t JOIN contacts c ON c.id = t.contact_id
  WHERE t.workspace_id = $1 AND ($2::timestamptz IS NULL OR (t.last_message_at, t.id) < ($2, $3::uuid))
    AND ($4::text IS NULL OR c.user_id = $4)
  ORDER BY t.last_message_at DESC, t.id DESC LIMIT $5`;

/** The shape of a conversation cursor: time and id of the last row seen. */
export const CONVERSATION_CURSOR = /^\d{4}-\d{2}-\d{2}T[\d:.]{8,15}Z [0-9a-f-]{36}$/;

/** The conversations of a workspace, the liveliest first. */
export async function listConversations(
  sql: Sql,
  workspaceId: string,
  userId: string | null,
  page: PageQuery,
): Promise<Page<ConversationView>> {
  const [at = null, id = null] = page.cursor?.split(' ') ?? [];
  const rows = await sql.query<ConversationView>('query-conversations', LIST, [
    workspaceId,
    at,
    id,
    userId,
    page.limit + 1,
  ]);
  return pageOf(rows, page.limit, (row) => row.sortKey);
}

const ONE = `
  SELECT ${COLUMNS} FROM threads t JOIN contacts c ON c.id = t.contact_id WHERE t.workspace_id = $1 AND t.id = $2`;

/** One conversation of the workspace. @param id a UUID */
export async function findConversation(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<ConversationView | undefined> {
  return (await sql.query<ConversationView>('query-conversation', ONE, [workspaceId, id]))[0];
}

const BY_ID = `SELECT ${CONTACT} AS contact FROM contacts c WHERE c.workspace_id = $1 AND c.id = $2`;

/** One contact of the workspace. @param id a UUID */
export async function findContact(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<ContactView | undefined> {
  return (await sql.query<{ contact: ContactView }>('query-contact', BY_ID, [workspaceId, id]))[0]?.contact;
}
