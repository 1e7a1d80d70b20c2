import { describe, expect, it } from '@jest/globals';
import type { OutboundCall } from '@skein/channel-kit';
import type { Part } from '@skein/contracts';
import { encode } from './encode.js';

const IGSID = '17841400000000001';

function encoded(part: Part): ReturnType<typeof encode> {
  const ids = { callId: '7', callRef: '7:1', messageId: 'm', conversationId: 'c' };
  const call: OutboundCall = { ...ids, address: IGSID, part, route: {}, purpose: 'message' };
  return encode(call, (source) => ('url' in source ? source.url : ''));
}

describe('encode', () => {
  // Shapes of Meta's own examples: Instagram API with Instagram Login, send messages; checked 2026-11-21.
  it('P2: writes recipient and message, and nothing that is not documented', () => {
    expect(encoded({ type: 'text', text: 'TEXT-OR-LINK' })).toEqual({
      body: { recipient: { id: IGSID }, message: { text: 'TEXT-OR-LINK' } },
    });
  });

  it('writes a file by its public address', () => {
    const source = { url: 'https://a.example/v.mp4' };
    expect(encoded({ type: 'media', media: 'video', source })).toMatchObject({
      body: { message: { attachment: { type: 'video', payload: { url: source.url } } } },
    });
  });

  it.each([
    ['❤️', 'love'],
    ['❤', 'love'],
    ['👍', '👍'],
  ])('P18: reacts with %s as %s', (emoji, reaction) => {
    expect(encoded({ type: 'reaction', providerMessageId: 'aWdf1', emoji })).toEqual({
      body: {
        recipient: { id: IGSID },
        sender_action: 'react',
        payload: { message_id: 'aWdf1', reaction },
      },
    });
  });

  it('P18: takes a reaction back', () => {
    expect(encoded({ type: 'reaction', providerMessageId: 'aWdf1', emoji: '' })).toEqual({
      body: { recipient: { id: IGSID }, sender_action: 'unreact', payload: { message_id: 'aWdf1' } },
    });
  });
});
