import { textOf } from '@skein/contracts';
import type { ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure, JsonObject, MediaKind } from '@skein/contracts';
import type { Encoded } from './encode-content.js';
import { postJson, uploadFile } from './graph-call.js';
import type { GraphAccount } from './graph-call.js';

const MB = 1024 * 1024;
/** What an upload may hold (Meta, sending attachments, checked 2026-11-21). */
const MAX_BYTES: Readonly<Record<MediaKind, number>> = {
  image: 8 * MB,
  video: 25 * MB,
  audio: 25 * MB,
  file: 25 * MB,
};

/**
 * One message. The platform takes no idempotency key: without an answer the outcome is not known.
 *
 * @param uploadFields fields that an upload needs besides the file.
 */
export async function sendContent(
  encoded: Encoded,
  account: GraphAccount,
  io: SendIo,
  uploadFields: Readonly<Record<string, string>> = {},
): Promise<ProviderReceipt | Failure> {
  if ('failure' in encoded) return encoded.failure;
  if ('body' in encoded) return post(encoded.body, account, io);
  const { type, source } = encoded.upload;
  const file = await io.bytes(source, MAX_BYTES[type]);
  if ('kind' in file) return file;
  const uploaded = await uploadFile(account, { type, file, fields: uploadFields }, io);
  return typeof uploaded === 'string' ? post(encoded.bodyOf(uploaded), account, io) : uploaded;
}

/** Shows that an answer is being written (Meta, sender actions, 21 January 2026). */
export async function showTyping(address: string, account: GraphAccount, io: SendIo): Promise<void> {
  await postJson(account, 'messages', { recipient: { id: address }, sender_action: 'typing_on' }, io);
}

async function post(body: JsonObject, account: GraphAccount, io: SendIo): Promise<ProviderReceipt | Failure> {
  const posted = await postJson(account, 'messages', body, io);
  if ('failure' in posted) return posted.failure;
  // A reaction makes no message and has no id.
  return { kind: 'receipt', providerId: textOf(posted.answer['message_id']) ?? null };
}
