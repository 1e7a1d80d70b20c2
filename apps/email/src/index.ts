import { defineChannel } from '@skein/channel-kit';
import { email as capabilities } from '@skein/contracts';
import { EmailConfig } from './config.js';
import { listen } from './listen.js';
import { send } from './send.js';

/** E-mail by SMTP in both directions. An account is one address. */
export const email = defineChannel({
  kind: 'email',
  capabilities,
  config: EmailConfig,
  accountOf: ({ address }: EmailConfig) => address.toLowerCase(),
  send,
  listen,
});
