import type { ChannelRow, Failure, MediaSource } from '@skein/contracts';
import { mediaById, type Sql } from '@skein/persistence';
import type { MediaStore } from '@skein/messaging';
import type { MediaBytes, SendIo } from '../definition.js';
import type { GuardedClient } from '../http/guarded-fetch.js';
import { mediaUrl } from '../media/media-url.js';

export interface SendIoParts {
  sql: Sql;
  media: MediaStore;
  client: GuardedClient;
  publicUrl: string;
  secretKey: string;
}

/** What one call of a workspace may use of the outside world. */
export function sendIoOf(
  parts: SendIoParts,
  { workspaceId, kind, id }: Pick<ChannelRow, 'workspaceId' | 'kind' | 'id'>,
  signal: AbortSignal,
): SendIo {
  return {
    webhookUrl: `${parts.publicUrl}/webhooks/${kind}/${id}`,
    signal,
    http: parts.client,
    publicUrl: (source) =>
      'url' in source
        ? source.url
        : mediaUrl(parts.publicUrl, { workspaceId, mediaId: source.mediaId }, parts.secretKey),
    bytes: (source, maxBytes) => bytesOf(parts, workspaceId, source, maxBytes, signal),
  };
}

async function bytesOf(
  parts: SendIoParts,
  workspaceId: string,
  source: MediaSource,
  maxBytes: number,
  signal: AbortSignal,
): Promise<MediaBytes | Failure> {
  if ('url' in source) return parts.client.media(source.url, maxBytes, signal);
  try {
    const row = await mediaById(parts.sql, workspaceId, source.mediaId);
    const stored = row && (await parts.media.getMedia(workspaceId, source.mediaId, maxBytes));
    if (!row || !stored)
      return { kind: 'rejected', reason: 'media_unreachable', detail: 'There is no such stored file.' };
    const filename = row.filename ?? undefined;
    return {
      bytes: Buffer.from(stored.bytes),
      mimeType: row.mimeType,
      ...(filename === undefined ? {} : { filename }),
    };
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'media_too_large')
      return { kind: 'rejected', reason: 'media_too_large', detail: 'The file is too large.' };
    if (code === '22P02')
      return { kind: 'rejected', reason: 'media_unreachable', detail: 'There is no such stored file.' };
    return { kind: 'unavailable', detail: 'The store of files is away.' };
  }
}
