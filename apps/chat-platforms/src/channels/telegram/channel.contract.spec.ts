import { describe, it } from '@jest/globals';
import { channelContract } from '@skein/testing';
import { TelegramConfig } from './config.js';
import { botErrorOf, failureOf } from './failures.js';
import { telegram } from './index.js';

const config = Object.assign(new TelegramConfig(), {
  token: '7013370101:bot-token-1',
  secretToken: 'secret-token-1',
});

let lastUpdate = 100;
const update = (name: string, content: object) => ({ update_id: (lastUpdate += 1), [name]: content });
const chat = { id: 4711, type: 'private', first_name: 'Ada' };
const from = { id: 4711, is_bot: false, first_name: 'Ada' };
const about = { message_id: 7, from, chat, date: 1_795_000_000 };
const said = (content: object) => update('message', { ...about, ...content });
const member = (before: string, now: string) =>
  update('my_chat_member', {
    ...{ chat, from, date: 1_795_000_000 },
    old_chat_member: { status: before },
    new_chat_member: { status: now },
  });
const reacted = (before: string[], now: string[]) => {
  const listed = (all: string[]) => all.map((emoji) => ({ type: 'emoji', emoji }));
  const change = { chat, message_id: 6, user: from, date: 1_795_000_000 };
  return update('message_reaction', { ...change, old_reaction: listed(before), new_reaction: listed(now) });
};
const fault =
  (error_code: number, description: string, parameters = {}) =>
  () =>
    Promise.resolve(failureOf(botErrorOf({ ok: false, error_code, description, parameters }, error_code)));

channelContract({ describe, it }, telegram, {
  folder: new URL('.', import.meta.url),
  config,
  secrets: ['7013370101:bot-token-1', 'bot-token-1', 'secret-token-1'],
  webhook: {
    signatureHeaders: ['x-telegram-bot-api-secret-token'],
    coversBody: false,
    signed: (body, { secretToken }) => ({
      method: 'POST',
      path: '/',
      search: '',
      query: {},
      headers: { 'x-telegram-bot-api-secret-token': secretToken },
      body,
    }),
    events: [
      { name: 'a text', body: said({ text: 'Hi' }), types: ['message'] },
      { name: 'the opening word', body: said({ text: '/start' }), types: ['consent', 'message'] },
      { name: 'a photo', body: said({ photo: [{ file_id: 'f', width: 1, height: 1 }] }), types: ['message'] },
      {
        name: 'a press',
        body: update('callback_query', { id: '99', from, message: about, data: 'yes' }),
        types: ['message'],
      },
      {
        name: 'an edit',
        body: update('edited_message', { ...about, text: 'Hi!', edit_date: 1_795_000_001 }),
        types: ['edit'],
      },
      { name: 'a reaction', body: reacted([], ['👍']), types: ['reaction'] },
      { name: 'a reaction taken back', body: reacted(['👍'], []), types: ['reaction'] },
      { name: 'a block', body: member('member', 'kicked'), types: ['consent'] },
      { name: 'an unblock', body: member('kicked', 'member'), types: ['consent'] },
      { name: 'a group that moved', body: said({ migrate_to_chat_id: -1001 }), types: ['readdressed'] },
      {
        name: 'an own echo',
        body: said({ from: { id: 1, is_bot: true }, text: 'me' }),
        types: ['unsupported'],
      },
      { name: 'a notice', body: said({ pinned_message: {} }), types: ['unsupported'] },
      { name: 'a channel post', body: update('channel_post', about), types: ['unsupported'] },
      { name: 'a kind of tomorrow', body: update('hologram', {}), types: ['unsupported'] },
    ],
  },
  faults: [
    {
      name: '403 blocked',
      answer: fault(403, 'Forbidden: bot was blocked by the user'),
      expected: 'rejected',
      reason: 'opted_out',
    },
    {
      name: '400 chat not found',
      answer: fault(400, 'Bad Request: chat not found'),
      expected: 'rejected',
      reason: 'invalid_address',
    },
    { name: '429', answer: fault(429, 'Too Many Requests', { retry_after: 3 }), expected: 'throttled' },
    { name: '401', answer: fault(401, 'Unauthorized'), expected: 'misconfigured' },
    { name: '404', answer: fault(404, 'Not Found'), expected: 'misconfigured' },
    { name: '500', answer: fault(500, 'Internal Server Error'), expected: 'unavailable' },
    { name: '504', answer: fault(504, 'Gateway Time-out'), expected: 'indeterminate' },
  ],
});
