import { describe, expect, it } from '@jest/globals';
import type { OutboundCall } from '@skein/channel-kit';
import { teams as capabilities } from '@skein/contracts';
import type { MediaSource, Part } from '@skein/contracts';
import { encode } from './encode.js';

const publicUrl = (source: MediaSource): string =>
  'url' in source ? source.url : `https://skein.test/${source.mediaId}`;
const CHAT = 'a:17I0kl9EkpE1O9PH5TWrzr-';
const call = (part: Part, address = CHAT): OutboundCall => ({
  ...{ callId: '1', callRef: '1:1', messageId: 'm', conversationId: 'c', purpose: 'reply' },
  address,
  route: {},
  part,
});
const encoded = (part: Part, address?: string) => {
  const result = encode(call(part, address), publicUrl);
  if ('failure' in result) throw new Error(result.failure.detail);
  return result;
};
const action = (id: string, label: string) => ({
  type: 'Action.Submit',
  title: label,
  data: { skeinAction: id, skeinLabel: label },
  msTeams: { feedback: { hide: true } },
});
const run = (text: string, more: object, place: object = {}) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text, ...more }],
  ...place,
});

describe('what goes out to Teams', () => {
  it('text is Markdown, in a thread under its own conversation id', () => {
    expect(encoded({ type: 'text', text: '**Hi**' })).toEqual({
      method: 'POST',
      path: '/v3/conversations/a%3A17I0kl9EkpE1O9PH5TWrzr-/activities',
      activity: { type: 'message', text: '**Hi**', textFormat: 'markdown' },
    });
    expect(encoded({ type: 'text', text: 'x' }, '19:36@thread.tacv2:1575667808184').path).toBe(
      '/v3/conversations/19%3A36%40thread.tacv2%3Bmessageid%3D1575667808184/activities',
    );
  });

  it('P16: buttons are the actions of a card, and never stand beside text', () => {
    const part: Part = {
      type: 'buttons',
      text: 'Shall we?',
      buttons: [{ id: 'go', label: 'Go' }],
      image: { mediaId: 'p' },
      footer: 'Soon',
    };
    expect(encoded(part).activity).toEqual({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            type: 'AdaptiveCard',
            $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
            version: '1.4',
            body: [
              { type: 'Image', url: 'https://skein.test/p', size: 'Stretch' },
              { type: 'TextBlock', text: 'Shall we?', wrap: true },
              run('Soon', { isSubtle: true, size: 'Small' }),
            ],
            actions: [action('go', 'Go')],
          },
        },
      ],
    });
  });

  it('P16: the rows of a list are pressed as a whole, a link opens, cards stand beside each other', () => {
    const list = encoded({
      type: 'list',
      text: 'Pick',
      button: 'Open',
      rows: [{ id: 'a', title: '*A*', description: 'b' }],
    });
    expect(list.activity['attachments']).toMatchObject([
      {
        content: {
          body: [
            { type: 'TextBlock', text: 'Pick' },
            {
              type: 'Container',
              selectAction: action('a', '*A*'),
              items: [run('*A*', { weight: 'Bolder' }), run('b', { isSubtle: true }, { spacing: 'None' })],
            },
          ],
        },
      },
    ]);
    const link = encoded({ type: 'link', text: 'Pay', label: 'Open', url: 'https://pay.test/' });
    expect(link.activity['attachments']).toMatchObject([
      { content: { actions: [{ type: 'Action.OpenUrl', title: 'Open', url: 'https://pay.test/' }] } },
    ]);
    const cards = [
      {
        title: 'One',
        subtitle: 'first',
        image: { url: 'https://x.test/1.png' },
        buttons: [{ id: '1', label: 'Take' }],
      },
      { title: 'Two', buttons: [] },
    ];
    expect(encoded({ type: 'cards', text: 'Rooms', cards }).activity).toMatchObject({
      attachmentLayout: 'carousel',
      attachments: [
        {
          content: {
            body: [
              { text: 'Rooms' },
              { type: 'Image', url: 'https://x.test/1.png' },
              run('One', { weight: 'Bolder' }),
              run('first', { isSubtle: true }, { spacing: 'None' }),
            ],
            actions: [action('1', 'Take')],
          },
        },
        { content: { body: [run('Two', { weight: 'Bolder' })] } },
      ],
    });
  });

  it('an edit replaces the message that is named without its thread', () => {
    expect(
      encoded({
        type: 'edit',
        providerMessageId: `${CHAT}:1485983408511`,
        text: 'This message has been updated',
      }),
    ).toMatchObject({
      method: 'PUT',
      path: '/v3/conversations/a%3A17I0kl9EkpE1O9PH5TWrzr-/activities/1485983408511',
      activity: { type: 'message', text: 'This message has been updated' },
    });
  });

  it('refuses what the platform has no place for, and addresses that are none', () => {
    const parts: Part[] = [
      { type: 'media', media: 'file', source: { mediaId: 'f' } },
      { type: 'reaction', providerMessageId: `${CHAT}:1`, emoji: '👍' },
      { type: 'edit', providerMessageId: 'nothing', text: 'x' },
      { type: 'template', template: { name: 't', language: 'en' } },
    ];
    for (const part of parts)
      expect(encode(call(part), publicUrl)).toMatchObject({
        failure: { kind: 'rejected', reason: 'provider_rejected' },
      });
    for (const address of ['', '../x', 'a/b', 'a:b?c', 'a:1;messageid=1575667808184'])
      expect(encode(call({ type: 'text', text: 'x' }, address), publicUrl)).toMatchObject({
        failure: { reason: 'invalid_address' },
      });
  });

  it('the largest of everything stays below the 80 KB that are sure to be delivered', () => {
    const { text, buttons, list, cards, link } = capabilities;
    const long = (units: number) => 'x'.repeat(units);
    const actions = (count: number, limits: { labelMax: number; idMax: number }) =>
      Array.from({ length: count }, () => ({ id: long(limits.idMax), label: long(limits.labelMax) }));
    if (!buttons || !list || !cards || !link) throw new Error('limits are missing');
    const card = {
      title: long(cards.titleMax),
      subtitle: long(cards.subtitleMax),
      image: { url: `https://x.test/${long(500)}` },
      buttons: actions(cards.buttons, cards),
    };
    const row = { id: long(list.idMax), title: long(list.titleMax), description: long(list.descriptionMax) };
    const largest: Part[] = [
      { type: 'text', text: long(text.max) },
      { type: 'buttons', text: long(buttons.textMax), buttons: actions(buttons.max, buttons) },
      {
        type: 'list',
        text: long(list.textMax),
        button: 'x',
        rows: Array.from({ length: list.maxRows }, () => row),
      },
      { type: 'cards', cards: Array.from({ length: cards.max }, () => card) },
      {
        type: 'link',
        text: long(link.textMax),
        label: long(link.labelMax),
        url: `https://x.test/${long(2000)}`,
      },
    ];
    for (const part of largest) {
      const size = 2 * JSON.stringify(encoded(part).activity).length;
      expect(size).toBeLessThan(80 * 1024);
    }
  });
});
