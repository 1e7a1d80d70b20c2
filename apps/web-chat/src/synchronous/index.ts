import { defineChannel } from '@skein/channel-kit';
import { api as capabilities } from '@skein/contracts';
import { ApiChannelConfig } from './config.js';
import { send } from './send.js';

/** The answering side of the synchronous API channel; what people write there comes in through the api. */
export const api = defineChannel({
  kind: 'api',
  capabilities,
  config: ApiChannelConfig,
  withoutCredentials: true,
  accountOf: ({ name }: ApiChannelConfig) => name,
  send,
});
