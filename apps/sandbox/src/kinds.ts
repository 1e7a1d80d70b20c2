import type { OpenKind } from './core/kind.js';
import { openDiscord } from './discord/index.js';
import { openEmail } from './email/index.js';
import { openInstagram } from './instagram/index.js';
import { openMessenger } from './messenger/index.js';
import { openSlack } from './slack/index.js';
import { openSms } from './sms/index.js';
import { openTeams } from './teams/index.js';
import { openTelegram } from './telegram/index.js';
import { openWebChat } from './web-chat/index.js';
import { openWhatsApp } from './whatsapp/index.js';

/** Every platform the sandbox plays: one folder and one line each. */
export const KINDS: readonly OpenKind[] = [
  openWhatsApp,
  openDiscord,
  openEmail,
  openInstagram,
  openMessenger,
  openSlack,
  openSms,
  openTeams,
  openTelegram,
  openWebChat,
];
