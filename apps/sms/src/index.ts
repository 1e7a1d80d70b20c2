import { defineChannel } from '@skein/channel-kit';
import { sms as capabilities } from '@skein/contracts';
import { SmsConfig } from './config.js';
import { fetchMedia } from './fetch-media.js';
import { send } from './send.js';
import { connection } from './smpp/connection.js';
import { webhook } from './webhook.js';

/**
 * Text messages, by Twilio or by SMPP. An account is one sender: a number or messaging service at Twilio, a login at an SMSC.
 */
export const sms = defineChannel({
  kind: 'sms',
  capabilities,
  config: SmsConfig,
  accountOf: ({ twilio, smpp }: SmsConfig) =>
    twilio
      ? (twilio.messagingServiceSid ?? twilio.from ?? '')
      : `${smpp?.systemId ?? ''}@${smpp?.host.toLowerCase() ?? ''}`,
  send,
  webhook,
  fetchMedia,
  connection,
});
