import type { ChannelAccount, OutboundCall, ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure, TypingNote } from '@skein/contracts';
import type { GraphAccount } from '../../meta/graph-call.js';
import { sendContent, showTyping } from '../../meta/send-content.js';
import type { MessengerConfig } from './config.js';
import { encode } from './encode.js';

/** One `POST /{page_id}/messages`, after the upload of a stored file. */
export async function send(
  call: OutboundCall,
  { config }: ChannelAccount<MessengerConfig>,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  return sendContent(
    encode(call, (source) => io.publicUrl(source)),
    graphAccount(config),
    io,
  );
}

export async function typing(
  { address }: TypingNote,
  { config }: ChannelAccount<MessengerConfig>,
  io: SendIo,
): Promise<void> {
  await showTyping(address, graphAccount(config), io);
}

function graphAccount({ baseUrl, pageId, accessToken }: MessengerConfig): GraphAccount {
  return { baseUrl, sender: pageId, accessToken };
}
