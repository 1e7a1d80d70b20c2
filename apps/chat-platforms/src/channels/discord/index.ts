import { defineChannel } from '@skein/channel-kit';
import { discord as capabilities } from '@skein/contracts';
import { DiscordConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { connection } from './gateway/connection.js';
import { send } from './send.js';
import { typing } from './typing.js';
import { webhook } from './webhook.js';

/** Discord. An account is one application with its bot. */
export const discord = defineChannel({
  kind: 'discord',
  capabilities,
  config: DiscordConfig,
  accountOf: ({ applicationId }: DiscordConfig) => applicationId,
  send,
  webhook,
  fetchMedia,
  typing,
  connection,
});
