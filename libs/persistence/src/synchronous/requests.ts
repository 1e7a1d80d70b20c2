import { messageIdFor, type InboundEvent } from '@skein/contracts';
import type { Db, Sql } from '../db.js';
import { commitInbound } from '../inbox/commit.js';

/** A request to commit: what the person says, and the caller's key for it. */
export interface RequestItem {
  workspaceId: string;
  channelId: string;
  /** Null: every request is a new one. */
  key: string | null;
  bodyHash: Buffer;
  event: InboundEvent;
}

/** What became of a request. */
export type RequestResult =
  /** `inboundId` is set where the message is new, so that it can be rung for; `answer` where it was given before. */
  { messageId: string; inboundId: string | null; answer: string | null } | { conflict: true };

/** A request that was made before under a key. */
export interface KnownRequest {
  messageId: string;
  bodyHash: Buffer;
  answer: string | null;
}

/** Ms until the thread service's sweeper looks at a message by itself. */
const WAKE_MS = 5000;

/**
 * True for a request `r` that came to nothing: the agent failed and said not even that. Its key is free again, so that repeating the
 * request is what the error says it is: another try.
 */
const CAME_TO_NOTHING = `r.answer IS NULL AND EXISTS (
    SELECT 1 FROM turns t JOIN turns f ON f.id = coalesce(t.merged_into, t.id)
    WHERE t.message_id = r.message_id AND f.state = 'failed'
      AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.turn_id = f.id)
  )`;

const FREE = `
  DELETE FROM synchronous_requests r USING unnest($1::text[], $2::text[], $3::bytea[]) AS k (workspace_id, key, body_hash)
  WHERE (r.workspace_id, r.key, r.body_hash) = (k.workspace_id, k.key, k.body_hash) AND ${CAME_TO_NOTHING}`;

/** Whoever inserts a key that another transaction is inserting waits for it, and then gets nothing. */
const CLAIM = `
  INSERT INTO synchronous_requests (workspace_id, key, body_hash, channel_id)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[]) AS k (workspace_id, key, body_hash, channel_id)
  ORDER BY workspace_id, key ON CONFLICT DO NOTHING RETURNING workspace_id AS "workspaceId", key`;

const BECAME = `
  UPDATE synchronous_requests r SET message_id = b.message_id
  FROM unnest($1::text[], $2::text[], $3::uuid[]) AS b (workspace_id, key, message_id)
  WHERE (r.workspace_id, r.key) = (b.workspace_id, b.key)`;

const KNOWN = `
  SELECT r.workspace_id AS "workspaceId", r.key, r.message_id AS "messageId", r.body_hash AS "bodyHash", r.answer
  FROM synchronous_requests r
  WHERE (r.workspace_id, r.key) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

type Keyed = RequestItem & { key: string };
type KnownRow = KnownRequest & { workspaceId: string; key: string } & Record<string, unknown>;

/**
 * Commits requests as inbound events: a key stands for one message, in however many processes and at whatever moment it is used.
 *
 * @returns one result per item, in the order of the input.
 */
export function acceptRequests(db: Db, items: RequestItem[]): Promise<RequestResult[]> {
  return db.transaction(async (sql) => {
    const fresh = await claimKeys(sql, items.filter(isKeyed));
    const isNew = (item: RequestItem): boolean => item.key === null || fresh.has(item);
    const made = await commit(sql, items.filter(isNew));
    const known = await readKnown(sql, items.filter((item) => !isNew(item)).filter(isKeyed));
    return items.map((item) => made.get(item) ?? repeated(item, known));
  });
}

function isKeyed(item: RequestItem): item is Keyed {
  return item.key !== null;
}

function nameOf({ workspaceId, key }: { workspaceId: string; key: string | null }): string {
  return `${workspaceId}\n${key}`;
}

/** @returns the items whose key is theirs: of several with one key in a batch, the first. */
async function claimKeys(sql: Sql, items: Keyed[]): Promise<Set<RequestItem>> {
  if (items.length === 0) return new Set();
  const first = new Map(items.toReversed().map((item) => [nameOf(item), item]));
  const rows = [...first.values()];
  const columns = [
    rows.map(({ workspaceId }) => workspaceId),
    rows.map(({ key }) => key),
    rows.map(({ bodyHash }) => bodyHash),
  ];
  await sql.query('synchronous-free', FREE, columns);
  const claimed = await sql.query<{ workspaceId: string; key: string }>('synchronous-claim', CLAIM, [
    ...columns,
    rows.map(({ channelId }) => channelId),
  ]);
  return new Set(claimed.flatMap((row) => first.get(nameOf(row)) ?? []));
}

async function commit(
  sql: Sql,
  items: RequestItem[],
): Promise<Map<RequestItem, Exclude<RequestResult, { conflict: true }>>> {
  if (items.length === 0) return new Map();
  const here = { transaction: <T>(work: (sql: Sql) => Promise<T>) => work(sql) };
  const committed = await commitInbound(
    here,
    items.map((item) => ({ ...item, wakeMs: WAKE_MS })),
  );
  const made = items.map((item, index) => {
    const inboundId = committed[index]?.id ?? null;
    const messageId = messageIdFor(item.workspaceId, `inbound:${inboundId}`);
    return [item, { messageId, inboundId, answer: null }] as const;
  });
  const keyed = made.filter(([item]) => isKeyed(item));
  await sql.query('synchronous-became', BECAME, [
    keyed.map(([{ workspaceId }]) => workspaceId),
    keyed.map(([{ key }]) => key),
    keyed.map(([, { messageId }]) => messageId),
  ]);
  return new Map(made);
}

async function readKnown(sql: Sql, items: Keyed[]): Promise<Map<string, KnownRow>> {
  if (items.length === 0) return new Map();
  const rows = await sql.query<KnownRow>('synchronous-known', KNOWN, [
    items.map(({ workspaceId }) => workspaceId),
    items.map(({ key }) => key),
  ]);
  return new Map(rows.map((row) => [nameOf(row), row]));
}

function repeated(item: RequestItem, known: Map<string, KnownRow>): RequestResult {
  const before = known.get(nameOf(item));
  if (before === undefined) throw new Error('The key is neither new nor known.');
  if (!before.bodyHash.equals(item.bodyHash)) return { conflict: true };
  return { messageId: before.messageId, inboundId: null, answer: before.answer };
}

const FIND = `
  SELECT r.message_id AS "messageId", r.body_hash AS "bodyHash", r.answer FROM synchronous_requests r
  WHERE r.workspace_id = $1 AND r.key = $2 AND NOT (${CAME_TO_NOTHING})`;

/** The request that stands under a key; undefined when there is none, or when it came to nothing. */
export async function findRequest(
  sql: Sql,
  workspaceId: string,
  key: string,
): Promise<KnownRequest | undefined> {
  const rows = await sql.query<KnownRequest & Record<string, unknown>>('synchronous-find', FIND, [
    workspaceId,
    key,
  ]);
  return rows[0];
}

const KEEP = `
  UPDATE synchronous_requests r SET answer = k.answer
  FROM (
    SELECT DISTINCT ON (workspace_id, key) * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[])
      AS u (workspace_id, key, message_id, answer) ORDER BY workspace_id, key
  ) AS k
  WHERE (r.workspace_id, r.key, r.message_id) = (k.workspace_id, k.key, k.message_id) AND r.answer IS NULL`;

/**
 * Keeps the answers to requests with a key; the first one stays. Must not run inside a transaction: another process may have kept
 * its own just before, and only a new statement sees that.
 *
 * @returns the answer that stays for each, in the order of the input.
 */
export async function keepAnswers(
  sql: Sql,
  items: { workspaceId: string; key: string; messageId: string; answer: string }[],
): Promise<string[]> {
  const workspaces = items.map(({ workspaceId }) => workspaceId);
  const keys = items.map(({ key }) => key);
  await sql.query('synchronous-keep', KEEP, [
    workspaces,
    keys,
    items.map(({ messageId }) => messageId),
    items.map(({ answer }) => answer),
  ]);
  const rows = await sql.query<KnownRow>('synchronous-known', KNOWN, [workspaces, keys]);
  const kept = new Map(rows.map((row) => [nameOf(row), row.answer]));
  return items.map((item) => kept.get(nameOf(item)) ?? item.answer);
}
