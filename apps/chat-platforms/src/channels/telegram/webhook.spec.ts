import { describe, expect, it } from '@jest/globals';
import type { InboundEvent } from '@skein/contracts';
import { TelegramConfig } from './config.js';
import { webhook } from './webhook.js';

const config = Object.assign(new TelegramConfig(), { token: '1:a', secretToken: 's' });
const chat = { id: 4711, type: 'private', first_name: 'Ada', last_name: 'L' };
const group = { id: -1001234567890, type: 'supergroup', title: 'Friends' };
const from = { id: 4711, is_bot: false, first_name: 'Ada' };
const about = { message_id: 7, from, chat, date: 1_795_000_000 };

const parse = (body: unknown): InboundEvent[] =>
  webhook.parse(body, { account: '1', config, query: {} }).map(({ event }) => event);
const one = (name: string, content: object): InboundEvent | undefined =>
  parse({ update_id: 5, [name]: content }).at(-1);
const said = (content: object) => one('message', { ...about, ...content });

describe('what people write on Telegram', () => {
  it('P2: reads a text with the name of its person', () => {
    expect(said({ text: 'Hi' })).toEqual({
      type: 'message',
      eventId: '5',
      at: new Date(1_795_000_000_000).toISOString(),
      address: '4711',
      profileName: 'Ada L',
      providerMessageId: '4711:7',
      content: { text: 'Hi' },
    });
  });

  it('tells a group, its topics and who of it spoke', () => {
    expect(said({ chat: group, text: 'Hi' })).toMatchObject({
      address: '-1001234567890',
      profileName: 'Friends',
      content: { author: { id: '4711', name: 'Ada' } },
    });
    const topic = { chat: group, message_thread_id: 9, is_topic_message: true };
    const opening = { message_id: 9, chat: group, forum_topic_created: { name: 'T' } };
    const spoken = said({ ...topic, text: 'Hi', reply_to_message: opening });
    expect(spoken).toMatchObject({ address: '-1001234567890:9' });
    expect(spoken).not.toHaveProperty('replyTo');
    // In a group without topics the same field numbers a chain of replies.
    expect(said({ chat: group, message_thread_id: 9, text: 'Hi' })).toMatchObject({
      address: '-1001234567890',
    });
    const hidden = {
      from: { id: 1087968824, is_bot: true },
      sender_chat: { id: -1001234567890, title: 'Friends' },
    };
    expect(said({ chat: group, text: 'Hi', ...hidden })).toMatchObject({
      content: { author: { id: '-1001234567890', name: 'Friends' } },
    });
  });

  it('P2: names the message that is answered', () => {
    expect(said({ text: 'yes', reply_to_message: { message_id: 3, chat } })).toMatchObject({
      replyTo: ['4711:3'],
    });
  });

  it('P11: /start is a first word, and ends an opt-out', () => {
    const events = parse({ update_id: 5, message: { ...about, text: '/start' } });
    expect(events).toMatchObject([
      { type: 'consent', eventId: '5:consent', value: 'start', onlyIfOptedOut: true },
      { type: 'message', eventId: '5', content: { text: '/start' } },
    ]);
    expect(parse({ update_id: 5, message: { ...about, text: '/start promo' } })).toHaveLength(1);
  });

  it('R5: reads files, photos in their largest size, captions and albums', () => {
    const file = { file_id: 'F', mime_type: 'x/y', file_name: 'a.b', file_size: 9 };
    const photo = [
      { file_id: 'S', width: 90, height: 60 },
      { file_id: 'L', width: 1280, height: 800, file_size: 77 },
      { file_id: 'M', width: 320, height: 200 },
    ];
    const media = (content: object) => (said(content) as { content: { media: object[] } }).content.media;
    expect(media({ photo })).toEqual([
      { media: 'image', providerRef: 'L', mimeType: 'image/jpeg', sizeBytes: 77 },
    ]);
    const shown = { providerRef: 'F', mimeType: 'x/y', filename: 'a.b', sizeBytes: 9 };
    expect(media({ document: file })).toEqual([{ media: 'file', ...shown }]);
    expect(media({ video: file })).toEqual([{ media: 'video', ...shown }]);
    expect(media({ voice: file })).toEqual([{ media: 'audio', ...shown }]);
    expect(media({ audio: file })).toEqual([{ media: 'audio', ...shown }]);
    expect(media({ animation: file, document: file })).toEqual([{ media: 'video', ...shown }]);
    expect(media({ sticker: { file_id: 'F' } })).toEqual([
      { media: 'image', providerRef: 'F', mimeType: 'image/webp' },
    ]);
    expect(media({ document: {} })).toMatchObject([{ error: 'The platform gave no file id.' }]);
    expect(said({ photo, caption: 'mine', media_group_id: '3' })).toMatchObject({
      content: { text: 'mine', data: { album: '3' } },
    });
  });

  it('reads places and contacts', () => {
    const location = { latitude: 1.5, longitude: 2.5 };
    expect(said({ location })).toMatchObject({ content: { location } });
    expect(said({ venue: { location, title: 'Bar', address: 'Street 1' }, location })).toMatchObject({
      content: { location: { ...location, name: 'Bar', address: 'Street 1' } },
    });
    expect(said({ contact: { first_name: 'Bob', phone_number: '+1' } })).toMatchObject({
      content: { data: { contacts: [{ first_name: 'Bob', phone_number: '+1' }] } },
    });
  });

  it('a press is the action that was offered, with its label', () => {
    const key = { text: 'Yes!', callback_data: 'yes' };
    const message = {
      ...about,
      from: { id: 1, is_bot: true },
      reply_markup: { inline_keyboard: [[{ text: 'No' }], [key]] },
    };
    expect(one('callback_query', { id: '99', from, message, data: 'yes' })).toMatchObject({
      type: 'message',
      providerMessageId: 'press:99',
      address: '4711',
      replyTo: ['4711:7'],
      content: { text: 'Yes!', action: { id: 'yes', label: 'Yes!' } },
    });
    const old = { chat, message_id: 7, date: 0 };
    expect(one('callback_query', { id: '99', from, message: old, data: 'yes' })).toMatchObject({
      content: { action: { id: 'yes' } },
    });
    expect(one('callback_query', { id: '99', from, inline_message_id: 'x', data: 'yes' })?.type).toBe(
      'unsupported',
    );
  });

  it('stops the spinner of a press with the reply to its webhook, and only there', () => {
    const raw = {
      method: 'POST',
      path: '',
      search: '',
      query: {},
      headers: {},
      body: Buffer.alloc(0),
    } as const;
    expect(webhook.reply?.({ update_id: 1, callback_query: { id: '99' } }, raw, config)).toEqual({
      status: 200,
      contentType: 'application/json',
      body: '{"method":"answerCallbackQuery","callback_query_id":"99"}',
    });
    expect(webhook.reply?.({ update_id: 1, message: {} }, raw, config)).toBeUndefined();
    expect(webhook.reply?.(null, raw, config)).toBeUndefined();
  });
});

describe('what else happens', () => {
  it('P18: reactions are added, changed and taken back', () => {
    const emoji = (all: string[]) => all.map((each) => ({ type: 'emoji', emoji: each }));
    const change = (before: string[], now: string[]) =>
      one('message_reaction', {
        ...{ chat, message_id: 3, user: from, date: 1_795_000_000 },
        old_reaction: emoji(before),
        new_reaction: emoji(now),
      });
    expect(change([], ['👍'])).toMatchObject({ type: 'reaction', target: '4711:3', emoji: '👍' });
    expect(change(['👍'], ['👍', '🔥'])).toMatchObject({ emoji: '🔥' });
    expect(change(['👍', '🔥'], ['👍'])).toMatchObject({ emoji: '👍' });
    expect(change(['👍'], [])).toMatchObject({ emoji: null });
  });

  it('tells edits of words, and nothing else as an edit', () => {
    expect(one('edited_message', { ...about, text: 'new', edit_date: 1_795_000_009 })).toMatchObject({
      type: 'edit',
      target: '4711:7',
      text: 'new',
      at: new Date(1_795_000_009_000).toISOString(),
    });
    expect(one('edited_message', { ...about, location: { latitude: 1, longitude: 2 } })?.type).toBe(
      'unsupported',
    );
  });

  it('B5: a block is a stop, an unblock a start, a change of rights neither', () => {
    const member = (before: string, now: object) =>
      one('my_chat_member', {
        chat,
        from,
        date: 1,
        old_chat_member: { status: before },
        new_chat_member: now,
      });
    expect(member('member', { status: 'kicked' })).toMatchObject({
      type: 'consent',
      value: 'stop',
      address: '4711',
    });
    expect(member('kicked', { status: 'member' })).toMatchObject({ type: 'consent', value: 'start' });
    expect(member('member', { status: 'restricted', is_member: false })).toMatchObject({ value: 'stop' });
    expect(member('member', { status: 'administrator' })?.type).toBe('unsupported');
    // So joins a supergroup that a group became, before anybody tells that the two are one.
    expect(member('left', { status: 'member' })?.type).toBe('unsupported');
    expect(said({ chat: group, new_chat_members: [{ id: 1, is_bot: true }] })).toMatchObject({
      type: 'consent',
      value: 'start',
      address: '-1001234567890',
    });
  });

  it('follows a group to its supergroup', () => {
    expect(
      said({ chat: { id: -55, type: 'group', title: 'Friends' }, migrate_to_chat_id: -1001234 }),
    ).toMatchObject({
      type: 'readdressed',
      address: '-1001234',
      previous: '-55',
    });
    expect(said({ chat: group, migrate_from_chat_id: -55 })).toMatchObject({
      type: 'readdressed',
      address: '-1001234567890',
      previous: '-55',
    });
  });

  it.each([
    ['another bot', { message: { ...about, from: { id: 1, is_bot: true }, text: 'x' } }],
    ['a copy of a channel post', { message: { ...about, is_automatic_forward: true, text: 'x' } }],
    ['a notice', { message: { ...about, new_chat_members: [from] } }],
    ['an unknown update', { chat_boost: {} }],
    ['nothing', {}],
  ])('keeps %s and acts on nothing', (_, members) => {
    expect(parse({ update_id: 5, ...members })).toMatchObject([{ type: 'unsupported', eventId: '5' }]);
  });

  it('names what has no id after its content', () => {
    const [first, again] = [parse('junk'), parse('junk')];
    expect(first).toMatchObject([{ type: 'unsupported' }]);
    expect(first[0]?.eventId).toBe(again[0]?.eventId);
  });
});
