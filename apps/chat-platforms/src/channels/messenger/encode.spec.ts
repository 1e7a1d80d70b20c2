import { describe, expect, it } from '@jest/globals';
import type { OutboundCall } from '@skein/channel-kit';
import type { MediaSource, Part } from '@skein/contracts';
import { encode } from './encode.js';

const link = (source: MediaSource): string =>
  'url' in source ? source.url : `https://files/${source.mediaId}`;
const PSID = '1254459154682919';

function call(part: Part, address = PSID): OutboundCall {
  const ids = { callId: '7', callRef: '7:1', messageId: 'm', conversationId: 'c' };
  return { ...ids, address, part, route: {}, purpose: 'message' };
}

const encoded = (part: Part, address?: string) => encode(call(part, address), link);
const base = { recipient: { id: PSID }, messaging_type: 'RESPONSE' };
const message = (content: object) => ({ body: { ...base, message: { ...content, metadata: '7:1' } } });

describe('encode', () => {
  // Shapes of Meta's own examples: Send API reference, templates reference, sender actions; checked 2026-11-21.
  it('P2: writes a text with our reference', () => {
    expect(encoded({ type: 'text', text: 'hello, world!' })).toEqual(message({ text: 'hello, world!' }));
  });

  it('writes a file by its public address', () => {
    const source = { url: 'http://www.messenger-rocks.com/image.jpg' };
    expect(encoded({ type: 'media', media: 'image', source })).toEqual(
      message({ attachment: { type: 'image', payload: { url: source.url, is_reusable: true } } }),
    );
  });

  it('uploads a stored file first', () => {
    const source = { mediaId: 'a' };
    const part = encoded({ type: 'media', media: 'file', source, filename: 'a.pdf' });
    expect(part).toMatchObject({ upload: { type: 'file', source } });
    expect('upload' in part && part.bodyOf('1745504518999123')).toEqual(
      message({ attachment: { type: 'file', payload: { attachment_id: '1745504518999123' } } }).body,
    );
  });

  it('P16: writes buttons as postbacks of a button template', () => {
    const part: Part = { type: 'buttons', text: 'What next?', buttons: [{ id: 'y', label: 'Yes' }] };
    expect(encoded(part)).toEqual(
      message({
        attachment: {
          type: 'template',
          payload: {
            template_type: 'button',
            text: 'What next?',
            buttons: [{ type: 'postback', title: 'Yes', payload: 'y' }],
          },
        },
      }),
    );
  });

  it('P16: writes a link as a button of the web', () => {
    expect(encoded({ type: 'link', text: 'See', label: 'Visit', url: 'https://a.example' })).toEqual(
      message({
        attachment: {
          type: 'template',
          payload: {
            template_type: 'button',
            text: 'See',
            buttons: [{ type: 'web_url', url: 'https://a.example', title: 'Visit' }],
          },
        },
      }),
    );
  });

  it('P16: writes cards as a generic template, with something beside each title', () => {
    const cards = [
      {
        title: 'Welcome!',
        subtitle: 'We have the right hat for everyone.',
        image: { url: 'https://raw.example/hat.png' },
        buttons: [{ id: 'DEVELOPER_DEFINED_PAYLOAD', label: 'Start Chatting' }],
      },
      { title: 'Alone', buttons: [] },
    ];
    expect(encoded({ type: 'cards', cards })).toEqual(
      message({
        attachment: {
          type: 'template',
          payload: {
            template_type: 'generic',
            elements: [
              {
                title: 'Welcome!',
                subtitle: 'We have the right hat for everyone.',
                image_url: 'https://raw.example/hat.png',
                buttons: [
                  { type: 'postback', title: 'Start Chatting', payload: 'DEVELOPER_DEFINED_PAYLOAD' },
                ],
              },
              { title: 'Alone', subtitle: '·' },
            ],
          },
        },
      }),
    );
  });

  it('P18: reacts and takes the reaction back', () => {
    const react = { type: 'reaction', providerMessageId: 'm_1', emoji: '😊' } as const;
    expect(encoded(react)).toEqual({
      body: {
        recipient: { id: PSID },
        sender_action: 'react',
        payload: { message_id: 'm_1', reaction: '😊' },
      },
    });
    expect(encoded({ ...react, emoji: '' })).toEqual({
      body: { recipient: { id: PSID }, sender_action: 'unreact', payload: { message_id: 'm_1' } },
    });
  });

  it.each(['', '123', '+491701234567', '../me', 'a'.repeat(10), '1'.repeat(26)])(
    'refuses the address %j',
    (address) => {
      expect(encoded({ type: 'text', text: 'Hi' }, address)).toMatchObject({
        failure: { reason: 'invalid_address' },
      });
    },
  );

  it.each<Part>([
    { type: 'list', text: 'T', button: 'B', rows: [] },
    { type: 'flow', text: 'T', flowId: '1', cta: 'C' },
    { type: 'template', template: { name: 'n', language: 'en' } },
    { type: 'edit', providerMessageId: 'm_1', text: 'T' },
    { type: 'components', components: [], text: 'T' },
    { type: 'email', subject: '', text: '', html: '', attachments: [] },
    { type: 'cards', text: 'Beside', cards: [] },
  ])('refuses $type', (part) => {
    expect(encoded(part)).toMatchObject({ failure: { kind: 'rejected', reason: 'provider_rejected' } });
  });
});
