import type { ChannelKind, ChannelRow, ChannelSettings } from '@skein/contracts';
import { codeOf, type Sql } from '../db.js';

const COLUMNS = `id, workspace_id AS "workspaceId", kind, account, agent_id AS "agentId", name, status, settings`;

/** The channels of a workspace, without credentials. */
export function listChannels(sql: Sql, workspaceId: string): Promise<ChannelRow[]> {
  const text = `SELECT ${COLUMNS} FROM channels WHERE workspace_id = $1 ORDER BY created_at, id`;
  return sql.query<ChannelRow>('query-channels', text, [workspaceId]);
}

/** One channel of the workspace. */
export async function findChannel(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<ChannelRow | undefined> {
  const text = `SELECT ${COLUMNS} FROM channels WHERE workspace_id = $1 AND id = $2`;
  return (await sql.query<ChannelRow>('query-channel', text, [workspaceId, id]))[0];
}

export interface NewChannel {
  id: string;
  workspaceId: string;
  kind: ChannelKind;
  account: string;
  agentId: string;
  name: string;
  settings: ChannelSettings;
  /** Sealed. */
  credentials: Buffer | null;
}

const CREATE = `
  WITH made AS (
    INSERT INTO channels (id, workspace_id, kind, account, agent_id, name, settings, credentials)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *
  ), rate AS (
    INSERT INTO channel_rates (channel_id) SELECT id FROM made
  )
  SELECT ${COLUMNS} FROM made`;

/** Creates a channel. @returns `taken` when its id or its provider account is in use anywhere, `no_agent` without such an agent. */
export async function createChannel(
  sql: Sql,
  channel: NewChannel,
): Promise<ChannelRow | 'taken' | 'no_agent'> {
  const { id, workspaceId, kind, account, agentId, name, settings, credentials } = channel;
  const values = [id, workspaceId, kind, account, agentId, name, JSON.stringify(settings), credentials];
  try {
    const [row] = await sql.query<ChannelRow>('query-channel-create', CREATE, values);
    return row ?? 'taken';
  } catch (error) {
    if (codeOf(error) === '23505') return 'taken';
    if (codeOf(error) === '23503') return 'no_agent';
    throw error;
  }
}

export interface ChannelChange {
  name?: string;
  /** The agent that answers from now on. */
  agentId?: string;
  settings?: ChannelSettings;
  credentials?: Buffer;
}

/**
 * Settings are merged, key by key. The revision tells channel services to load it again, and new credentials end a pause for old ones
 * that did not work.
 */
const CHANGE = `
  WITH before AS (SELECT agent_id FROM channels WHERE workspace_id = $1 AND id = $2 FOR UPDATE), mended AS (
    UPDATE channel_rates r SET paused_until = NULL, pause_reason = NULL FROM channels c
    WHERE c.workspace_id = $1 AND c.id = $2 AND r.channel_id = c.id AND r.pause_reason IS NOT NULL AND $5::bytea IS NOT NULL
  )
  UPDATE channels SET name = coalesce($3, name), agent_id = coalesce($6, channels.agent_id), settings = settings || coalesce($4::jsonb, '{}'),
    credentials = coalesce($5::bytea, credentials), revision = revision + 1
  FROM before
  WHERE workspace_id = $1 AND id = $2
  RETURNING ${COLUMNS.replace('agent_id AS', 'channels.agent_id AS')}, before.agent_id AS "previousAgentId"`;

/** A channel after a change, with the agent it had before: one account answers for one agent (R8). */
export type ChangedChannel = ChannelRow & { previousAgentId: string };

/** Changes a channel; undefined when the workspace has none with this id, `no_agent` without such an agent. */
export async function changeChannel(
  sql: Sql,
  workspaceId: string,
  id: string,
  change: ChannelChange,
): Promise<ChangedChannel | 'no_agent' | undefined> {
  const settings = change.settings === undefined ? null : JSON.stringify(change.settings);
  const { name = null, credentials = null, agentId = null } = change;
  try {
    const values = [workspaceId, id, name, settings, credentials, agentId];
    return (await sql.query<ChangedChannel>('query-channel-change', CHANGE, values))[0];
  } catch (error) {
    if (codeOf(error) === '23503') return 'no_agent';
    throw error;
  }
}
