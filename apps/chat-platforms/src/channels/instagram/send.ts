import type { ChannelAccount, OutboundCall, ProviderReceipt, SendIo } from '@skein/channel-kit';
import type { Failure, TypingNote } from '@skein/contracts';
import type { GraphAccount } from '../../meta/graph-call.js';
import { sendContent, showTyping } from '../../meta/send-content.js';
import type { InstagramConfig } from './config.js';
import { encode } from './encode.js';

/** A Page's upload says for which of its two surfaces it is (Meta, upload media for Instagram messaging, 1 April 2026). */
const OF_A_PAGE = { platform: 'instagram' };

/** One `POST /{ig_id}/messages`, after the upload of a stored file. */
export async function send(
  call: OutboundCall,
  { config }: ChannelAccount<InstagramConfig>,
  io: SendIo,
): Promise<ProviderReceipt | Failure> {
  const encoded = encode(call, (source) => io.publicUrl(source));
  return sendContent(encoded, graphAccount(config), io, config.pageId === undefined ? {} : OF_A_PAGE);
}

export async function typing(
  { address }: TypingNote,
  { config }: ChannelAccount<InstagramConfig>,
  io: SendIo,
): Promise<void> {
  await showTyping(address, graphAccount(config), io);
}

function graphAccount({ baseUrl, instagramId, pageId, accessToken }: InstagramConfig): GraphAccount {
  return { baseUrl, sender: pageId ?? instagramId, accessToken };
}
