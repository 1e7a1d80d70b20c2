import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, it } from '@jest/globals';
import type { ProviderAnswer } from '@skein/channel-kit';
import { channelContract } from '@skein/testing';
import { DiscordConfig } from './config.js';
import { failureOf } from './failures.js';
import { discord } from './index.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const { x = '' } = publicKey.export({ format: 'jwk' });
const config = Object.assign(new DiscordConfig(), {
  applicationId: '1200000000000000001',
  publicKey: Buffer.from(x, 'base64url').toString('hex'),
  botToken: 'bot-token-1',
});

const ada = { id: '200000000000000001', username: 'ada', global_name: 'Ada' };
const interaction = (type: number, more: object = {}) => ({
  id: '1300000000000000001',
  application_id: config.applicationId,
  type,
  token: 'interaction-token-1',
  channel_id: '1400000000000000001',
  user: ada,
  version: 1,
  ...more,
});
const press = { component_type: 2, custom_id: 'yes' };

const fault =
  (status: number, body: object | string, headers: Record<string, string> = {}) =>
  () => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer: ProviderAnswer = { status, headers, body: Buffer.from(text) };
    return Promise.resolve(failureOf(answer));
  };

channelContract({ describe, it }, discord, {
  folder: new URL('.', import.meta.url),
  config,
  secrets: ['bot-token-1'],
  webhook: {
    signatureHeaders: ['x-signature-ed25519', 'x-signature-timestamp'],
    signed: (body) => {
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = sign(null, Buffer.concat([Buffer.from(timestamp), body]), privateKey);
      return {
        method: 'POST',
        path: '/',
        search: '',
        query: {},
        headers: { 'x-signature-timestamp': timestamp, 'x-signature-ed25519': signature.toString('hex') },
        body,
      };
    },
    events: [
      { name: 'a pressed button', body: interaction(3, { data: press }), types: ['message'] },
      {
        name: 'a chosen row',
        body: interaction(3, { data: { component_type: 3, custom_id: 'menu', values: ['tea'] } }),
        types: ['message'],
      },
      {
        name: 'a command',
        body: interaction(2, { data: { name: 'order', options: [{ name: 'item', value: 'tea' }] } }),
        types: ['message'],
      },
      { name: 'a greeting', body: interaction(1), types: [] },
      { name: 'a look at suggestions', body: interaction(4), types: [] },
      { name: 'a form', body: interaction(5), types: ['unsupported'] },
      {
        name: 'an application event',
        body: {
          version: 1,
          application_id: config.applicationId,
          type: 1,
          event: { type: 'APPLICATION_AUTHORIZED' },
        },
        types: ['unsupported'],
      },
    ],
  },
  faults: [
    { name: '50007', answer: fault(403, { code: 50007 }), expected: 'rejected', reason: 'opted_out' },
    { name: '10003', answer: fault(404, { code: 10003 }), expected: 'rejected', reason: 'invalid_address' },
    {
      name: '429 of a route',
      answer: fault(429, { retry_after: 0.3, global: false }),
      expected: 'throttled',
    },
    { name: '401', answer: fault(401, { message: '401: Unauthorized', code: 0 }), expected: 'misconfigured' },
    { name: '500', answer: fault(500, 'oops'), expected: 'unavailable' },
  ],
});
