import type { ChannelKind, ChannelSettings } from '@skein/contracts';
import type { SandboxAccount, SeedInput } from '../seed.js';
import { providerTemplates } from './templates.js';

/** A channel of the development workspace, on both sides of the wire. */
export interface SeedChannel {
  id: string;
  kind: ChannelKind;
  account: string;
  name: string;
  settings: ChannelSettings;
  credentials: object;
  /** What an outside test needs to sign webhooks. */
  signing: Record<string, string>;
  sandbox: SandboxAccount;
}

/** Provider addresses change with the ports of each start, everything else stays. */
export function developmentChannels(input: SeedInput): SeedChannel[] {
  return [whatsapp(input), email(input)];
}

function whatsapp({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
  const id = 'wa-main';
  const account = {
    phoneNumberId: '106540352242922',
    wabaId: '102290129340398',
    displayPhoneNumber: '+442071838750',
  };
  const keys = {
    accessToken: secrets('whatsappAccessToken'),
    appSecret: secrets('whatsappAppSecret'),
    verifyToken: secrets('whatsappVerifyToken'),
  };
  const templates = providerTemplates();
  return {
    id,
    kind: 'whatsapp',
    account: account.phoneNumberId,
    name: 'WhatsApp number',
    settings: { optInTemplates: { utility: 'message_waiting', marketing: 'news_waiting' } },
    credentials: {
      ...account,
      ...keys,
      ...(sandboxUrl === null ? {} : { baseUrl: `${sandboxUrl}/whatsapp/v24.0` }),
    },
    signing: {
      appSecret: keys.appSecret,
      verifyToken: keys.verifyToken,
      phoneNumberId: account.phoneNumberId,
      wabaId: account.wabaId,
    },
    sandbox: {
      kind: 'whatsapp',
      channelId: id,
      ...account,
      ...keys,
      templates,
      webhookUrl: `${publicUrl}/webhooks/whatsapp/${id}`,
    },
  };
}

function email({ secrets, sandboxSmtpPort, smtpUrl }: SeedInput): SeedChannel {
  const id = 'mail-main';
  const address = 'concierge@skein.test';
  const login = { user: 'concierge', password: secrets('emailPassword') };
  return {
    id,
    kind: 'email',
    account: address,
    name: 'Mailbox',
    settings: {},
    credentials: {
      address,
      fromName: 'Skein Concierge',
      smtp: { host: '127.0.0.1', port: sandboxSmtpPort, ...login, secure: false },
      plusAddressing: true,
    },
    signing: { address },
    sandbox: {
      kind: 'email',
      channelId: id,
      address,
      ...login,
      inboundSmtp: smtpUrl.replace(/^smtp:\/\//, ''),
    },
  };
}
