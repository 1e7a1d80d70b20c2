import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** A mailbox. */
export function email({ secrets, sandboxSmtpPort, smtpUrl }: SeedInput): SeedChannel {
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
