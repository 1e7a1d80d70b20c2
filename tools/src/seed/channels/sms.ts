import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** A text message sender at Twilio. */
export function sms({ secrets, sandboxUrl, publicUrl }: SeedInput): SeedChannel {
  const id = 'sms-main';
  const from = '+15005550006';
  const reached = sandboxUrl === null ? {} : { baseUrl: `${sandboxUrl}/sms` };
  const account = {
    accountSid: 'AC2f8a1c5d7e9b4036a1c8d2e5f7b90413',
    authToken: secrets('twilioAuthToken'),
    from,
  };
  return {
    id,
    kind: 'sms',
    account: from,
    name: 'Text messages',
    settings: { ratePerSecond: 20 },
    credentials: {
      carrier: 'twilio',
      twilio: { ...account, ...reached },
    },
    signing: { authToken: account.authToken, accountSid: account.accountSid, from },
    sandbox: {
      kind: 'sms',
      channelId: id,
      carrier: 'twilio',
      ...account,
      ...reached,
      webhookUrl: `${publicUrl}/webhooks/sms/${id}`,
    },
  };
}
