import type { InboundMedia } from '@skein/contracts';
import type { Sql } from '../db.js';

/** A stored file. The object's name in the store is `<workspace>/<id>`. */
export interface MediaRow {
  id: string;
  workspaceId: string;
  mimeType: string;
  filename: string | null;
  sizeBytes: number;
  sha256: Buffer;
}

/** Records a stored file. */
export async function insertMedia(sql: Sql, media: MediaRow): Promise<void> {
  await sql.query(
    'media-insert',
    `INSERT INTO media (id, workspace_id, object_name, mime_type, filename, size_bytes, sha256)
     VALUES ($1::uuid, $2::text, $2::text || '/' || $1::uuid::text, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
    [media.id, media.workspaceId, media.mimeType, media.filename, media.sizeBytes, media.sha256],
  );
}

/** A file of the workspace that owns it; undefined when there is none. */
export async function mediaById(sql: Sql, workspaceId: string, id: string): Promise<MediaRow | undefined> {
  const rows = await sql.query<MediaRow & Record<string, unknown>>(
    'media-by-id',
    `SELECT id, workspace_id AS "workspaceId", mime_type AS "mimeType", filename, size_bytes::float8 AS "sizeBytes", sha256
     FROM media WHERE id = $2::uuid AND workspace_id = $1`,
    [workspaceId, id],
  );
  return rows[0];
}

/** Writes what became of the files of an inbound message into its fact, unless it has been applied. */
export async function updateFactMedia(sql: Sql, inboundId: string, media: InboundMedia[]): Promise<void> {
  await sql.query(
    'inbox-media',
    `UPDATE inbound_events SET fact = jsonb_set(fact, '{content,media}', $2::jsonb), wake_at = now() + interval '5 seconds'
     WHERE id = $1 AND applied_at IS NULL`,
    [inboundId, JSON.stringify(media)],
  );
}
