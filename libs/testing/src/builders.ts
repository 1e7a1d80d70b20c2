import { randomUUID } from 'node:crypto';
import type { Sql } from './sql.js';

/** Rows that a channel service finds in the database: one channel of one workspace, and what is sent through it. */
export interface ChannelRows {
  workspaceId: string;
  agentId: string;
  channelId: string;
  kind: string;
}

export interface ChannelOptions {
  kind?: string;
  account?: string;
  credentials?: (channelId: string) => Buffer;
  settings?: object;
  workspaceId?: string;
}

/** Inserts a channel, with a workspace and an agent where they are not there yet. */
export async function buildChannel(sql: Sql, options: ChannelOptions = {}): Promise<ChannelRows> {
  const workspaceId = options.workspaceId ?? randomUUID();
  const channelId = `ch_${randomUUID().slice(0, 8)}`;
  const kind = options.kind ?? 'whatsapp';
  await sql(`INSERT INTO workspaces (id, name) VALUES ($1, 'Test') ON CONFLICT DO NOTHING`, [workspaceId]);
  await sql(
    `INSERT INTO agents (workspace_id, id, name) VALUES ($1, 'concierge', 'Agent') ON CONFLICT DO NOTHING`,
    [workspaceId],
  );
  await sql(
    `INSERT INTO channels (id, workspace_id, kind, account, agent_id, name, settings, credentials)
     VALUES ($1, $2, $3, $4, 'concierge', 'Test', $5, $6)`,
    [
      channelId,
      workspaceId,
      kind,
      options.account ?? `acc-${channelId}`,
      options.settings ?? { ratePerSecond: null },
      options.credentials?.(channelId) ?? null,
    ],
  );
  return { workspaceId, agentId: 'concierge', channelId, kind };
}

/** A person's place on a channel. */
export interface LaneRows {
  laneId: string;
  address: string;
  threadId: string;
  contactId: string;
}

/** Inserts a contact with its thread and lane; the window is open for a day. */
export async function buildLane(
  sql: Sql,
  channel: ChannelRows,
  address = `+1555${Math.random().toString().slice(2, 9)}`,
): Promise<LaneRows> {
  const [contactId, threadId] = [randomUUID(), randomUUID()];
  await sql(`INSERT INTO contacts (id, workspace_id) VALUES ($1, $2)`, [contactId, channel.workspaceId]);
  await sql(`INSERT INTO threads (id, workspace_id, contact_id, agent_id) VALUES ($1, $2, $3, $4)`, [
    threadId,
    channel.workspaceId,
    contactId,
    channel.agentId,
  ]);
  const [lane] = await sql<{ id: string }>(
    `INSERT INTO lanes (workspace_id, channel_id, address, window_until) VALUES ($1, $2, $3, skein_now() + interval '1 day') RETURNING id::text AS id`,
    [channel.workspaceId, channel.channelId, address],
  );
  return { laneId: lane?.id ?? '', address, threadId, contactId };
}

export interface CallOptions {
  /** Calls of the message; default 1. */
  parts?: number;
  needsWindow?: boolean;
  onUnknown?: 'report' | 'resend';
  purpose?: string;
  text?: string;
  /** SQL interval from now, such as `-1 minute`. */
  expiresIn?: string;
}

/** Inserts a routed message with its queued calls. @returns the message id and the ids of its calls in order. */
export async function buildCalls(
  sql: Sql,
  channel: ChannelRows,
  lane: LaneRows,
  options: CallOptions = {},
): Promise<{ messageId: string; calls: string[] }> {
  const messageId = randomUUID();
  const {
    parts = 1,
    needsWindow = true,
    onUnknown = 'report',
    purpose = 'message',
    text = 'hello',
  } = options;
  await sql(
    `INSERT INTO messages (id, workspace_id, direction, author, status, thread_id, contact_id, channel_id, lane_id)
     VALUES ($1, $2, 'out', 'agent', 'queued', $3, $4, $5, $6)`,
    [messageId, channel.workspaceId, lane.threadId, lane.contactId, channel.channelId, lane.laneId],
  );
  const rows = await sql<{ id: string }>(
    `INSERT INTO calls (workspace_id, message_id, idx, channel_id, lane_id, part, purpose, needs_window, on_unknown, expires_at, wake_at)
     SELECT $1, $2, n, $3, $4, $5::jsonb, $6, $7, $8, skein_now() + $9::interval, now() + interval '10 seconds'
     FROM generate_series(0, $10::int - 1) AS n RETURNING id::text AS id`,
    [
      channel.workspaceId,
      messageId,
      channel.channelId,
      lane.laneId,
      JSON.stringify({ type: 'text', text }),
      purpose,
      needsWindow,
      onUnknown,
      options.expiresIn ?? null,
      parts,
    ],
  );
  return { messageId, calls: rows.map((row) => row.id) };
}
