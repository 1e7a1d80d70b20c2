import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';
import { providerTemplates } from '../templates.js';

/** A WhatsApp number with approved templates. */
export function whatsapp({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
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
