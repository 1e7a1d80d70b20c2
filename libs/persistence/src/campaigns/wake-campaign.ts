import type { Sql } from '../db.js';
import { campaignFilter } from './campaign-filter.js';

const BATCHES = `
  UPDATE batches SET wake_at = now() WHERE workspace_id = $1 AND campaign_id = $2 AND open RETURNING id`;
const messagesOf = (where: string): string => `
  UPDATE messages m SET wake_at = now()
  WHERE ${where} AND (m.status = 'accepted' OR m.status = 'scheduled' AND m.due_at <= now())
  RETURNING m.id`;

/** What waits for whom. */
export interface Woken {
  batches: string[];
  messages: string[];
}

/** Makes what waits of a campaign due. @returns what there is; ring for it after the commit. */
export async function wakeCampaign(sql: Sql, workspaceId: string, id: string): Promise<Woken> {
  const values = [workspaceId, id];
  const batches = await sql.query<{ id: string }>('campaign-wake-batches', BATCHES, values);
  const { name, where } = campaignFilter(id);
  const messages = await sql.query<{ id: string }>(`campaign-wake-${name}`, messagesOf(where), values);
  return { batches: batches.map((row) => row.id), messages: messages.map((row) => row.id) };
}
