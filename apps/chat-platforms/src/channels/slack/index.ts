import { defineChannel } from '@skein/channel-kit';
import { slack as capabilities } from '@skein/contracts';
import { SlackConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send } from './send.js';
import { webhook } from './webhook.js';

/** Slack Web API and Events API. An account is one app in one workspace. */
export const slack = defineChannel({
  kind: 'slack',
  capabilities,
  config: SlackConfig,
  accountOf: ({ teamId, appId }: SlackConfig) => `${teamId}:${appId}`,
  send,
  webhook,
  fetchMedia,
});
