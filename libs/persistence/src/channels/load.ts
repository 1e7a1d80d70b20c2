import type { ChannelRow } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A channel with its sealed credentials, as its channel service loads it. */
export interface SealedChannel extends ChannelRow {
  credentials: Buffer | null;
  /** Grows with every change of settings or credentials. */
  revision: number;
}

const COLUMNS = `id, workspace_id AS "workspaceId", kind, account, agent_id AS "agentId", name, status, settings, credentials, revision`;

/** Loads channels by id; ids that do not exist are simply absent. */
export function channelsById(sql: Sql, ids: readonly string[]): Promise<SealedChannel[]> {
  return sql.query('channels-by-id', `SELECT ${COLUMNS} FROM channels WHERE id = ANY($1::text[])`, [ids]);
}

/** The channel with this provider-side account, in any workspace: (kind, account) is unique over the deployment. */
export async function channelByAccount(
  sql: Sql,
  kind: string,
  account: string,
): Promise<SealedChannel | undefined> {
  const rows = await sql.query<SealedChannel>(
    'channel-by-account',
    `SELECT ${COLUMNS} FROM channels WHERE kind = $1 AND account = $2`,
    [kind, account],
  );
  return rows[0];
}
