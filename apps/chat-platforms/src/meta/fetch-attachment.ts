import type { MediaBytes, SendIo } from '@skein/channel-kit';
import type { Failure, InboundMedia } from '@skein/contracts';

/** Inbound files above this are refused; the platform takes up to 25 MB. */
const MAX_BYTES = 10 * 1024 * 1024;

/** The address in a webhook is signed by the platform and needs no token; it stops working after a while. */
export async function fetchAttachment(
  media: InboundMedia,
  { signal, http }: Pick<SendIo, 'signal' | 'http'>,
): Promise<MediaBytes | Failure> {
  const file = await http.media(media.providerRef ?? '', MAX_BYTES, signal);
  if ('kind' in file) return file;
  const filename = media.filename ?? file.filename;
  return {
    bytes: file.bytes,
    mimeType: file.mimeType,
    ...(filename === undefined ? {} : { filename }),
  };
}
