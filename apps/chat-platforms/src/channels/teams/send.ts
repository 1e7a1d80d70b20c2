import { objectOf, parsed, textOf } from '@skein/contracts';
import type {
  ChannelAccount,
  OutboundCall,
  ProviderAnswer,
  ProviderReceipt,
  SendIo,
} from '@skein/channel-kit';
import type { Failure, JsonObject } from '@skein/contracts';
import { conversationOf, messageIdOf } from './address.js';
import type { TeamsConfig } from './config.js';
import { connectorRequest, serviceUrlOf } from './connector.js';
import { encode } from './encode.js';
import type { ConnectorCall } from './encode.js';
import { connectorErrorOf, failureOf } from './failures.js';

/** Pictures in a message: 1 MB of PNG, JPEG or GIF (Messages in bot conversations, picture messages, checked 2026-11-21). */
const IMAGE_MAX_BYTES = 1024 * 1024;
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif']);

type Attached = { attachments?: JsonObject[]; failure?: undefined } | { failure: Failure };

/** One activity. The platform takes no idempotency key: without an answer the outcome is not known. */
export async function send(
  call: OutboundCall,
  { config }: ChannelAccount<TeamsConfig>,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  const encoded = encode(call, (source) => io.publicUrl(source));
  if ('failure' in encoded) return encoded.failure;
  const { method, path, image } = encoded;
  const attached: Attached = image === undefined ? {} : await attachmentOf(image, io);
  if (attached.failure !== undefined) return attached.failure;
  const url = `${serviceUrlOf(call.route, config)}${path}`;
  const body = { ...encoded.activity, ...attached };
  const answer = await connectorRequest({ method, url, body }, config, io);
  return 'kind' in answer ? answer : readAnswer(answer, call);
}

/** Shows that an answer is being written, for a few seconds. */
export async function typing(
  { address, route }: { address: string; route: OutboundCall['route'] },
  { config }: ChannelAccount<TeamsConfig>,
  io: SendIo,
): Promise<void> {
  const conversation = conversationOf(address);
  if (conversation === undefined) return;
  const url = `${serviceUrlOf(route, config)}/v3/conversations/${encodeURIComponent(conversation)}/activities`;
  await connectorRequest({ method: 'POST', url, body: { type: 'typing' } }, config, io);
}

/**
 * The picture goes along as data, so that private files need no public address and a file that is too large fails here instead of showing
 * nothing. The 100 KB of a message do not count pictures in base64 (Format your bot messages, checked 2026-11-21).
 */
async function attachmentOf(
  { source, filename }: NonNullable<ConnectorCall['image']>,
  io: SendIo,
): Promise<Attached> {
  const file = await io.bytes(source, IMAGE_MAX_BYTES);
  if ('kind' in file) return { failure: file };
  const { bytes, mimeType } = file;
  if (!IMAGE_TYPES.has(mimeType)) {
    const detail = `Teams shows PNG, JPEG and GIF, not ${mimeType.slice(0, 100)}.`;
    return { failure: { kind: 'rejected', reason: 'provider_rejected', detail } };
  }
  const name = filename ?? file.filename;
  const contentUrl = `data:${mimeType};base64,${bytes.toString('base64')}`;
  const attachment = { contentType: mimeType, contentUrl, ...(name === undefined ? {} : { name }) };
  return { attachments: [attachment] };
}

function readAnswer(
  { status, body, retryAfterMs }: ProviderAnswer,
  call: OutboundCall,
): ProviderReceipt | Failure {
  const answer = parsed(body);
  if (status >= 300) return failureOf(connectorErrorOf(answer), status, retryAfterMs);
  // An edit answers with the id that the message has already.
  const id = call.part.type === 'edit' ? undefined : textOf(objectOf(answer)?.['id']);
  return { kind: 'receipt', providerId: messageIdOf(call.address, id) ?? null };
}
