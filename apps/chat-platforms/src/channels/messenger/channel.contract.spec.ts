import { createHmac } from 'node:crypto';
import { describe, it } from '@jest/globals';
import { channelContract } from '@skein/testing';
import { failureOf, graphErrorOf } from '../../meta/failures.js';
import { MessengerConfig } from './config.js';
import { messenger } from './index.js';

const config = Object.assign(new MessengerConfig(), {
  pageId: '111222333',
  accessToken: 'access-token-1',
  appSecret: 'app-secret-1',
  verifyToken: 'verify-token-1',
});

const about = {
  sender: { id: '1254459154682919' },
  recipient: { id: '111222333' },
  timestamp: 1795000000000,
};
const webhook = (part: object) => ({
  object: 'page',
  entry: [{ id: '111222333', time: 1795000000000, messaging: [{ ...about, ...part }] }],
});
const message = (content: object) => webhook({ message: { mid: 'm_in', ...content } });
const fault = (code: number, error_subcode: number | undefined, http: number) => () =>
  Promise.resolve(failureOf(graphErrorOf({ code, error_subcode }), http));

channelContract({ describe, it }, messenger, {
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
      { name: 'a text', body: message({ text: 'Hi' }), types: ['message'] },
      {
        name: 'a picture',
        body: message({ attachments: [{ type: 'image', payload: { url: 'https://cdn.example/1' } }] }),
        types: ['message'],
      },
      { name: 'a press', body: webhook({ postback: { title: 'Yes', payload: 'y' } }), types: ['message'] },
      {
        name: 'a reaction',
        body: webhook({ reaction: { mid: 'm_out', action: 'react', emoji: '👍' } }),
        types: ['reaction'],
      },
      {
        name: 'an edit',
        body: webhook({ message_edit: { mid: 'm_in', text: 'Ho', num_edit: 1 } }),
        types: ['edit'],
      },
      {
        name: 'a delivery',
        body: webhook({ delivery: { mids: ['m_out'], watermark: 1795000000000 } }),
        types: ['receipt', 'watermark'],
      },
      { name: 'a reading', body: webhook({ read: { watermark: 1795000000000 } }), types: ['watermark'] },
      {
        name: 'the echo of one of our calls',
        body: webhook({
          sender: about.recipient,
          recipient: about.sender,
          message: { mid: 'm_out', is_echo: true, metadata: '7:1', text: 'x' },
        }),
        types: ['receipt'],
      },
      {
        name: 'an own echo',
        body: webhook({
          sender: about.recipient,
          recipient: about.sender,
          message: { mid: 'm_out', is_echo: true, text: 'x' },
        }),
        types: ['unsupported'],
      },
      { name: 'a referral', body: webhook({ referral: { ref: 'r' } }), types: ['unsupported'] },
    ],
  },
  faults: [
    { name: '10/2018278', answer: fault(10, 2018278, 403), expected: 'rejected', reason: 'window_closed' },
    { name: '551/1545041', answer: fault(551, 1545041, 400), expected: 'rejected', reason: 'policy' },
    { name: '613', answer: fault(613, undefined, 400), expected: 'throttled' },
    { name: '190', answer: fault(190, undefined, 401), expected: 'misconfigured' },
    { name: '2', answer: fault(2, undefined, 500), expected: 'unavailable' },
  ],
});
