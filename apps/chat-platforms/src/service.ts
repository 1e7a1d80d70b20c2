import { defineChannelService } from '@skein/channel-kit';
import { discord } from './channels/discord/index.js';
import { instagram } from './channels/instagram/index.js';
import { messenger } from './channels/messenger/index.js';
import { slack } from './channels/slack/index.js';
import { teams } from './channels/teams/index.js';
import { telegram } from './channels/telegram/index.js';

/** One process serves all of them, or those in `SKEIN_CHANNEL_KINDS`. */
export const service = defineChannelService([discord, instagram, messenger, slack, teams, telegram], {
  name: 'chat-platforms',
});
