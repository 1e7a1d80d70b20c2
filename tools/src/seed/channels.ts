import type { SeedInput } from '../seed.js';
import { api } from './channels/api.js';
import { discord } from './channels/discord.js';
import { email } from './channels/email.js';
import { instagram } from './channels/instagram.js';
import { messenger } from './channels/messenger.js';
import { telegram } from './channels/telegram.js';
import { sms } from './channels/sms.js';
import { slack } from './channels/slack.js';
import { teams } from './channels/teams.js';
import { webChat } from './channels/web-chat.js';
import { whatsapp } from './channels/whatsapp.js';
import type { SeedChannel } from './seed-channel.js';

/** One file for each kind; `npm start` gives the development workspace one channel of each. */
const CHANNELS: readonly ((input: SeedInput) => SeedChannel)[] = [
  whatsapp,
  email,
  instagram,
  messenger,
  discord,
  sms,
  slack,
  teams,
  telegram,
  webChat,
  api,
];

/** Provider addresses change with the ports of each start, everything else stays. */
export function developmentChannels(input: SeedInput): SeedChannel[] {
  return CHANNELS.map((channelOf) => channelOf(input));
}
