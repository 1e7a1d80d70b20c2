import { objectOf, textOf } from '@skein/contracts';
import { providerRequest } from '@skein/channel-kit';
import type { ChannelAccount, MediaBytes, SendIo } from '@skein/channel-kit';
import type { Failure, InboundMedia } from '@skein/contracts';
import { callBot } from './bot-api.js';
import type { TelegramConfig } from './config.js';

/** Inbound files above this are refused, by what the platform says and again by what arrives. The platform itself serves 20 MB. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * `getFile` names a path that is served under the token for at least an hour (Bot API, getFile, checked 2026-11-21). That address is a
 * credential: it is called here and told to nobody.
 */
export async function fetchMedia(
  media: InboundMedia,
  { config }: ChannelAccount<TelegramConfig>,
  io: Pick<SendIo, 'signal' | 'http'>,
): Promise<MediaBytes | Failure> {
  const found = await callBot(config, 'getFile', { file_id: media.providerRef ?? '' }, io);
  if ('failure' in found) return found.failure;
  const described = objectOf(found.result);
  const path = textOf(described?.['file_path']);
  if (path === undefined) return { kind: 'unavailable', detail: 'The platform named no path for the file.' };
  if (Number(described?.['file_size'] ?? 0) > MAX_BYTES) return tooLarge();
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `${config.baseUrl}/file/bot${config.token}/${encoded}`;
  const file = await providerRequest({
    method: 'GET',
    url,
    signal: io.signal,
    http: io.http,
    maxBytes: MAX_BYTES,
  });
  if ('kind' in file) return file;
  if (file.status !== 200) return notServed(file.status);
  const filename = media.filename ?? path.split('/').pop();
  return {
    bytes: file.body,
    mimeType: media.mimeType ?? 'application/octet-stream',
    ...(filename === undefined ? {} : { filename }),
  };
}

function notServed(status: number): Failure {
  const detail = `The file's address answered ${status}.`;
  if (status >= 500 || status === 429) return { kind: 'unavailable', detail };
  return { kind: 'rejected', reason: 'media_unreachable', detail };
}

function tooLarge(): Failure {
  return {
    kind: 'rejected',
    reason: 'media_too_large',
    detail: `The file is larger than ${MAX_BYTES} bytes.`,
  };
}
