import { createHmac } from 'node:crypto';
import { describe, it } from '@jest/globals';
import { channelContract } from '@skein/testing';
import { SlackConfig } from './config.js';
import { failureOf } from './failures.js';
import { slack } from './index.js';

const config = Object.assign(new SlackConfig(), {
  teamId: 'T111AAA',
  appId: 'A222BBB',
  botToken: 'xoxb-token-1',
  signingSecret: 'signing-secret-1',
});

const about = { channel: 'C333CCC', user: 'U444DDD', ts: '1795000000.000100', channel_type: 'channel' };
const callback = (event: object) => ({
  type: 'event_callback',
  team_id: 'T111AAA',
  api_app_id: 'A222BBB',
  event,
  event_id: 'Ev555EEE',
  event_time: 1_795_000_000,
  authorizations: [{ team_id: 'T111AAA', user_id: 'U0OWNBOT', is_bot: true }],
});
const message = (more: object) => callback({ type: 'message', ...about, ...more });
const press = (action: object) => ({
  payload: JSON.stringify({
    type: 'block_actions',
    api_app_id: 'A222BBB',
    team: { id: 'T111AAA' },
    user: { id: 'U444DDD', name: 'ada' },
    channel: { id: 'D666FFF', name: 'directmessage' },
    message: { ts: '1795000000.000100' },
    actions: [{ action_id: 'press:0', action_ts: '1795000001.000100', ...action }],
  }),
});
const command = {
  command: '/ask',
  text: 'why',
  user_id: 'U444DDD',
  channel_id: 'C333CCC',
  trigger_id: '1.2.3',
  team_id: 'T111AAA',
  api_app_id: 'A222BBB',
};
const item = { type: 'message', channel: 'C333CCC', ts: '1795000000.000100' };
const fault = (code: string, method = 'chat.postMessage', status = 200) => {
  const failure = failureOf({ code, said: [] }, { method, status });
  return () => Promise.resolve(failure);
};

channelContract({ describe, it }, slack, {
  folder: new URL('.', import.meta.url),
  config,
  secrets: ['xoxb-token-1', 'signing-secret-1'],
  webhook: {
    signatureHeaders: ['x-slack-signature', 'x-slack-request-timestamp'],
    signed: (body, { signingSecret }) => {
      const stamp = String(Math.floor(Date.now() / 1000));
      const digest = createHmac('sha256', signingSecret).update(`v0:${stamp}:`).update(body).digest('hex');
      const headers = { 'x-slack-request-timestamp': stamp, 'x-slack-signature': `v0=${digest}` };
      return { method: 'POST', path: '/', search: '', query: {}, headers, body };
    },
    events: [
      { name: 'a text', body: message({ text: 'Hi' }), types: ['message'] },
      {
        name: 'a mention',
        body: callback({ type: 'app_mention', ...about, text: '<@U0OWNBOT> hi' }),
        types: ['message'],
      },
      {
        name: 'a file',
        body: message({ subtype: 'file_share', files: [{ id: 'F1A1' }] }),
        types: ['message'],
      },
      { name: 'a press', body: press({ type: 'button', value: 'yes' }), types: ['message'] },
      {
        name: 'an opened link',
        body: press({ type: 'button', url: 'https://a.test' }),
        types: ['unsupported'],
      },
      { name: 'a command', body: command, types: ['message'] },
      {
        name: 'a reaction',
        body: callback({ type: 'reaction_added', user: 'U444DDD', reaction: '+1', item }),
        types: ['reaction'],
      },
      {
        name: 'a reaction taken back',
        body: callback({ type: 'reaction_removed', user: 'U444DDD', reaction: '+1', item }),
        types: ['reaction'],
      },
      {
        name: 'an edit',
        body: message({
          subtype: 'message_changed',
          message: { ...about, text: 'new', edited: { ts: '1795000002.000100' } },
        }),
        types: ['edit'],
      },
      {
        name: 'a deletion',
        body: message({ subtype: 'message_deleted', deleted_ts: about.ts, previous_message: about }),
        types: ['revoke'],
      },
      {
        name: 'our own message with our reference',
        body: callback({
          type: 'message_metadata_posted',
          app_id: 'A222BBB',
          channel_id: 'C333CCC',
          message_ts: about.ts,
          metadata: { event_type: 'skein_call', event_payload: { call_ref: '7:1' } },
        }),
        types: ['receipt'],
      },
      { name: 'an own echo', body: message({ bot_id: 'B777', text: 'hi' }), types: ['unsupported'] },
      { name: 'an uninstallation', body: callback({ type: 'app_uninstalled' }), types: ['unsupported'] },
      { name: 'a challenge', body: { type: 'url_verification', challenge: 'c' }, types: [] },
    ],
  },
  faults: [
    {
      name: 'channel_not_found',
      answer: fault('channel_not_found'),
      expected: 'rejected',
      reason: 'invalid_address',
    },
    { name: 'ratelimited', answer: fault('ratelimited', 'chat.postMessage', 429), expected: 'throttled' },
    { name: 'invalid_auth', answer: fault('invalid_auth'), expected: 'misconfigured' },
    {
      name: 'service_unavailable',
      answer: fault('service_unavailable', 'chat.postMessage', 503),
      expected: 'unavailable',
    },
    { name: 'internal_error', answer: fault('internal_error'), expected: 'indeterminate' },
  ],
});
