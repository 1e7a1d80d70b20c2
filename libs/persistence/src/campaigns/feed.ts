import type { Author, BulkItemError, ChannelKind, ChannelSettings, SendCommand } from '@skein/contracts';
import type { Sql } from '../db.js';

const CHANNELS = `
  SELECT DISTINCT b.channel_id AS id FROM batches b
  JOIN campaigns c ON c.workspace_id = b.workspace_id AND c.id = b.campaign_id
  WHERE b.open AND c.paused_at IS NULL LIMIT 1000`;

/** Channels on which a bulk send has items waiting that may go. */
export async function channelsToFeed(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>('feed-channels', CHANNELS, []);
  return rows.map((row) => row.id);
}

const DUE = `
  UPDATE batches b SET wake_at = now() + CASE WHEN c.paused_at IS NULL THEN interval '5 seconds' ELSE interval '5 minutes' END
  FROM (SELECT id FROM batches WHERE wake_at <= now() AND open ORDER BY wake_at LIMIT 500 FOR UPDATE SKIP LOCKED) AS due,
    campaigns c
  WHERE b.id = due.id AND c.workspace_id = b.workspace_id AND c.id = b.campaign_id
  RETURNING b.id`;

/** Takes bulk sends that nobody has looked at for some seconds. @returns how many */
export async function dueBatches(sql: Sql): Promise<number> {
  return (await sql.query('feed-due', DUE, [])).length;
}

/** Any number that every feeder uses for the same locks. */
const LOCK_CLASS = 7_133_610;
/** A feeder that stands still in its transaction loses the channel after this many ms. */
const STILL_MS = 3000;
const LOCK = `
  SELECT set_config('idle_in_transaction_session_timeout', '${STILL_MS}', true),
    pg_try_advisory_xact_lock(${LOCK_CLASS}, hashtext($1)) AS ok`;

/** Keeps other feeders off the channel until the transaction ends; false when one has it. */
export async function lockFeed(sql: Sql, channelId: string): Promise<boolean> {
  return (await sql.query<{ ok: boolean }>('feed-lock', LOCK, [channelId]))[0]?.ok === true;
}

/**
 * Messages of a paused campaign that wait for the router do not count: they would keep the others waiting until its resume. Those that
 * cannot leave now, because their lane stands still or its first call is tried again later, are counted apart.
 */
const load = (place: string): string => `
  SELECT c.kind, c.settings, l.backlog, l.stuck
  FROM (
    SELECT count(*) FILTER (WHERE NOT s.is_stuck)::int AS backlog, count(*) FILTER (WHERE s.is_stuck)::int AS stuck
    FROM messages m LEFT JOIN campaigns p ON p.workspace_id = m.workspace_id AND p.id = m.campaign_id
    CROSS JOIN LATERAL (
      SELECT EXISTS (SELECT 1 FROM lanes n WHERE n.id = m.lane_id AND n.paused_until > now()) OR coalesce((
        SELECT h.state = 'retry' AND h.wake_at > now() FROM calls h
        WHERE h.lane_id = m.lane_id AND h.state IN ('queued', 'sending', 'retry') ORDER BY h.id LIMIT 1
      ), false) AS is_stuck
    ) AS s
    WHERE ${place} AND m.origin = 'campaign' AND m.status IN ('accepted', 'queued', 'sending')
      AND NOT (m.status = 'accepted' AND p.paused_at IS NOT NULL)
  ) AS l LEFT JOIN channels c ON c.id = $1`;
const LOAD = load('m.channel_id = $1');
/** What is tried again without a channel waits for the router to choose one. */
const LOAD_NOWHERE = load('m.channel_id IS NULL');

/** How much of campaigns is on its way through a channel, and how fast that may be. */
export interface ChannelLoad {
  kind: ChannelKind | null;
  settings: ChannelSettings | null;
  /** Messages that leave as soon as it is their turn. */
  backlog: number;
  /** Messages that wait for a later time. */
  stuck: number;
}

/** Reads the load of a channel. */
export async function channelLoad(sql: Sql, channelId: string): Promise<ChannelLoad> {
  const [name, text] = channelId === '' ? ['feed-load-nowhere', LOAD_NOWHERE] : ['feed-load', LOAD];
  const [row] = await sql.query<ChannelLoad & Record<string, unknown>>(name, text, [channelId]);
  return row ?? { kind: null, settings: null, backlog: 0, stuck: 0 };
}

/**
 * The lock on the campaign makes a pause wait for what is being accepted, and hides the paused. A campaign that somebody is changing
 * is left out and looked at the next time, so that the others of the channel need not wait for it.
 */
const STANDING = `
  SELECT b.id, b.workspace_id AS "workspaceId", b.campaign_id AS "campaignId", b.command, b.body_hash AS "bodyHash", (
    SELECT count(*)::int FROM (
      SELECT 1 FROM batch_items i WHERE i.batch_id = b.id AND i.state = 'pending' LIMIT $2
    ) AS found
  ) AS waiting
  FROM batches b JOIN campaigns c ON c.workspace_id = b.workspace_id AND c.id = b.campaign_id
  WHERE b.channel_id = $1 AND b.open AND c.paused_at IS NULL
  ORDER BY b.fed_at, b.id LIMIT 1000
  FOR SHARE OF c SKIP LOCKED`;

/** A bulk send that waits for its turn. */
export interface OpenBatch {
  id: string;
  workspaceId: string;
  campaignId: string;
  command: Omit<SendCommand, 'to'> | null;
  bodyHash: Buffer;
  /** Its pending items, counted up to the room there is. */
  waiting: number;
}

/** The bulk sends of a channel that may go on, whoever was served longest ago first. */
export function openBatches(sql: Sql, channelId: string, room: number): Promise<OpenBatch[]> {
  return sql.query<OpenBatch & Record<string, unknown>>('feed-standing', STANDING, [channelId, room]);
}

const CLAIM = `
  SELECT i.batch_id AS "batchId", i.idx, i.address, i.params, m.command, m.author, m.text
  FROM unnest($1::uuid[], $2::int[]) AS t (id, n)
  CROSS JOIN LATERAL (
    SELECT * FROM batch_items x WHERE x.batch_id = t.id AND x.state = 'pending' ORDER BY x.idx LIMIT t.n
    FOR UPDATE SKIP LOCKED
  ) AS i
  LEFT JOIN messages m ON m.id = i.retry_of
  ORDER BY i.batch_id, i.idx`;

/** A place of a bulk send on its way to becoming a message. */
export interface ClaimedItem {
  batchId: string;
  idx: number;
  address: string | null;
  params: string[] | null;
  /** What is tried again; null for a first try. */
  command: SendCommand | null;
  author: Author | null;
  text: string | null;
}

/** Takes the next items of each bulk send, in their order; they are ours until the transaction ends. */
export function claimItems(sql: Sql, wanted: { id: string; count: number }[]): Promise<ClaimedItem[]> {
  return sql.query<ClaimedItem & Record<string, unknown>>('feed-claim', CLAIM, [
    wanted.map((row) => row.id),
    wanted.map((row) => row.count),
  ]);
}

/** What became of a claimed item. */
export interface FedItem {
  batchId: string;
  idx: number;
  messageId: string | null;
  error: BulkItemError | null;
}

const FED = `
  UPDATE batch_items i SET state = CASE WHEN t.message_id IS NULL THEN 'error' ELSE 'accepted' END, message_id = t.message_id,
    error = t.error
  FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::jsonb[]) AS t (batch_id, idx, message_id, error)
  WHERE i.batch_id = t.batch_id AND i.idx = t.idx AND i.state = 'pending'`;

/** A microsecond apart, so that the order of the turns is the order of the next ones. */
const SERVED = `
  UPDATE batches b SET fed_at = clock_timestamp() + t.ord * interval '1 microsecond', open = p.is_open,
    wake_at = CASE WHEN p.is_open THEN now() + interval '5 seconds' END
  FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id, ord)
  CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT 1 FROM batch_items i WHERE i.batch_id = t.id AND i.state = 'pending') AS is_open
  ) AS p
  WHERE b.id = t.id`;

/** Notes what became of claimed items. @param served bulk sends in the order of their last turns */
export async function noteFed(sql: Sql, items: FedItem[], served: string[]): Promise<void> {
  await sql.query('feed-noted', FED, [
    items.map((item) => item.batchId),
    items.map((item) => item.idx),
    items.map((item) => item.messageId),
    items.map((item) => (item.error === null ? null : JSON.stringify(item.error))),
  ]);
  await sql.query('feed-served', SERVED, [served]);
}
