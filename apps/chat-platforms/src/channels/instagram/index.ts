import { defineChannel } from '@skein/channel-kit';
import { instagram as capabilities } from '@skein/contracts';
import { fetchAttachment } from '../../meta/fetch-attachment.js';
import { InstagramConfig } from './config.js';
import { send, typing } from './send.js';
import { webhook } from './webhook.js';

/** Instagram Messaging. An account is one Instagram professional account. */
export const instagram = defineChannel({
  kind: 'instagram',
  capabilities,
  config: InstagramConfig,
  accountOf: ({ instagramId }: InstagramConfig) => instagramId,
  send,
  webhook,
  fetchMedia: (media, _account, io) => fetchAttachment(media, io),
  typing,
});
