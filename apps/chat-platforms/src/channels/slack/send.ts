import { textOf } from '@skein/contracts';
import type { ChannelAccount, OutboundCall, ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure, JsonObject } from '@skein/contracts';
import { isDirect, isTs, messageId } from './address.js';
import type { SlackConfig } from './config.js';
import { encode } from './encode.js';
import { missedPicture } from './failures.js';
import { react } from './react.js';
import { sendFile } from './upload.js';
import { callApi, harmless } from './web-api.js';

/** Slack takes no idempotency key: without an answer the outcome of a message is not known. */
export async function send(
  call: OutboundCall,
  { config }: ChannelAccount<SlackConfig>,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  const encoded = encode(call, (source) => io.publicUrl(source));
  switch (encoded.kind) {
    case 'refused':
      return encoded.failure;
    case 'post': {
      const posted = await post(encoded.payload, config, io);
      const again = encoded.instead;
      return again !== undefined && posted.kind !== 'receipt' && missedPicture(posted)
        ? sendFile(again, config, io)
        : posted;
    }
    case 'update':
      return update(encoded.payload, config, io);
    case 'upload':
      return sendFile(encoded.upload, config, io);
    case 'react':
      return react(encoded.message, encoded.name, config, io);
  }
}

async function post(payload: object, config: SlackConfig, io: SendIo): Promise<ProviderReceipt | Failure> {
  const posted = await callApi('chat.postMessage', payload, config, io);
  return 'failure' in posted ? posted.failure : receiptOf(posted.answer);
}

/** An edit of the same text changes nothing, so that it may be repeated. The id stays that of the message. */
async function update(payload: object, config: SlackConfig, io: SendIo): Promise<ProviderReceipt | Failure> {
  const updated = await callApi('chat.update', payload, config, io);
  return 'failure' in updated
    ? harmless(updated.failure)
    : { kind: 'receipt', providerId: null, note: 'edited' };
}

function receiptOf(answer: JsonObject): ProviderReceipt {
  const [channel, ts] = [textOf(answer['channel']), answer['ts']];
  const isKnown = channel !== undefined && isTs(ts);
  return {
    kind: 'receipt',
    providerId: isKnown ? messageId({ channel, ts }) : null,
    ...(isDirect(channel) ? { route: { dm: channel } } : {}),
  };
}
