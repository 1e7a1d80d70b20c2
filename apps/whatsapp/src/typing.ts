import { providerRequest } from '@skein/channel-kit';
import type { ChannelAccount, SendIo } from '@skein/channel-kit';
import type { TypingNote } from '@skein/contracts';
import type { WhatsAppConfig } from './config.js';

/** Marks the message as read and shows the indicator for up to 25 s (Meta, typing indicators, checked 2026-11). */
export async function typing(
  { providerMessageId }: TypingNote,
  { config }: ChannelAccount<WhatsAppConfig>,
  { signal, http }: SendIo,
): Promise<void> {
  if (providerMessageId === undefined) return;
  await providerRequest({
    method: 'POST',
    url: `${config.baseUrl}/${config.phoneNumberId}/messages`,
    headers: { authorization: `Bearer ${config.accessToken}` },
    body: {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: providerMessageId,
      typing_indicator: { type: 'text' },
    },
    signal,
    http,
  });
}
