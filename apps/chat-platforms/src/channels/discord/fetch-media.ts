import type { ChannelAccount, MediaBytes, SendIo } from '@skein/channel-kit';
import type { Failure, InboundMedia } from '@skein/contracts';
import type { DiscordConfig } from './config.js';

/** Inbound files above this are refused, by what the platform says and again by what arrives. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * An attachment is behind a signed address that ends by itself (`ex`, `is`, `hm`), so its bytes are fetched at once. The address is
 * another host than the API and must not see the token.
 */
export async function fetchMedia(
  media: InboundMedia,
  _account: ChannelAccount<DiscordConfig>,
  { http, signal }: Pick<SendIo, 'signal' | 'http'>,
): Promise<MediaBytes | Failure> {
  if ((media.sizeBytes ?? 0) > MAX_BYTES) {
    const detail = `The file is larger than ${MAX_BYTES} bytes.`;
    return { kind: 'rejected', reason: 'media_too_large', detail };
  }
  const found = await http.media(media.providerRef ?? '', MAX_BYTES, signal);
  if ('kind' in found) return found;
  return {
    bytes: found.bytes,
    mimeType: media.mimeType ?? found.mimeType,
    ...(media.filename === undefined ? {} : { filename: media.filename }),
  };
}
