import { defineChannel } from '@skein/channel-kit';
import { whatsapp as capabilities } from '@skein/contracts';
import { WhatsAppConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send } from './send.js';
import { typing } from './typing.js';
import { webhook } from './webhook.js';

/** WhatsApp Cloud API. An account is one business phone number. */
export const whatsapp = defineChannel({
  kind: 'whatsapp',
  capabilities,
  config: WhatsAppConfig,
  accountOf: ({ phoneNumberId }: WhatsAppConfig) => phoneNumberId,
  send,
  webhook,
  fetchMedia,
  typing,
});
