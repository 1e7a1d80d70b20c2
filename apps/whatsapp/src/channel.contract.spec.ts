import { createHmac } from 'node:crypto';
import { describe, it } from '@jest/globals';
import { channelContract } from '@skein/testing';
import { WhatsAppConfig } from './config.js';
import { failureOf, graphErrorOf } from './failures.js';
import { whatsapp } from './index.js';

const config = Object.assign(new WhatsAppConfig(), {
  phoneNumberId: '111',
  wabaId: '222',
  accessToken: 'access-token-1',
  appSecret: 'app-secret-1',
  verifyToken: 'verify-token-1',
});

const about = { id: 'wamid.in', from: '491701234567', timestamp: '1795000000' };
const change = (field: string, value: object) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '222', changes: [{ field, value: { metadata: { phone_number_id: '111' }, ...value } }] }],
});
const message = (content: object) => change('messages', { messages: [{ ...about, ...content }] });
const status = (word: string) =>
  change('messages', {
    statuses: [{ id: 'wamid.out', status: word, timestamp: '1795000000', recipient_id: '491701234567' }],
  });
const fault = (code: number, http: number) => () => Promise.resolve(failureOf(graphErrorOf({ code }), http));

channelContract({ describe, it }, whatsapp, {
  folder: new URL('.', import.meta.url),
  config,
  secrets: ['access-token-1', 'app-secret-1', 'verify-token-1'],
  webhook: {
    signatureHeaders: ['x-hub-signature-256'],
    signed: (body, { appSecret }) => ({
      method: 'POST',
      path: '/',
      search: '',
      query: {},
      headers: {
        'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`,
      },
      body,
    }),
    events: [
      { name: 'a text', body: message({ type: 'text', text: { body: 'Hi' } }), types: ['message'] },
      {
        name: 'a reaction',
        body: message({ type: 'reaction', reaction: { message_id: 'w', emoji: '👍' } }),
        types: ['reaction'],
      },
      { name: 'delivered', body: status('delivered'), types: ['receipt'] },
      { name: 'read', body: status('read'), types: ['receipt'] },
      {
        name: 'an own echo',
        body: change('smb_message_echoes', { message_echoes: [about] }),
        types: ['unsupported'],
      },
    ],
  },
  faults: [
    { name: '131047', answer: fault(131047, 400), expected: 'rejected', reason: 'window_closed' },
    { name: '130429', answer: fault(130429, 429), expected: 'throttled' },
    { name: '190', answer: fault(190, 401), expected: 'misconfigured' },
    { name: '131000', answer: fault(131000, 500), expected: 'unavailable' },
  ],
});
