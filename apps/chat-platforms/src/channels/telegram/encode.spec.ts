import { describe, expect, it } from '@jest/globals';
import type { OutboundCall } from '@skein/channel-kit';
import type { Part } from '@skein/contracts';
import { encode } from './encode.js';
import { plainText } from './plain-text.js';

const encoded = (part: Part, address = '4711') => encode({ address, part } as OutboundCall);
const chat = { chat_id: '4711' };
const marked = { parse_mode: 'HTML', link_preview_options: { is_disabled: true } };

describe('P16, R6: what goes to the Bot API', () => {
  it('writes text as HTML, to people, groups and topics', () => {
    const fields = { text: '<b>Hi</b>', ...marked };
    expect(encoded({ type: 'text', text: '<b>Hi</b>' })).toEqual({
      method: 'sendMessage',
      fields: { ...chat, ...fields },
    });
    expect(encoded({ type: 'text', text: '<b>Hi</b>' }, '-1001234:55')).toEqual({
      method: 'sendMessage',
      fields: { chat_id: '-1001234', message_thread_id: 55, ...fields },
    });
  });

  it.each(['', 'ada', '4711:', ':5', '4711:x', '../4711', '4711:-5', '@channel'])(
    'refuses the address %j',
    (address) => {
      expect(encoded({ type: 'text', text: 'x' }, address)).toMatchObject({
        failure: { reason: 'invalid_address' },
      });
    },
  );

  it('puts the action id under each button; short labels share a row', () => {
    const buttons = ['Yes', 'No', 'Maybe', 'Later'].map((label, n) => ({ id: `id${n}`, label }));
    const short = encoded({ type: 'buttons', text: 'Sure?', buttons });
    expect(short).toMatchObject({
      method: 'sendMessage',
      fields: {
        text: 'Sure?',
        reply_markup: {
          inline_keyboard: [
            [
              { text: 'Yes', callback_data: 'id0' },
              { text: 'No', callback_data: 'id1' },
              { text: 'Maybe', callback_data: 'id2' },
            ],
            [{ text: 'Later', callback_data: 'id3' }],
          ],
        },
      },
    });
    const long = encoded({
      type: 'buttons',
      text: 'x',
      buttons: [...buttons, { id: 'l', label: 'Something rather long' }],
    });
    const alone = [0, 1, 2, 3, 4].map(() => [expect.anything() as unknown]);
    expect(long).toMatchObject({ fields: { reply_markup: { inline_keyboard: alone } } });
  });

  it('shows the picture of buttons with their text as its caption, or above a text that is longer', () => {
    const image = { url: 'https://x.test/a.jpg' };
    const buttons = [{ id: 'a', label: 'A' }];
    expect(encoded({ type: 'buttons', text: 'Look', footer: 'small', buttons, image })).toMatchObject({
      method: 'sendPhoto',
      fields: { caption: 'Look\n\nsmall', parse_mode: 'HTML', reply_markup: {} },
      file: { field: 'photo', source: image },
    });
    expect(encoded({ type: 'buttons', text: 'x'.repeat(1025), buttons, image })).toMatchObject({
      method: 'sendMessage',
      fields: { link_preview_options: { url: 'https://x.test/a.jpg', show_above_text: true } },
    });
  });

  it('links by a button', () => {
    expect(encoded({ type: 'link', text: 'Docs', label: 'Open', url: 'https://x.test' })).toMatchObject({
      fields: { reply_markup: { inline_keyboard: [[{ text: 'Open', url: 'https://x.test' }]] } },
    });
  });

  it.each([
    ['image', 'sendPhoto', 'photo', false],
    ['video', 'sendVideo', 'video', false],
    ['audio', 'sendAudio', 'audio', false],
    ['file', 'sendDocument', 'document', true],
  ] as const)('sends an %s by %s', (media, method, field, upload) => {
    const source = { url: 'https://x.test/f' };
    expect(encoded({ type: 'media', media, source, caption: 'C', filename: 'f.bin' })).toMatchObject({
      method,
      fields: { ...chat, caption: 'C', parse_mode: 'HTML' },
      file: { field, source, filename: 'f.bin', upload },
    });
  });

  it('P18: reacts with the plain character, takes a reaction back, edits', () => {
    const reaction = (emoji: string) => encoded({ type: 'reaction', providerMessageId: '-100:7', emoji });
    const about = { chat_id: '-100', message_id: 7 };
    expect(reaction('❤️')).toEqual({
      method: 'setMessageReaction',
      fields: { ...about, reaction: [{ type: 'emoji', emoji: '❤' }] },
    });
    expect(reaction('')).toMatchObject({ fields: { reaction: [] } });
    expect(encoded({ type: 'edit', providerMessageId: '-100:7', text: 'new' })).toEqual({
      method: 'editMessageText',
      fields: { ...about, text: 'new', ...marked },
    });
    expect(encoded({ type: 'edit', providerMessageId: 'wamid.1', text: 'new' })).toMatchObject({
      failure: { reason: 'provider_rejected' },
    });
  });

  it('refuses what the capability table does not hold', () => {
    const list: Part = { type: 'list', text: 'x', button: 'x', rows: [] };
    const cards: Part = { type: 'cards', cards: [] };
    for (const part of [list, cards])
      expect(encoded(part)).toMatchObject({ failure: { reason: 'provider_rejected' } });
  });
});

it('B2: says the same without marks', () => {
  expect(plainText('<b>a</b> &lt;x&gt; &amp;amp; <a href="https://x.test">here</a> 1 < 2 <unknown>')).toBe(
    'a <x> &amp; here: https://x.test 1 < 2 <unknown>',
  );
});
