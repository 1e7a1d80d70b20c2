import type { ChannelRow, TemplateRow } from '@skein/contracts';
import type { Sql } from '@skein/persistence';

export interface CatalogChannel extends ChannelRow {
  templates: TemplateRow[];
}

const CHANNELS = `
  SELECT c.id, c.workspace_id AS "workspaceId", c.kind, c.account, c.agent_id AS "agentId", c.name, c.status, c.settings,
    coalesce((
      SELECT jsonb_agg(jsonb_build_object('id', t.id, 'channelId', t.channel_id, 'name', t.name, 'language', t.language,
        'category', t.category, 'status', t.status, 'shape', t.shape, 'body', t.body) ORDER BY t.name, t.language)
      FROM templates t WHERE t.channel_id = c.id
    ), '[]') AS templates
  FROM channels c WHERE c.id = ANY ($1::text[])`;

/** How long a channel's settings and templates may be stale, in ms: an operator's change counts after two seconds. */
const FRESH_MS = 2000;

/** Channels with their templates, read at most every two seconds. */
export class Catalog {
  private readonly cache = new Map<string, { readAt: number; channel: CatalogChannel | undefined }>();

  async channels(sql: Sql, ids: string[]): Promise<Map<string, CatalogChannel>> {
    const now = Date.now();
    const wanted = [...new Set(ids)];
    const stale = wanted.filter((id) => now - (this.cache.get(id)?.readAt ?? 0) > FRESH_MS);
    if (stale.length > 0) {
      const rows = await sql.query<CatalogChannel>('router-catalog', CHANNELS, [stale]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      if (this.cache.size > 10_000) this.cache.clear();
      for (const id of stale) this.cache.set(id, { readAt: now, channel: byId.get(id) });
    }
    const found = wanted.flatMap((id) => this.cache.get(id)?.channel ?? []);
    return new Map(found.map((channel) => [channel.id, channel]));
  }
}
