import { defineChannel } from '@skein/channel-kit';
import { telegram as capabilities } from '@skein/contracts';
import { botIdOf, TelegramConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send, typing } from './send.js';
import { webhook } from './webhook.js';

/** Telegram Bot API. An account is one bot. */
export const telegram = defineChannel({
  kind: 'telegram',
  capabilities,
  config: TelegramConfig,
  accountOf: botIdOf,
  send,
  webhook,
  fetchMedia,
  typing,
});
