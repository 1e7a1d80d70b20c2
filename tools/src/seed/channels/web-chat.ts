import type { SeedInput } from '../../seed.js';
import type { SeedChannel } from '../seed-channel.js';

/** A web chat that every page on this machine may open. */
export function webChat({ secrets, webChatUrl }: SeedInput): SeedChannel {
  const id = 'web-chat-main';
  const site = 'localhost';
  const visitorSecret = secrets('webChatVisitorSecret');
  const identitySecret = secrets('webChatIdentitySecret');
  return {
    id,
    kind: 'web-chat',
    account: site,
    name: 'Web chat',
    settings: {},
    credentials: {
      site,
      visitorSecret,
      identitySecret,
      origins: ['http://127.0.0.1:*', 'http://localhost:*'],
      title: 'Skein Concierge',
      greeting: 'Hello! Ask me anything.',
      connectionsPerIp: 1000,
    },
    signing: { identitySecret, visitorSecret, site },
    sandbox: { kind: 'web-chat', channelId: id, url: webChatUrl, identitySecret },
  };
}
