import { describe, it } from '@jest/globals';
import type { OutboundCall, ServiceParts } from '@skein/channel-kit';
import type { Part } from '@skein/contracts';
import { channelContract } from '@skein/testing';
import { WebChatConfig } from './config.js';
import { webChat } from './index.js';
import { send, type SendParts } from './send.js';

const config = Object.assign(new WebChatConfig(), {
  site: 'www.acme.example',
  visitorSecret: 'visitor-secret-of-acme',
  identitySecret: 'identity-secret-of-acme',
  origins: ['https://www.acme.example'],
});

// Nothing of the contract writes or reads: the parts are not used.
const definition = webChat.make({ config: {}, bus: {} } as unknown as ServiceParts);

const call = (part: Part): OutboundCall => ({
  ...{ callId: '1', callRef: '1:1', messageId: 'm', conversationId: 'c', address: 'u:ann' },
  ...{ route: {}, purpose: 'message', part },
});
const account = { id: 'c', workspaceId: 'w' };
const away: SendParts = {
  append: () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' })),
} as unknown as SendParts;

channelContract({ describe, it }, definition, {
  folder: new URL('.', import.meta.url),
  config,
  secrets: [config.visitorSecret, config.identitySecret],
  faults: [
    {
      name: 'a database that is away',
      answer: () => send(call({ type: 'text', text: 'Hi' }), account, away),
      expected: 'unavailable',
    },
    {
      name: 'a reaction',
      answer: () => send(call({ type: 'reaction', providerMessageId: 'wc:1', emoji: '👍' }), account, away),
      expected: 'rejected',
      reason: 'provider_rejected',
    },
    {
      name: 'a change of a message of another platform',
      answer: () => send(call({ type: 'edit', providerMessageId: 'wamid.1', text: 'x' }), account, away),
      expected: 'rejected',
    },
  ],
});
