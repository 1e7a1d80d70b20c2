import type { Sql } from '../db.js';

/** What an API key stands for. */
export interface KeyOwner {
  keyId: string;
  workspaceId: string;
  /** The agent the key is bound to; null = every agent of the workspace. */
  agentId: string | null;
  /** IANA name of the workspace's zone. */
  timeZone: string;
}

const BY_HASH = `
  SELECT k.id AS "keyId", k.workspace_id AS "workspaceId", k.agent_id AS "agentId", w.timezone AS "timeZone"
  FROM api_keys k JOIN workspaces w ON w.id = k.workspace_id
  WHERE k.hash = $1 AND k.revoked_at IS NULL`;

/** Who a key belongs to. @param hash SHA-256 of the key. */
export async function findApiKey(sql: Sql, hash: Buffer): Promise<KeyOwner | undefined> {
  return (await sql.query<KeyOwner>('query-api-key', BY_HASH, [hash]))[0];
}

/** The zone in which a workspace reads times without one; undefined for a workspace that does not exist. */
export async function timeZoneOf(sql: Sql, workspaceId: string): Promise<string | undefined> {
  const text = 'SELECT timezone FROM workspaces WHERE id = $1';
  return (await sql.query<{ timezone: string }>('query-time-zone', text, [workspaceId]))[0]?.timezone;
}
