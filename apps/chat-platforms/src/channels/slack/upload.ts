import { objectOf, textOf } from '@skein/contracts';
import { providerRequest } from '@skein/channel-kit';
import type { MediaBytes, ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import { isDirect, isPerson } from './address.js';
import type { SlackConfig } from './config.js';
import type { Upload } from './encode.js';
import { callApi, harmless } from './web-api.js';

/** What {@link SendIo.bytes} may bring; Slack itself takes 1 GB. */
const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Sends a file: an address to upload to, the bytes, then the call that shows it. Only the last one is seen by anybody, so that
 * everything before it may be repeated. Its answer does not name the message, therefore the receipt has no id
 * (docs.slack.dev/messaging/working-with-files, checked 2026-11-21).
 */
export async function sendFile(
  upload: Upload,
  config: SlackConfig,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  const file = await io.bytes(upload.source, MAX_BYTES);
  if ('kind' in file) return file;
  if (file.bytes.length === 0) {
    return { kind: 'rejected', reason: 'media_unreachable', detail: 'The file is empty.' };
  }
  const filename = upload.filename ?? file.filename ?? 'file';
  const channel = await conversationOf(upload, config, io);
  if (typeof channel !== 'string') return channel;
  const fileId = await handOver(file, filename, config, io);
  if (typeof fileId !== 'string') return fileId;
  const shown = await callApi(
    'files.completeUploadExternal',
    completion(upload, channel, fileId, filename),
    config,
    io,
  );
  if ('failure' in shown) return shown.failure;
  const route = isDirect(channel) ? { route: { dm: channel } } : {};
  return { kind: 'receipt', providerId: null, note: `file ${fileId}`, ...route };
}

function completion({ place, caption }: Upload, channel: string, fileId: string, filename: string): object {
  return {
    files: [{ id: fileId, title: filename }],
    channel_id: channel,
    ...(place.threadTs === undefined ? {} : { thread_ts: place.threadTs }),
    ...(caption === undefined ? {} : { initial_comment: caption }),
  };
}

/** Files go to conversations, not to people; the conversation with a person is opened when it is not known yet. */
async function conversationOf(
  { place, dm }: Upload,
  config: SlackConfig,
  io: SendIo,
): Promise<string | Failure> {
  if (!isPerson(place.channel)) return place.channel;
  if (dm !== undefined) return dm;
  const opened = await callApi('conversations.open', { users: place.channel }, config, io);
  if ('failure' in opened) return harmless(opened.failure);
  const id = textOf(objectOf(opened.answer['channel'])?.['id']);
  return isDirect(id) ? id : { kind: 'unavailable', detail: 'Slack named no conversation with the person.' };
}

async function handOver(
  { bytes }: MediaBytes,
  filename: string,
  config: SlackConfig,
  io: SendIo,
): Promise<string | Failure> {
  const ticket = await callApi('files.getUploadURLExternal', { filename, length: bytes.length }, config, io);
  if ('failure' in ticket) return harmless(ticket.failure);
  const [url, fileId] = [textOf(ticket.answer['upload_url']), textOf(ticket.answer['file_id'])];
  if (url === undefined || fileId === undefined) {
    return { kind: 'unavailable', detail: 'Slack gave no address to upload to.' };
  }
  // The address is a secret of its own; the token is not sent to it.
  const headers = { 'content-type': 'application/octet-stream' };
  const { signal, http } = io;
  const stored = await providerRequest({ method: 'POST', url, headers, body: bytes, signal, http });
  if ('kind' in stored) return harmless(stored);
  if (stored.status === 200) return fileId;
  return { kind: 'unavailable', detail: `The upload was answered with HTTP ${stored.status}.` };
}
