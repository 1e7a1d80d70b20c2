import { describe, expect, it } from '@jest/globals';
import type { InboundEvent } from '@skein/contracts';
import fc from 'fast-check';
import { eventsOf } from './gateway/dispatch.js';
import { madeAt } from './snowflake.js';

const self = new Set(['1200000000000000001']);
const reading = {
  self,
  roomName: (id: string) => (id === '1400000000000000002' ? 'general' : undefined),
};
const ada = { id: '200000000000000001', username: 'ada', global_name: 'Ada' };
const direct = { id: '1400000000000000100', type: 0, channel_id: '1400000000000000001', author: ada };
const room = {
  ...direct,
  channel_id: '1400000000000000002',
  guild_id: '900000000000000001',
  member: { nick: 'Countess' },
};

const read = (type: string, data: unknown, told = 's:1'): InboundEvent[] =>
  eventsOf({ type, data, told }, reading);

describe('messages over the Gateway', () => {
  it("reads the time of an id as the reference's own example", () => {
    expect(madeAt('175928847299117063')).toBe('2016-04-30T11:18:25.796Z');
  });

  it('R5: a direct message has the person as its name, a room its own and an author', () => {
    expect(read('MESSAGE_CREATE', { ...direct, content: 'Hi' })).toEqual([
      {
        type: 'message',
        eventId: direct.id,
        at: madeAt(direct.id),
        address: '1400000000000000001',
        profileName: 'Ada',
        providerMessageId: direct.id,
        content: { text: 'Hi' },
      },
    ]);
    expect(read('MESSAGE_CREATE', { ...room, content: 'Hi' })[0]).toMatchObject({
      address: '1400000000000000002',
      profileName: 'general',
      content: { author: { id: ada.id, name: 'Countess' } },
    });
  });

  it('R5: files come with their address and size, answers name what they answer', () => {
    const attachments = [
      { id: '1', url: 'https://cdn/x', filename: 'a.jpg', content_type: 'image/jpeg', size: 3 },
      { id: '2', url: 'https://cdn/y', filename: 'v.ogg', content_type: 'audio/ogg; codecs=opus', size: 4 },
      { id: '3', filename: 'x.bin' },
    ];
    const reply = { type: 19, message_reference: { message_id: '1400000000000000050' } };
    expect(read('MESSAGE_CREATE', { ...direct, ...reply, content: '', attachments })[0]).toMatchObject({
      replyTo: ['1400000000000000050'],
      content: {
        media: [
          { media: 'image', providerRef: 'https://cdn/x', mimeType: 'image/jpeg', sizeBytes: 3 },
          { media: 'audio', mimeType: 'audio/ogg' },
          { media: 'file', error: expect.any(String) },
        ],
      },
    });
  });

  it.each([
    ['our own', { author: { id: '1200000000000000001' } }],
    ["another program's", { author: { ...ada, bot: true } }],
    ["a webhook's", { webhook_id: '1' }],
  ])('ignores %s message', (_name, more) => {
    expect(read('MESSAGE_CREATE', { ...direct, content: 'x', ...more })).toEqual([]);
    expect(read('MESSAGE_UPDATE', { ...direct, content: 'x', edited_timestamp: 'x', ...more })).toEqual([]);
  });

  it.each([
    ['a notice', { type: 7, content: '' }],
    ['nothing at all', { content: '' }],
  ])('keeps %s for the record', (_name, more) => {
    expect(read('MESSAGE_CREATE', { ...direct, ...more })).toMatchObject([{ type: 'unsupported' }]);
  });

  it('text that looks like a block stays text', () => {
    const content = '::: actions\n- Yes\n:::';
    expect(read('MESSAGE_CREATE', { ...direct, content })[0]).toMatchObject({ content: { text: content } });
  });

  it('tells an edit from a look at a link', () => {
    expect(read('MESSAGE_UPDATE', { ...direct, content: 'x', edited_timestamp: null })).toEqual([]);
    const edited_timestamp = '2026-11-21T10:00:00.000000+00:00';
    expect(read('MESSAGE_UPDATE', { ...direct, content: 'new', edited_timestamp })).toMatchObject([
      { type: 'edit', target: direct.id, text: 'new', at: '2026-11-21T10:00:00.000Z' },
    ]);
  });

  it('reads what was deleted, one by one', () => {
    const ids = ['1400000000000000101', '1400000000000000102'];
    const where = { channel_id: direct.channel_id };
    expect(read('MESSAGE_DELETE', { id: ids[0], ...where })).toMatchObject([
      { type: 'revoke', target: ids[0] },
    ]);
    expect(read('MESSAGE_DELETE_BULK', { ids, ...where }).map(({ eventId }) => eventId)).toEqual(
      ids.map((id) => `${id}:delete`),
    );
  });

  it('P18: reads reactions and their end, by whoever is no program', () => {
    const reaction = { channel_id: direct.channel_id, message_id: direct.id, user_id: ada.id };
    const emoji = { id: null, name: '👍' };
    expect(read('MESSAGE_REACTION_ADD', { ...reaction, emoji })).toMatchObject([
      { type: 'reaction', target: direct.id, emoji: '👍', eventId: 's:1' },
    ]);
    expect(read('MESSAGE_REACTION_REMOVE', { ...reaction, emoji })).toMatchObject([{ emoji: null }]);
    const own = { id: '1400000000000000777', name: 'party' };
    expect(read('MESSAGE_REACTION_ADD', { ...reaction, emoji: own })).toMatchObject([
      { emoji: 'party:1400000000000000777' },
    ]);
    expect(read('MESSAGE_REACTION_ADD', { ...reaction, emoji, user_id: '1200000000000000001' })).toEqual([]);
    const member = { user: { ...ada, bot: true } };
    expect(read('MESSAGE_REACTION_ADD', { ...reaction, emoji, member })).toEqual([]);
  });

  it.each(['TYPING_START', 'PRESENCE_UPDATE', 'constructor', '__proto__'])('ignores %s', (type) => {
    expect(read(type, direct)).toEqual([]);
  });

  it('never throws, and every event has an id and a time', () => {
    const types = fc.constantFrom(
      'MESSAGE_CREATE',
      'MESSAGE_UPDATE',
      'MESSAGE_DELETE_BULK',
      'MESSAGE_REACTION_ADD',
      'INTERACTION_CREATE',
    );
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('1400000000000000001', '99999999999999999999', '\0'),
    );
    const keys = [
      'id',
      'channel_id',
      'content',
      'author',
      'type',
      'ids',
      'emoji',
      'data',
      'user_id',
      'member',
    ];
    const said = fc.dictionary(
      fc.constantFrom(...keys, 'attachments', 'message_id', 'edited_timestamp'),
      odd,
    );
    fc.assert(
      fc.property(types, said, (type, data) => {
        for (const { eventId, at } of read(type, { ...direct, ...data }))
          expect([eventId !== '', Number.isNaN(Date.parse(at))]).toEqual([true, false]);
      }),
    );
  });
});
