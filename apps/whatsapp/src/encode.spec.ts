import { describe, expect, it } from '@jest/globals';
import type { OutboundCall } from '@skein/channel-kit';
import type { MediaSource, Part } from '@skein/contracts';
import { encode } from './encode.js';

const link = (source: MediaSource): string =>
  'url' in source ? source.url : `https://files/${source.mediaId}`;

function call(part: Part, address = '+491701234567'): OutboundCall {
  const ids = { callId: '7', callRef: '7:1', messageId: 'm', conversationId: 'c' };
  return { ...ids, address, part, route: {}, purpose: 'message' };
}

function payload(part: Part, address?: string): unknown {
  const encoded = encode(call(part, address), link);
  return 'payload' in encoded ? encoded.payload : encoded.failure;
}

describe('encode', () => {
  it('P2: carries our reference and the number as digits', () => {
    expect(payload({ type: 'text', text: 'Hi' })).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '491701234567',
      type: 'text',
      text: { body: 'Hi', preview_url: false },
      biz_opaque_callback_data: '7:1',
    });
  });

  it('names a person without a number by user id', () => {
    const sent = payload({ type: 'text', text: 'Hi' }, 'US.13491208655302741918');
    expect(sent).toMatchObject({ recipient: 'US.13491208655302741918' });
    expect(sent).not.toHaveProperty('to');
  });

  it.each(['491701234567', 'someone@example.com', '+49 170', ''])('refuses the address %j', (address) => {
    expect(payload({ type: 'text', text: 'Hi' }, address)).toMatchObject({ reason: 'invalid_address' });
  });

  const source = { mediaId: 'a' };
  it.each<[string, Part, object]>([
    [
      'image',
      { type: 'media', media: 'image', source, caption: 'x' },
      { image: { link: 'https://files/a', caption: 'x' } },
    ],
    [
      'audio without caption',
      { type: 'media', media: 'audio', source, caption: 'x' },
      { audio: { link: 'https://files/a' } },
    ],
    [
      'document',
      { type: 'media', media: 'file', source, filename: 'a.pdf' },
      { type: 'document', document: { link: 'https://files/a', filename: 'a.pdf' } },
    ],
    [
      'reaction',
      { type: 'reaction', providerMessageId: 'wamid.1', emoji: '' },
      { reaction: { message_id: 'wamid.1', emoji: '' } },
    ],
    [
      'buttons',
      { type: 'buttons', text: 'Q', buttons: [{ id: 'y', label: 'Yes' }], image: source, footer: 'f' },
      {
        interactive: {
          type: 'button',
          header: { type: 'image', image: { link: 'https://files/a' } },
          body: { text: 'Q' },
          footer: { text: 'f' },
          action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
        },
      },
    ],
    [
      'list',
      { type: 'list', text: 'Q', button: 'Open', rows: [{ id: '1', title: 'One' }] },
      {
        interactive: {
          type: 'list',
          body: { text: 'Q' },
          action: { button: 'Open', sections: [{ rows: [{ id: '1', title: 'One' }] }] },
        },
      },
    ],
    [
      'link',
      { type: 'link', text: 'T', label: 'Go', url: 'https://a.example' },
      {
        interactive: {
          type: 'cta_url',
          body: { text: 'T' },
          action: { name: 'cta_url', parameters: { display_text: 'Go', url: 'https://a.example' } },
        },
      },
    ],
    [
      'flow',
      { type: 'flow', text: 'T', flowId: '9', cta: 'Fill', screen: 'A' },
      {
        interactive: {
          type: 'flow',
          action: { parameters: { flow_id: '9', flow_cta: 'Fill', flow_action_payload: { screen: 'A' } } },
        },
      },
    ],
    [
      'template',
      {
        type: 'template',
        template: {
          name: 't',
          language: 'en_US',
          header: { type: 'image', source },
          params: ['a', 'b'],
          buttons: [
            { index: 0, subType: 'quick_reply', value: 'p' },
            { index: 1, subType: 'copy_code', value: 'C' },
          ],
        },
      },
      {
        template: {
          name: 't',
          language: { code: 'en_US' },
          components: [
            { type: 'header', parameters: [{ type: 'image', image: { link: 'https://files/a' } }] },
            {
              type: 'body',
              parameters: [
                { type: 'text', text: 'a' },
                { type: 'text', text: 'b' },
              ],
            },
            {
              type: 'button',
              sub_type: 'quick_reply',
              index: '0',
              parameters: [{ type: 'payload', payload: 'p' }],
            },
            {
              type: 'button',
              sub_type: 'copy_code',
              index: '1',
              parameters: [{ type: 'coupon_code', coupon_code: 'C' }],
            },
          ],
        },
      },
    ],
  ])('writes %s', (_name, part, expected) => {
    expect(payload(part)).toMatchObject(expected);
  });

  it('refuses what it cannot carry', () => {
    expect(payload({ type: 'email', subject: '', text: '', html: '', attachments: [] })).toMatchObject({
      kind: 'rejected',
    });
  });
});
