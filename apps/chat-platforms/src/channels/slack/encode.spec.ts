import { describe, expect, it } from '@jest/globals';
import type { OutboundCall } from '@skein/channel-kit';
import { slack as limits } from '@skein/contracts';
import type { MediaSource, Part } from '@skein/contracts';
import { encode } from './encode.js';

const link = (source: MediaSource): string =>
  'url' in source ? source.url : `https://files/${source.mediaId}`;

function encoded(part: Part, address = 'U444DDD', route: Record<string, string> = {}) {
  const ids = { callId: '7', callRef: '7:1', messageId: 'm', conversationId: 'c' };
  const call: OutboundCall = { ...ids, address, part, route, purpose: 'message' };
  return encode(call, link);
}
const hi: Part = { type: 'text', text: 'Hi' };
const section = (text: string, more: object = {}) => ({
  type: 'section',
  text: { type: 'mrkdwn', text },
  ...more,
});
const plain = (text: string) => ({ type: 'plain_text', text });

describe('encode', () => {
  it('P2: writes to a person, and carries our reference', () => {
    expect(encoded(hi)).toEqual({
      kind: 'post',
      payload: {
        channel: 'U444DDD',
        text: 'Hi',
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: 'skein_call', event_payload: { call_ref: '7:1' } },
      },
    });
  });

  it('T2: writes to a room and to a thread in it', () => {
    expect(encoded(hi, 'C333CCC')).toMatchObject({ payload: { channel: 'C333CCC' } });
    expect(encoded(hi, 'C333CCC:1794000000.000100')).toMatchObject({
      payload: { channel: 'C333CCC', thread_ts: '1794000000.000100' },
    });
  });

  it.each([
    'D666FFF',
    'general',
    '#general',
    'U444DDD:1794000000.000100',
    'C333CCC:1',
    'C333CCC:',
    '',
    'C1:2:3',
    '../C1',
  ])('refuses the address %j', (address) =>
    expect(encoded(hi, address)).toMatchObject({ failure: { reason: 'invalid_address' } }),
  );

  const image = { url: 'https://a.test/x.png' };
  it.each<[string, Part, object]>([
    [
      'buttons',
      { type: 'buttons', text: 'Q', buttons: [{ id: 'y', label: 'Yes' }], image, footer: 'f' },
      {
        text: 'Q',
        blocks: [
          section('Q', { accessory: { type: 'image', image_url: image.url, alt_text: 'Q' } }),
          {
            type: 'actions',
            elements: [{ type: 'button', action_id: 'press:0', text: plain('Yes'), value: 'y' }],
          },
          { type: 'context', elements: [{ type: 'mrkdwn', text: 'f' }] },
        ],
      },
    ],
    [
      'a list',
      {
        type: 'list',
        text: 'Q',
        button: 'Open',
        rows: [
          { id: '1', title: 'One', description: 'first' },
          { id: '2', title: 'Two' },
        ],
      },
      {
        blocks: [
          section('Q'),
          {
            type: 'actions',
            elements: [
              {
                ...{ type: 'static_select', action_id: 'pick', placeholder: plain('Open') },
                options: [
                  { text: plain('One'), value: '1', description: plain('first') },
                  { text: plain('Two'), value: '2' },
                ],
              },
            ],
          },
        ],
      },
    ],
    [
      'a link',
      { type: 'link', text: 'T', label: 'Go', url: 'https://a.test' },
      {
        blocks: [
          section('T'),
          { elements: [{ type: 'button', action_id: 'link', text: plain('Go'), url: 'https://a.test' }] },
        ],
      },
    ],
    [
      'cards, whose titles cannot mention anybody',
      {
        type: 'cards',
        cards: [{ title: '<!channel> & co', subtitle: 's', image, buttons: [{ id: 'b', label: 'B' }] }],
      },
      {
        text: '&lt;!channel&gt; &amp; co',
        blocks: [
          section('*&lt;!channel&gt; &amp; co*\ns', {
            accessory: { image_url: image.url, alt_text: '<!channel> & co' },
          }),
          { type: 'actions', elements: [{ value: 'b' }] },
        ],
      },
    ],
    [
      'a picture by its address',
      { type: 'media', media: 'image', source: image, caption: 'c' },
      { text: 'c', blocks: [section('c'), { type: 'image', image_url: image.url, alt_text: 'c' }] },
    ],
  ])('P16, R6: writes %s', (_name, part, expected) => {
    const written = encoded(part);
    expect(written).toMatchObject({ kind: 'post', payload: expected });
  });

  it('T4: uploads stored files, and every file that is no picture', () => {
    const stored: Part = {
      type: 'media',
      media: 'image',
      source: { mediaId: 'a' },
      caption: 'c',
      filename: 'a.png',
    };
    expect(encoded(stored, 'C333CCC:1794000000.000100')).toEqual({
      kind: 'upload',
      upload: {
        place: { channel: 'C333CCC', threadTs: '1794000000.000100' },
        ...{ source: { mediaId: 'a' }, caption: 'c', filename: 'a.png' },
      },
    });
    const file: Part = { type: 'media', media: 'file', source: { url: 'https://a.test/x.pdf' } };
    expect(encoded(file, 'U444DDD', { dm: 'D666FFF' })).toMatchObject({
      kind: 'upload',
      upload: { dm: 'D666FFF' },
    });
    expect(encoded(file, 'U444DDD', { dm: 'C333CCC' })).not.toHaveProperty('upload.dm');
    const long: Part = {
      type: 'media',
      media: 'image',
      source: { url: `https://a.test/${'x'.repeat(3000)}` },
    };
    expect(encoded(long)).toMatchObject({ kind: 'upload' });
  });

  const own = 'D666FFF:1794000000.000100';
  it('P18: names an emoji, and takes it back', () => {
    const react = (emoji: string, providerMessageId = own) =>
      encoded({ type: 'reaction', providerMessageId, emoji });
    const message = { channel: 'D666FFF', ts: '1794000000.000100' };
    expect(react('👍')).toEqual({ kind: 'react', message, name: '+1' });
    expect(react('👍🏽')).toEqual({ kind: 'react', message, name: '+1::skin-tone-4' });
    expect(react('❤')).toEqual({ kind: 'react', message, name: 'heart' });
    expect(react(':party_parrot:')).toEqual({ kind: 'react', message, name: 'party_parrot' });
    expect(react('')).toEqual({ kind: 'react', message, name: null });
    expect(react('𓂀')).toMatchObject({ kind: 'refused' });
    expect(react(':a b:')).toMatchObject({ kind: 'refused' });
    expect(react('👍', 'press:D666FFF:1794000000.000100')).toMatchObject({ kind: 'refused' });
  });

  it('edits by conversation and stamp', () => {
    expect(encoded({ type: 'edit', providerMessageId: own, text: 'new' })).toEqual({
      kind: 'update',
      payload: { channel: 'D666FFF', ts: '1794000000.000100', text: 'new', parse: 'none' },
    });
    expect(
      encoded({ type: 'edit', providerMessageId: 'U444DDD:1794000000.000100', text: 'n' }),
    ).toMatchObject({ kind: 'refused' });
  });

  it.each<Part>([
    { type: 'email', subject: '', text: '', html: '', attachments: [] },
    { type: 'flow', text: 'T', flowId: '1', cta: 'c' },
    { type: 'template', template: { name: 't', language: 'en' } },
    { type: 'components', components: [], text: 'x' },
  ])('refuses $type', (part) => {
    expect(encoded(part)).toMatchObject({ kind: 'refused', failure: { kind: 'rejected' } });
  });
});

/** All that is shown, as Slack seems to count it. */
function shownLength(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = 'text' in value && typeof value.text === 'string' ? value.text.length : 0;
  return own + Object.values(value).reduce<number>((sum, each) => sum + shownLength(each), 0);
}

describe('R6: the fullest message of each kind', () => {
  const x = (length: number): string => 'x'.repeat(length);
  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const { buttons, list, cards, text } = limits;
  const action = (index: number) => ({ id: `${index}`, label: x(buttons?.labelMax ?? 0) });
  it.each<Part>([
    { type: 'buttons', text: x(text.max), buttons: times(buttons?.max ?? 0, action) },
    {
      ...{ type: 'list', text: x(list?.textMax ?? 0), button: x(list?.buttonMax ?? 0) },
      rows: times(list?.maxRows ?? 0, (index) => ({
        ...{ id: `${index}`, title: x(list?.titleMax ?? 0), description: x(list?.descriptionMax ?? 0) },
      })),
    },
    {
      ...{ type: 'cards', text: x(text.max) },
      cards: times(cards?.max ?? 0, () => ({
        ...{ title: x(cards?.titleMax ?? 0), subtitle: x(cards?.subtitleMax ?? 0) },
        buttons: times(cards?.buttons ?? 0, action),
      })),
    },
  ])('$type stays below what Slack takes in all', (part) => {
    const written = encoded(part) as { payload: { blocks: { type: string }[] } };
    expect(shownLength(written.payload.blocks)).toBeLessThan(11_300);
    expect(written.payload.blocks.length).toBeLessThanOrEqual(50);
  });
});
