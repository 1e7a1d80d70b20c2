import type { TemplateRow } from '@skein/contracts';
import type { Sql } from '../db.js';

const TEMPLATES = `
  SELECT id, channel_id AS "channelId", name, language, category, status, shape, body
  FROM templates WHERE workspace_id = $1 AND ($2::text IS NULL OR channel_id = $2)
  ORDER BY channel_id, name, language`;

/** The templates of a workspace, or of one of its channels. */
export function listTemplates(
  sql: Sql,
  workspaceId: string,
  channelId: string | null,
): Promise<TemplateRow[]> {
  return sql.query<TemplateRow>('query-templates', TEMPLATES, [workspaceId, channelId]);
}

export interface MediaView {
  id: string;
  workspaceId: string;
  mimeType: string;
  filename: string | null;
  sizeBytes: number;
  sha256: Buffer;
}

const MEDIA = `
  SELECT id, workspace_id AS "workspaceId", mime_type AS "mimeType", filename, size_bytes::float8 AS "sizeBytes", sha256
  FROM media WHERE id = $1`;

/** A stored file, in whichever workspace; callers check whose it is. @param id a UUID */
export async function findMedia(sql: Sql, id: string): Promise<MediaView | undefined> {
  return (await sql.query<MediaView>('query-media', MEDIA, [id]))[0];
}
