import type { ChannelKind } from '../kinds.js';
import type { Capabilities } from './capability.js';
import { api } from './api.js';
import { discord } from './discord.js';
import { email } from './email.js';
import { instagram } from './instagram.js';
import { messenger } from './messenger.js';
import { slack } from './slack.js';
import { sms } from './sms.js';
import { teams } from './teams.js';
import { telegram } from './telegram.js';
import { webChat } from './web-chat.js';
import { whatsapp } from './whatsapp.js';

export { api, discord, email, instagram, messenger, slack, sms, teams, telegram, webChat, whatsapp };
export type { AddressShape, Capabilities, DialectName, OnUnknown, Source, TextUnit } from './capability.js';

/** The capability table: one file per kind that Skein can serve. */
export const CAPABILITIES: Partial<Record<ChannelKind, Capabilities>> = {
  whatsapp,
  sms,
  email,
  'web-chat': webChat,
  telegram,
  slack,
  discord,
  teams,
  instagram,
  messenger,
  api,
};

/** The kind's capabilities; undefined for a kind without a channel service. */
export function capabilitiesOf(kind: ChannelKind): Capabilities | undefined {
  return CAPABILITIES[kind];
}
