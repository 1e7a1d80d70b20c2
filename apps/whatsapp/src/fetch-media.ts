import { numberOf, objectOf, parsed, textOf } from '@skein/contracts';
import { providerRequest } from '@skein/channel-kit';
import type { ChannelAccount, MediaBytes, ProviderAnswer, SendIo } from '@skein/channel-kit';
import type { Failure, InboundMedia } from '@skein/contracts';
import type { WhatsAppConfig } from './config.js';
import { failureOf, graphErrorOf } from './failures.js';

/** Inbound files above this are refused, by what the platform says and again by what arrives. */
const MAX_BYTES = 10 * 1024 * 1024;

/** `GET /{media_id}` names an address that lives 5 minutes and wants the token too (Graph API reference, media, checked 2026-11). */
export async function fetchMedia(
  media: InboundMedia,
  { config }: ChannelAccount<WhatsAppConfig>,
  { signal, http }: Pick<SendIo, 'signal' | 'http'>,
): Promise<MediaBytes | Failure> {
  const headers = { authorization: `Bearer ${config.accessToken}` };
  const reference = encodeURIComponent(media.providerRef ?? '');
  const found = await providerRequest({
    method: 'GET',
    url: `${config.baseUrl}/${reference}?phone_number_id=${config.phoneNumberId}`,
    headers,
    signal,
    http,
  });
  if ('kind' in found) return found;
  const described = describedBy(found);
  if ('kind' in described) return described;
  const { url, size, mimeType } = described;
  if (size > MAX_BYTES) return tooLarge();
  if (!URL.canParse(url))
    return { kind: 'unavailable', detail: 'The platform named no address for the file.' };
  const file = await providerRequest({ method: 'GET', url, headers, signal, http });
  if ('kind' in file) return file;
  if (file.status >= 300) {
    const details = `The file's address answered ${file.status}.`;
    return failureOf({ details, transient: false }, file.status);
  }
  return {
    bytes: file.body,
    mimeType: media.mimeType ?? mimeType,
    ...(media.filename && { filename: media.filename }),
  };
}

interface Described {
  url: string;
  size: number;
  mimeType: string;
}

function describedBy(answer: ProviderAnswer): Described | Failure {
  const body = objectOf(parsed(answer.body));
  if (answer.status >= 300) return failureOf(graphErrorOf(body?.['error']), answer.status);
  return {
    url: textOf(body?.['url']) ?? '',
    size: numberOf(body?.['file_size']) || 0,
    mimeType: textOf(body?.['mime_type']) ?? 'application/octet-stream',
  };
}

function tooLarge(): Failure {
  return {
    kind: 'rejected',
    reason: 'media_too_large',
    detail: `The file is larger than ${MAX_BYTES} bytes.`,
  };
}
