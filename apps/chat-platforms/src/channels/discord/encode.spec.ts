import { describe, expect, it } from '@jest/globals';
import type { OutboundCall } from '@skein/channel-kit';
import type { MediaSource, Part } from '@skein/contracts';
import { encode, nonceOf } from './encode.js';

const link = (source: MediaSource): string =>
  'url' in source ? source.url : `https://files/${source.mediaId}`;

const CHANNEL = '1400000000000000001';
const MESSAGE = '1400000000000000009';

function call(part: Part, address = CHANNEL): OutboundCall {
  const ids = { callId: '7', callRef: '7:1', messageId: 'm', conversationId: 'c' };
  return { ...ids, address, part, route: {}, purpose: 'message' };
}

function encoded(part: Part, address?: string): unknown {
  const found = encode(call(part, address), link);
  return 'failure' in found ? found.failure : found;
}

const payload = (part: Part): unknown => (encoded(part) as { payload: unknown }).payload;
const buttons = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `b${index}`, label: `Button ${index}` }));

describe('encode', () => {
  it('B2: pings nobody and carries a nonce that makes a repeat harmless', () => {
    expect(encoded({ type: 'text', text: '@everyone hi' })).toEqual({
      type: 'message',
      channel: CHANNEL,
      payload: {
        content: '@everyone hi',
        allowed_mentions: { parse: [] },
        nonce: nonceOf({ messageId: 'm', callId: '7' }),
        enforce_nonce: true,
      },
    });
  });

  it('B2: the nonce fits, stays over attempts and differs between calls and messages', () => {
    const nonce = nonceOf(call({ type: 'text', text: 'x' }));
    expect(nonce.length).toBeLessThanOrEqual(25);
    const again: OutboundCall = { ...call({ type: 'text', text: 'x' }), callRef: '7:2' };
    expect(nonceOf(again)).toBe(nonce);
    expect(nonceOf({ messageId: 'm', callId: '8' })).not.toBe(nonce);
    expect(nonceOf({ messageId: 'n', callId: '7' })).not.toBe(nonce);
  });

  it.each(['+491701234567', 'someone', '../users/@me', '140000000000000000a', ''])(
    'refuses the address %j',
    (address) => {
      expect(encoded({ type: 'text', text: 'Hi' }, address)).toMatchObject({ reason: 'invalid_address' });
    },
  );

  it('P16: puts five buttons in a row', () => {
    const { components } = payload({ type: 'buttons', text: 'Q', buttons: buttons(12) }) as {
      components: { type: number; components: object[] }[];
    };
    expect(components.map((row) => row.components.length)).toEqual([5, 5, 2]);
    expect(components[0]?.components[0]).toEqual({ type: 2, style: 2, label: 'Button 0', custom_id: 'b0' });
  });

  const source = { mediaId: 'a' };
  it.each<[string, Part, object]>([
    [
      'a list as a menu',
      { type: 'list', text: 'Q', button: 'Open', rows: [{ id: '1', title: 'One', description: 'first' }] },
      {
        content: 'Q',
        components: [
          {
            type: 1,
            components: [
              {
                type: 3,
                placeholder: 'Open',
                options: [{ label: 'One', value: '1', description: 'first' }],
              },
            ],
          },
        ],
      },
    ],
    [
      'a link as a button',
      { type: 'link', text: 'T', label: 'Go', url: 'https://a.example' },
      {
        content: 'T',
        components: [{ components: [{ type: 2, style: 5, label: 'Go', url: 'https://a.example' }] }],
      },
    ],
    [
      'cards as embeds',
      { type: 'cards', text: 'T', cards: [{ title: 'A', subtitle: 'B', image: source, buttons: [] }] },
      { content: 'T', embeds: [{ title: 'A', description: 'B', image: { url: 'https://files/a' } }] },
    ],
    [
      'a picture above buttons',
      { type: 'buttons', text: 'Q', buttons: buttons(1), image: source, footer: 'small' },
      { content: 'Q\n-# small', embeds: [{ image: { url: 'https://files/a' } }] },
    ],
  ])('P16: writes %s', (_name, part, expected) => {
    expect(payload(part)).toMatchObject(expected);
  });

  it('writes an address that no button takes into the text', () => {
    const url = `https://a.example/${'x'.repeat(600)}`;
    expect(payload({ type: 'link', text: 'T', label: 'Go', url })).toMatchObject({ content: `T\n${url}` });
  });

  it('P16: sends files as bytes', () => {
    expect(encoded({ type: 'media', media: 'image', source, caption: 'c', filename: 'a.jpg' })).toMatchObject(
      {
        payload: { content: 'c' },
        file: { source, filename: 'a.jpg' },
      },
    );
    expect(encoded({ type: 'media', media: 'file', source })).toMatchObject({ file: { source } });
  });

  it('P18: reacts to a message and edits one', () => {
    expect(encoded({ type: 'reaction', providerMessageId: MESSAGE, emoji: '👍' })).toEqual({
      type: 'reaction',
      channel: CHANNEL,
      message: MESSAGE,
      emoji: '👍',
    });
    expect(encoded({ type: 'edit', providerMessageId: MESSAGE, text: 'new' })).toMatchObject({
      message: MESSAGE,
      payload: { content: 'new', allowed_mentions: { parse: [] } },
    });
    expect(encoded({ type: 'edit', providerMessageId: '../x', text: 'new' })).toMatchObject({
      kind: 'rejected',
    });
  });

  it.each<Part>([
    { type: 'email', subject: '', text: '', html: '', attachments: [] },
    { type: 'template', template: { name: 't', language: 'en' } },
    { type: 'flow', text: '', flowId: '', cta: '' },
    { type: 'components', components: [], text: '' },
  ])('refuses what it cannot carry: $type', (part) => {
    expect(encoded(part)).toMatchObject({ kind: 'rejected', reason: 'provider_rejected' });
  });
});
