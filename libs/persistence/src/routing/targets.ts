import type { ChannelKind } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A recipient named by who it is and not by an address. */
export interface TargetQuestion {
  workspaceId: string;
  /** The caller's own id, or the id of a conversation; exactly one is set. */
  userId: string | null;
  threadId: string | null;
  /** Null: the channel on which the contact wrote last. */
  channelId: string | null;
  kind: ChannelKind | null;
}

/** What a question leads to; a null address means that the contact has none on that kind. */
export interface Target {
  contact_id: string;
  /** The caller's own id of the contact. */
  user_id: string | null;
  /** Whether the person has ever written from the address. */
  has_written: boolean;
  channel_id: string | null;
  kind: ChannelKind | null;
  address: string | null;
}

/** The address that wrote last wins; among silent ones the oldest. */
const TARGETS = `
  SELECT q.ord, c.id AS contact_id, c.user_id, ch.id AS channel_id, ch.kind, a.address,
    a.last_inbound_at IS NOT NULL AS has_written
  FROM unnest($1::int[], $2::text[], $3::text[], $4::uuid[], $5::text[]) AS q (ord, workspace_id, user_id, thread_id, channel_id)
  LEFT JOIN threads t ON t.id = q.thread_id AND t.workspace_id = q.workspace_id
  JOIN contacts c ON c.workspace_id = q.workspace_id AND (c.id = t.contact_id OR c.user_id = q.user_id)
  LEFT JOIN LATERAL (
    SELECT l.last_channel_id FROM threads l
    WHERE l.contact_id = c.id AND l.last_channel_id IS NOT NULL AND (q.thread_id IS NULL OR l.id = q.thread_id)
    ORDER BY l.last_inbound_at DESC NULLS LAST LIMIT 1
  ) AS last ON true
  LEFT JOIN channels ch ON ch.workspace_id = q.workspace_id AND ch.id = coalesce(q.channel_id, last.last_channel_id)
  LEFT JOIN LATERAL (
    SELECT i.address, i.last_inbound_at FROM identities i WHERE i.contact_id = c.id AND i.kind = ch.kind
    ORDER BY i.last_inbound_at DESC NULLS LAST, i.created_at LIMIT 1
  ) AS a ON true`;

/** Answers each question; undefined where no such contact or conversation exists in the workspace. */
export async function findTargets(sql: Sql, questions: TargetQuestion[]): Promise<(Target | undefined)[]> {
  if (questions.length === 0) return [];
  const rows = await sql.query<Target & { ord: number }>('routing-targets', TARGETS, [
    questions.map((_, ord) => ord),
    questions.map((row) => row.workspaceId),
    questions.map((row) => row.userId),
    questions.map((row) => row.threadId),
    questions.map((row) => row.channelId),
  ]);
  const byOrd = new Map(rows.map((row) => [row.ord, row]));
  return questions.map((_, ord) => byOrd.get(ord));
}

const KNOWN_ADDRESSES = `
  SELECT q.ord, EXISTS (
      SELECT 1 FROM identities x WHERE x.contact_id = i.contact_id AND x.kind = i.kind AND x.lane_address = i.lane_address
        AND x.last_inbound_at IS NOT NULL
    ) AS has_written
  FROM unnest($1::int[], $2::text[], $3::text[], $4::text[]) AS q (ord, workspace_id, kind, address)
  JOIN identities i USING (workspace_id, kind, address)`;

/** Addresses that somebody has a conversation for already, with whether the person has written from them or from another of theirs. */
export async function findKnownAddresses(
  sql: Sql,
  addresses: { workspaceId: string; kind: ChannelKind; address: string }[],
): Promise<Map<number, { hasWritten: boolean }>> {
  if (addresses.length === 0) return new Map();
  const rows = await sql.query<{ ord: number; has_written: boolean }>(
    'routing-known-addresses',
    KNOWN_ADDRESSES,
    [
      addresses.map((_, ord) => ord),
      addresses.map((row) => row.workspaceId),
      addresses.map((row) => row.kind),
      addresses.map((row) => row.address),
    ],
  );
  return new Map(rows.map((row) => [row.ord, { hasWritten: row.has_written }]));
}

interface ProviderIdRow extends Record<string, unknown> {
  contact_id: string;
  message_id: string;
  provider_id: string;
}

const PROVIDER_IDS = `
  SELECT q.contact_id, q.message_id, coalesce(m.provider_message_id, c.provider_id) AS provider_id
  FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[]) AS q (workspace_id, contact_id, channel_id, message_id)
  JOIN messages m ON m.id = q.message_id AND m.workspace_id = q.workspace_id AND m.contact_id = q.contact_id
    AND m.channel_id = q.channel_id
  LEFT JOIN LATERAL (
    SELECT provider_id FROM calls x WHERE x.message_id = m.id AND x.provider_id IS NOT NULL ORDER BY x.delivery DESC, x.idx LIMIT 1
  ) AS c ON true
  WHERE coalesce(m.provider_message_id, c.provider_id) IS NOT NULL`;

/** Where {@link findProviderIds} keeps the id of a message of a contact. */
export function targetKey(contactId: string, messageId: string): string {
  return `${contactId} ${messageId}`;
}

/** The platform's ids of messages, each for the contact that it must belong to, by {@link targetKey}; others are left out. */
export async function findProviderIds(
  sql: Sql,
  asked: { workspaceId: string; contactId: string; channelId: string; messageId: string }[],
): Promise<Map<string, string>> {
  if (asked.length === 0) return new Map();
  const rows = await sql.query<ProviderIdRow>('routing-provider-ids', PROVIDER_IDS, [
    asked.map((row) => row.workspaceId),
    asked.map((row) => row.contactId),
    asked.map((row) => row.channelId),
    asked.map((row) => row.messageId),
  ]);
  return new Map(rows.map((row) => [targetKey(row.contact_id, row.message_id), row.provider_id]));
}

const THREADS = `SELECT id FROM threads WHERE id = ANY ($1::uuid[])`;

/** Which of these conversations there are. */
export async function threadsThatExist(sql: Sql, ids: string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>('routing-threads', THREADS, [ids]);
  return new Set(rows.map((row) => row.id));
}
