import { describe, expect, it } from '@jest/globals';
import type { MediaSource, Part } from '@skein/contracts';
import type { TurnAnswerRow, TurnReply } from '@skein/persistence';
import { answerOf } from './answer.js';

const addressOf = (source: MediaSource): string =>
  'url' in source ? source.url : `signed:${source.mediaId}`;

function reply(id: string, parts: Part[], more: Partial<TurnReply> = {}): TurnReply {
  const at = '2026-11-21T10:00:00+00:00';
  return { id, status: 'sent', reason: null, detail: null, losses: [], parts, createdAt: at, ...more };
}

function rowWith(replies: TurnReply[]): TurnAnswerRow {
  return {
    messageId: 'm',
    conversationId: 'c',
    contactId: 'p',
    agentId: 'shop',
    agentName: 'Shop',
    state: 'done',
    turnMessageId: 'm',
    credits: 1.5,
    replies,
  };
}

describe('the answer of the synchronous API channel', () => {
  it('S1: has exactly the fields of the interface', () => {
    expect(answerOf(rowWith([reply('a', [{ type: 'text', text: 'Hi' }])]), addressOf)).toEqual({
      success: true,
      contactId: 'p',
      conversationId: 'c',
      messageId: 'm',
      conversation: {
        id: 'c',
        status: 'ACTIVE',
        assignedToHuman: false,
        aiAgentId: 'shop',
        aiAgentName: 'Shop',
      },
      aiMessages: [
        {
          id: 'a',
          type: 'TEXT',
          content: { text: { body: 'Hi' } },
          sender_type: 'AI',
          sender_name: 'Shop',
          createdAt: '2026-11-21T10:00:00.000Z',
        },
      ],
      usage: { credits: 1.5 },
    });
  });

  it('S1: shows every part as a message of its own, files at an address that can be fetched', () => {
    const source = { mediaId: '7' };
    const parts: Part[] = [
      { type: 'media', media: 'image', source, caption: 'See', filename: 'i.png' },
      { type: 'media', media: 'audio', source: { url: 'https://x.test/a.mp3' } },
      { type: 'media', media: 'video', source },
      { type: 'media', media: 'file', source, caption: 'Read', filename: 'd.pdf' },
    ];
    const { aiMessages } = answerOf(rowWith([reply('a', parts)]), addressOf);
    expect(aiMessages.map(({ id, type, content }) => ({ id, type, content }))).toEqual([
      { id: 'a', type: 'IMAGE', content: { image: { url: 'signed:7', caption: 'See' } } },
      { id: 'a:1', type: 'AUDIO', content: { audio: { url: 'https://x.test/a.mp3' } } },
      { id: 'a:2', type: 'VIDEO', content: { video: { url: 'signed:7' } } },
      {
        id: 'a:3',
        type: 'DOCUMENT',
        content: { document: { url: 'signed:7', filename: 'd.pdf', caption: 'Read' } },
      },
    ]);
  });

  it('S1: leaves out what never reached the caller, and names an agent without a name by its id', () => {
    const lost = reply('a', [], { status: 'failed', parts: null });
    const { aiMessages, conversation } = answerOf({ ...rowWith([lost]), agentName: null }, addressOf);
    expect(aiMessages).toEqual([]);
    expect(conversation.aiAgentName).toBe('shop');
  });
});
