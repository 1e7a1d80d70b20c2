import { defineChannel } from '@skein/channel-kit';
import { messenger as capabilities } from '@skein/contracts';
import { fetchAttachment } from '../../meta/fetch-attachment.js';
import { MessengerConfig } from './config.js';
import { send, typing } from './send.js';
import { webhook } from './webhook.js';

/** Facebook Messenger. An account is one Page. */
export const messenger = defineChannel({
  kind: 'messenger',
  capabilities,
  config: MessengerConfig,
  accountOf: ({ pageId }: MessengerConfig) => pageId,
  send,
  webhook,
  fetchMedia: (media, _account, io) => fetchAttachment(media, io),
  typing,
});
