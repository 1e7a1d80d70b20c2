import { defineChannel } from '@skein/channel-kit';
import { teams as capabilities } from '@skein/contracts';
import { TeamsConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send, typing } from './send.js';
import { webhook } from './webhook.js';

/** Microsoft Teams by the Bot Connector. An account is one bot application. */
export const teams = defineChannel({
  kind: 'teams',
  capabilities,
  config: TeamsConfig,
  accountOf: ({ appId }: TeamsConfig) => appId,
  send,
  webhook,
  fetchMedia,
  typing,
});
