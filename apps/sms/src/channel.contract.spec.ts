import { createHash, createHmac } from 'node:crypto';
import { describe, it } from '@jest/globals';
import { CONTRACT_URL, channelContract } from '@skein/testing';
import { SmsConfig } from './config.js';
import { sms } from './index.js';
import { TwilioConfig } from './twilio/config.js';
import { failureOf, twilioErrorOf } from './twilio/failures.js';
import { failureOfStatus } from './smpp/failures.js';

const twilio = Object.assign(new TwilioConfig(), {
  accountSid: `AC${'0'.repeat(32)}`,
  authToken: 'auth-token-1',
  apiKey: `SK${'0'.repeat(32)}`,
  apiKeySecret: 'api-key-secret-1',
  from: '+15005550006',
});
const config = Object.assign(new SmsConfig(), { carrier: 'twilio' as const, twilio });

const inbound = {
  MessageSid: 'SM1',
  SmsStatus: 'received',
  From: '+15551234567',
  To: '+15005550006',
  Body: 'Hi',
  NumMedia: '0',
};
const file = {
  NumMedia: '1',
  MediaUrl0: 'https://api.twilio.com/2010-04-01/x',
  MediaContentType0: 'image/png',
};
const status = (MessageStatus: string) => ({ MessageSid: 'SM2', MessageStatus, ErrorCode: '30007' });
const fault = (code: number, http: number) => () => Promise.resolve(failureOf(twilioErrorOf({ code }), http));

channelContract({ describe, it }, sms, {
  folder: new URL('.', import.meta.url),
  config,
  secrets: ['auth-token-1', 'api-key-secret-1'],
  webhook: {
    signatureHeaders: ['x-twilio-signature'],
    // The form of a body that is none: its hash is in the query, and the signature covers the address.
    signed: (body, { twilio: signing }) => {
      const search = `?bodySHA256=${createHash('sha256').update(body).digest('hex')}`;
      const url = `${CONTRACT_URL}/webhooks/sms/c${search}`;
      const signature = createHmac('sha1', signing?.authToken ?? '')
        .update(url)
        .digest('base64');
      const headers = { 'content-type': 'application/json', 'x-twilio-signature': signature };
      return { method: 'POST', path: '/webhooks/sms/c', search, query: {}, headers, body };
    },
    events: [
      { name: 'a text', body: inbound, types: ['message'] },
      { name: 'a file', body: { ...inbound, ...file }, types: ['message'] },
      { name: 'an answered STOP', body: { ...inbound, OptOutType: 'STOP' }, types: ['consent', 'message'] },
      { name: 'delivered', body: status('delivered'), types: ['receipt'] },
      { name: 'undelivered', body: status('undelivered'), types: ['receipt'] },
      { name: 'an unknown status', body: status('wondering'), types: ['unsupported'] },
    ],
  },
  faults: [
    { name: '21610', answer: fault(21610, 400), expected: 'rejected', reason: 'opted_out' },
    { name: '20429', answer: fault(20429, 429), expected: 'throttled' },
    { name: '20503', answer: fault(20503, 503), expected: 'unavailable' },
    { name: '20500', answer: fault(20500, 500), expected: 'indeterminate' },
    { name: '20003', answer: fault(20003, 401), expected: 'misconfigured' },
    { name: 'SMPP 0x58', answer: async () => failureOfStatus(0x58), expected: 'throttled' },
    {
      name: 'SMPP 0x0B',
      answer: async () => failureOfStatus(0x0b),
      expected: 'rejected',
      reason: 'invalid_address',
    },
    { name: 'SMPP 0x0E', answer: async () => failureOfStatus(0x0e), expected: 'misconfigured' },
  ],
});
