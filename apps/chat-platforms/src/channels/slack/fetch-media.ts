import { objectOf } from '@skein/contracts';
import { providerRequest } from '@skein/channel-kit';
import type { ChannelAccount, MediaBytes, SendIo } from '@skein/channel-kit';
import type { Failure, InboundMedia } from '@skein/contracts';
import type { SlackConfig } from './config.js';
import { isFileId, privateAddress } from './inbound-files.js';
import { callApi } from './web-api.js';

/** Inbound files above this are refused, by what the platform says and again by what arrives. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * The bytes at `url_private`, which wants the token and the scope `files:read`. A file shared over Slack Connect has its address
 * only in `files.info` (docs.slack.dev/reference/objects/file-object, checked 2026-11-21).
 */
export async function fetchMedia(
  media: InboundMedia,
  { config }: ChannelAccount<SlackConfig>,
  io: Pick<SendIo, 'signal' | 'http'>,
): Promise<MediaBytes | Failure> {
  if ((media.sizeBytes ?? 0) > MAX_BYTES) return tooLarge();
  const reference = media.providerRef ?? '';
  const address = isFileId(reference) ? await lookUp(reference, config, io) : reference;
  if (typeof address !== 'string') return address;
  // The token opens the whole workspace: it goes to Slack and to nobody else.
  if (!isSlack(address, config.baseUrl)) return unreachable('The file is not stored at Slack.');
  const headers = { authorization: `Bearer ${config.botToken}` };
  const answer = await providerRequest({ method: 'GET', url: address, headers, maxBytes: MAX_BYTES, ...io });
  if ('kind' in answer) return answer;
  if (answer.status !== 200) return unreachable(`The file's address answered ${answer.status}.`);
  const mimeType = media.mimeType ?? typeOf(answer.headers['content-type']);
  // Whoever may not read a file is shown a page to sign in.
  if (typeOf(answer.headers['content-type']) === 'text/html' && mimeType !== 'text/html') {
    return unreachable('Slack showed a sign-in page instead of the file: the app needs files:read.');
  }
  return { bytes: answer.body, mimeType, ...(media.filename && { filename: media.filename }) };
}

async function lookUp(
  fileId: string,
  config: SlackConfig,
  io: Pick<SendIo, 'signal' | 'http'>,
): Promise<string | Failure> {
  const info = await callApi('files.info', { file: fileId }, config, io);
  if ('failure' in info) return info.failure;
  return (
    privateAddress(objectOf(info.answer['file']) ?? {}) ?? unreachable('Slack names no address of the file.')
  );
}

/** The host of the Web API and those below it: files are at `files.slack.com`. */
function isSlack(address: string, baseUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const [file, api] = [new URL(address), new URL(baseUrl)];
  if (file.host === api.host) return file.protocol === api.protocol;
  return file.protocol === 'https:' && file.port === '' && file.hostname.endsWith(`.${api.hostname}`);
}

function typeOf(contentType: string | undefined): string {
  return contentType?.split(';')[0]?.trim().toLowerCase() || 'application/octet-stream';
}

function tooLarge(): Failure {
  return {
    kind: 'rejected',
    reason: 'media_too_large',
    detail: `The file is larger than ${MAX_BYTES} bytes.`,
  };
}

function unreachable(detail: string): Failure {
  return { kind: 'rejected', reason: 'media_unreachable', detail };
}
