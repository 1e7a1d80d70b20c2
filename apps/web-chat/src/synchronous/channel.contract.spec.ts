import { describe, it } from '@jest/globals';
import { channelContract } from '@skein/testing';
import { ApiChannelConfig } from './config.js';
import { encode } from './encode.js';
import { api } from './index.js';
import { send } from './send.js';

channelContract({ describe, it }, api, {
  folder: new URL('.', import.meta.url),
  config: Object.assign(new ApiChannelConfig(), { name: 'shop-app' }),
  secrets: [],
  encode: (part) => {
    const encoded = encode(part);
    return 'failure' in encoded ? undefined : encoded.part;
  },
  faults: [
    {
      name: 'a reaction',
      answer: () => send({ part: { type: 'reaction', providerMessageId: '1', emoji: '👍' } }),
      expected: 'rejected',
      reason: 'provider_rejected',
    },
  ],
});
