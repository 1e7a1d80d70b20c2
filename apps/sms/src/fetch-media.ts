import { providerRequest } from '@skein/channel-kit';
import type { ChannelAccount, MediaBytes, ProviderAnswer, SendIo } from '@skein/channel-kit';
import type { Failure, InboundMedia } from '@skein/contracts';
import type { SmsConfig } from './config.js';
import type { TwilioConfig } from './twilio/config.js';
import { authorization } from './twilio/authorization.js';

/** Larger files are not taken in. */
const MAX_BYTES = 10 * 1024 * 1024;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

type Io = Pick<SendIo, 'signal' | 'http'>;

/**
 * A file that a person sent. Twilio answers the address of a file with a redirect to where it lies; the login is for the first address
 * only (Media resource, checked 2026-11).
 */
export async function fetchMedia(
  media: InboundMedia,
  { config: { twilio } }: ChannelAccount<SmsConfig>,
  io: Io,
): Promise<MediaBytes | Failure> {
  const url = media.providerRef ?? '';
  if (!twilio || !isTwilios(url, twilio)) return refused('The address of the file is none of the platform.');
  const first = await get(url, io, { authorization: authorization(twilio) });
  if ('kind' in first) return first;
  const location = REDIRECTS.has(first.status) ? (first.headers['location'] ?? '') : '';
  const second = URL.canParse(location, url) ? await get(new URL(location, url).href, io) : first;
  return 'kind' in second ? second : fileOf(second, media);
}

/** The login goes to the platform's own hosts and to nobody else, whatever a webhook names. */
function isTwilios(url: string, { baseUrl }: TwilioConfig): boolean {
  if (!URL.canParse(url)) return false;
  const { origin, protocol, hostname } = new URL(url);
  return origin === new URL(baseUrl).origin || (protocol === 'https:' && /(^|\.)twilio\.com$/.test(hostname));
}

function get(
  url: string,
  { signal, http }: Io,
  headers?: Record<string, string>,
): Promise<ProviderAnswer | Failure> {
  return providerRequest({
    method: 'GET',
    url,
    signal,
    http,
    maxBytes: MAX_BYTES,
    ...(headers && { headers }),
  });
}

function fileOf({ status, headers, body }: ProviderAnswer, media: InboundMedia): MediaBytes | Failure {
  if (status === 401 || status === 403)
    return { kind: 'misconfigured', detail: `The file's address answered ${status}.` };
  if (status >= 500 || status === 429)
    return { kind: 'unavailable', detail: `The file's address answered ${status}.` };
  if (status !== 200) return refused(`The file's address answered ${status}.`);
  const mimeType = media.mimeType ?? headers['content-type']?.split(';')[0] ?? 'application/octet-stream';
  return { bytes: body, mimeType, ...(media.filename === undefined ? {} : { filename: media.filename }) };
}

function refused(detail: string): Failure {
  return { kind: 'rejected', reason: 'media_unreachable', detail };
}
