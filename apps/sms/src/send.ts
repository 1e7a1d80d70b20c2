import type { ChannelAccount, OutboundCall, ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure } from '@skein/contracts';
import type { SmsConfig } from './config.js';
import { encode } from './encode.js';
import { submitText } from './smpp/submit.js';
import { createMessage } from './twilio/create-message.js';

/** One text message through the carrier of the account. */
export async function send(
  call: OutboundCall,
  account: ChannelAccount<SmsConfig>,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  const encoded = encode(call, (source) => io.publicUrl(source));
  if ('failure' in encoded) return encoded.failure;
  const { twilio, smpp } = account.config;
  if (twilio) return createMessage(encoded.message, call.callRef, twilio, io);
  if (smpp) return submitText(encoded.message, { id: account.id, smpp }, io);
  return { kind: 'misconfigured', detail: 'The account names no carrier.' };
}
