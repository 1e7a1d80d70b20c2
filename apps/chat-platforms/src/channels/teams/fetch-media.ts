import type { ChannelAccount, MediaBytes, SendIo } from '@skein/channel-kit';
import type { Failure, InboundMedia } from '@skein/contracts';
import type { TeamsConfig } from './config.js';
import { connectorRequest } from './connector.js';
import { connectorErrorOf, failureOf } from './failures.js';

/** Inbound files above this are refused. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Files of a person are at a pre-signed address for some minutes; pictures in the text are at the connector and want the bot's token (Teams,
 * send and receive files, checked 2026-11-21).
 */
export async function fetchMedia(
  media: InboundMedia,
  { config }: ChannelAccount<TeamsConfig>,
  io: Pick<SendIo, 'signal' | 'http'>,
): Promise<MediaBytes | Failure> {
  const [way, url = ''] = (media.providerRef ?? '').split(' ');
  const file =
    way === 'bot' ? await fromConnector(url, config, io) : await io.http.media(url, MAX_BYTES, io.signal);
  if ('kind' in file) return file;
  const { filename = file.filename, mimeType = file.mimeType } = media;
  return { bytes: file.bytes, mimeType, ...(filename === undefined ? {} : { filename }) };
}

async function fromConnector(
  url: string,
  config: TeamsConfig,
  io: Pick<SendIo, 'signal' | 'http'>,
): Promise<MediaBytes | Failure> {
  const answer = await connectorRequest({ method: 'GET', url, maxBytes: MAX_BYTES }, config, io);
  if ('kind' in answer) return answer;
  if (answer.status !== 200)
    return failureOf(connectorErrorOf(undefined), answer.status, answer.retryAfterMs);
  const mimeType = answer.headers['content-type']?.split(';')[0]?.trim() || 'application/octet-stream';
  return { bytes: answer.body, mimeType };
}
