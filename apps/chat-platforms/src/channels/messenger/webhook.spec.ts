import { describe, expect, it } from '@jest/globals';
import type { InboundEvent } from '@skein/contracts';
import fc from 'fast-check';
import { MessengerConfig } from './config.js';
import { webhook } from './webhook.js';

const PAGE = '682498302938465';
const PSID = '1254459154682919';
const config = Object.assign(new MessengerConfig(), { pageId: PAGE, appSecret: 's', verifyToken: 't' });

const addressed = (body: unknown) => webhook.parse(body, { account: PAGE, config, query: {} });
const parse = (body: unknown): InboundEvent[] => addressed(body).map(({ event }) => event);
const page = (entry: object) => ({ object: 'page', entry: [{ id: PAGE, time: 1518479195594, ...entry }] });
const event = (part: object) =>
  parse(
    page({
      messaging: [{ sender: { id: PSID }, recipient: { id: PAGE }, timestamp: 1458692752478, ...part }],
    }),
  );
const message = (content: object) => event({ message: { mid: 'm_in', ...content } });
const attachment = (type: string, payload?: object, more: object = {}) =>
  message({ attachments: [{ type, ...(payload && { payload }), ...more }] });

/** The examples of Meta's webhook reference (messages, message_deliveries, …; checked 2026-11-21) with ids put in. */
describe('documented examples', () => {
  it('reads a text with the press of a quick reply', () => {
    const content = {
      mid: 'mid.1457764197618:41d102a3e1ae206a38',
      text: 'hello, world!',
      quick_reply: { payload: 'DEVELOPER_DEFINED_PAYLOAD' },
    };
    expect(event({ message: content })).toEqual([
      {
        type: 'message',
        eventId: content.mid,
        providerMessageId: content.mid,
        at: '2016-03-23T00:25:52.478Z',
        address: PSID,
        content: {
          text: 'hello, world!',
          action: { id: 'DEVELOPER_DEFINED_PAYLOAD', label: 'hello, world!' },
        },
      },
    ]);
  });

  it('reads a reply', () => {
    const reply = { reply_to: { mid: 'm_1fTq8oLumEyIp3Q2MR-aY7IfLZDamVrALniheU', is_self_reply: false } };
    expect(message({ text: 'x', ...reply })[0]).toMatchObject({ replyTo: [reply.reply_to.mid] });
  });

  it('P17: reads a delivery that has no time but its mark', () => {
    const body = {
      sender: { id: PSID },
      recipient: { id: PAGE },
      delivery: { mids: ['mid.1458668856218:ed81099e15d3f4f233'], watermark: 1458668856253 },
    };
    const at = '2016-03-22T17:47:36.253Z';
    expect(parse(page({ messaging: [body] }))).toEqual([
      {
        type: 'receipt',
        eventId: 'mid.1458668856218:ed81099e15d3f4f233:delivered',
        at,
        providerMessageId: 'mid.1458668856218:ed81099e15d3f4f233',
        status: 'delivered',
      },
      {
        type: 'watermark',
        eventId: `delivered:${PSID}:${at}`,
        at,
        address: PSID,
        status: 'delivered',
        upTo: at,
      },
    ]);
  });

  it('P17: reads a delivery without ids, and a reading', () => {
    expect(event({ delivery: { watermark: 1458668856253 } })).toMatchObject([{ type: 'watermark' }]);
    expect(event({ read: { watermark: 1458668856253 } })).toMatchObject([
      { type: 'watermark', status: 'read', upTo: '2016-03-22T17:47:36.253Z', address: PSID },
    ]);
    expect(event({ read: { watermark: 1458668856 } })).toMatchObject([{ upTo: '2016-03-22T17:47:36.000Z' }]);
  });

  it.each(['', null, 0, -1, 'x', 1e20, {}])('P17: a mark of %j says nothing', (watermark) => {
    expect(event({ read: { watermark } })).toMatchObject([{ type: 'unsupported' }]);
  });

  it('P18: reads a reaction and its removal', () => {
    const reaction = { reaction: 'love', emoji: '\u{2764}\u{FE0F}', action: 'react', mid: 'm_out' };
    expect(event({ reaction })).toMatchObject([{ type: 'reaction', target: 'm_out', emoji: '❤️' }]);
    expect(event({ reaction: { ...reaction, emoji: undefined } })).toMatchObject([{ emoji: '❤️' }]);
    expect(event({ reaction: { action: 'unreact', mid: 'm_out' } })).toMatchObject([{ emoji: null }]);
    expect(event({ reaction: { action: 'react', reaction: 'other', mid: 'm' } })).toMatchObject([
      { type: 'unsupported', address: PSID },
    ]);
  });

  it('reads an edit', () => {
    const message_edit = { mid: 'm_in', text: 'new', num_edit: '1' };
    expect(event({ message_edit })).toMatchObject([{ type: 'edit', target: 'm_in', text: 'new' }]);
    expect(event({ message_edit: { mid: 'm_in', num_edit: 0 } })).toMatchObject([{ type: 'unsupported' }]);
  });

  it('P16: reads a press, also without an id and with a time in text', () => {
    const postback = { mid: 'm_press', title: 'TITLE-FOR-THE-CTA', payload: 'USER-DEFINED-PAYLOAD' };
    expect(event({ postback })).toMatchObject([
      {
        type: 'message',
        eventId: 'm_press',
        content: { text: postback.title, action: { id: postback.payload, label: postback.title } },
      },
    ]);
    const older = { postback: { ...postback, mid: undefined }, timestamp: '1527459824' };
    const [first] = event(older);
    expect(first).toMatchObject({ type: 'message', at: '2018-05-27T22:23:44.000Z' });
    expect(event(older)[0]?.eventId).toBe(first?.eventId);
    expect(event({ postback: { title: 'Icebreaker' } })).toMatchObject([
      { content: { action: { id: 'Icebreaker' } } },
    ]);
  });

  it('reads a value of changes[] as well', () => {
    const value = {
      sender: { id: PSID },
      recipient: { id: PAGE },
      timestamp: '1527459824',
      message: { mid: 'm', text: 'x' },
    };
    expect(parse(page({ changes: [{ field: 'messages', value }] }))).toMatchObject([{ type: 'message' }]);
    expect(parse(page({ changes: [{ field: 'feed', value }] }))).toMatchObject([{ type: 'unsupported' }]);
  });
});

describe('echoes', () => {
  const echo = (content: object) =>
    event({
      sender: { id: PAGE },
      recipient: { id: PSID },
      message: { is_echo: true, app_id: 1517776481860111, mid: 'm_out', ...content },
    });

  it('P17: ours tells that the call was sent', () => {
    expect(echo({ metadata: '7:1', text: 'hello, world!' })).toEqual([
      {
        type: 'receipt',
        eventId: 'm_out:echo',
        at: '2016-03-23T00:25:52.478Z',
        providerMessageId: 'm_out',
        callRef: '7:1',
        status: 'sent',
      },
    ]);
  });

  it.each([{}, { metadata: 'theirs' }, { metadata: '7:1', mid: undefined }, { metadata: 7 }])(
    'leaves %j alone',
    (content) => expect(echo(content)).toMatchObject([{ type: 'unsupported' }]),
  );

  it('leaves alone what the Page says without the mark of an echo', () => {
    expect(
      event({ sender: { id: PAGE }, recipient: { id: PSID }, message: { mid: 'm', text: 'x' } }),
    ).toMatchObject([{ type: 'unsupported', address: PSID }]);
  });
});

describe('content', () => {
  const url = 'https://cdn.fbsbx.com/v/t59/Angebot%20M%C3%A4rz.pdf?_nc_cat=1&oh=00';

  it.each(['image', 'video', 'audio'])('R5: reads a file of type %s', (media) => {
    expect(attachment(media, { url })[0]).toMatchObject({
      content: { media: [{ media, providerRef: url }] },
    });
  });

  it('R5: reads the name of a file, and one without an address', () => {
    expect(attachment('file', { url })[0]).toMatchObject({
      content: { media: [{ media: 'file', providerRef: url, filename: 'Angebot März.pdf' }] },
    });
    expect(attachment('image')[0]).toMatchObject({ content: { media: [{ error: expect.any(String) }] } });
  });

  it.each([369239263222822, '369239343222814', 369239383222810])('reads the thumb %s as 👍', (sticker_id) => {
    const payload = { url, sticker_id };
    expect(
      message({
        attachments: [
          { type: 'sticker', payload },
          { type: 'image', payload },
        ],
      })[0],
    ).toMatchObject({
      content: { text: '👍' },
    });
  });

  it('reads another sticker once, although it comes as two attachments', () => {
    const payload = { url, sticker_id: 126361874215276 };
    const [read] = message({
      attachments: [
        { type: 'sticker', payload },
        { type: 'image', payload },
      ],
    });
    expect(read).toMatchObject({ content: { media: [{ media: 'image', providerRef: url }] } });
  });

  it('reads a location', () => {
    const coordinates = { lat: 52.5, long: 13.4 };
    expect(attachment('location', { coordinates }, { title: 'Berlin' })[0]).toMatchObject({
      content: { location: { latitude: 52.5, longitude: 13.4, name: 'Berlin' } },
    });
  });

  it.each([
    ['fallback', { url: 'https://a.example', title: 'A' }],
    ['ig_reel', { reel_video_id: 1, title: 'STOP', url }],
    ['template', { product: { elements: [] } }],
    ['appointment_booking', { booking_id: '1', status: 'requested' }],
  ])('keeps %s as data: its words are nobody’s', (type, payload) => {
    const [read] = attachment(type, payload);
    expect(read).toMatchObject({ content: { data: { shared: [{ type, ...payload }] } } });
    expect(read).not.toHaveProperty('content.text');
    expect(read).not.toHaveProperty('content.media');
  });

  it('P16: keeps components that a person types as text', () => {
    const text = '::: actions\n- [Yes](yes)\n:::';
    expect(message({ text })[0]).toMatchObject({ content: { text } });
    expect(message({ text })[0]).not.toHaveProperty('content.action');
  });

  it('has nothing to read in an empty message or an unknown share', () => {
    expect(message({})).toMatchObject([{ type: 'unsupported', eventId: 'm_in' }]);
    expect(attachment('fallback')).toMatchObject([{ type: 'unsupported', eventId: 'm_in' }]);
  });
});

describe('routing', () => {
  it('R1: addresses each entry to its own Page', () => {
    const messaging = [{ sender: { id: PSID }, recipient: { id: '1' }, message: { mid: 'm', text: 'x' } }];
    const body = {
      object: 'page',
      entry: [
        { id: '111111', messaging },
        { id: PAGE, messaging },
      ],
    };
    expect(addressed(body).map(({ account }) => account)).toEqual(['111111', PAGE]);
  });

  it.each([
    { standby: [{ sender: { id: PSID }, message: { mid: 'm', text: 'x' } }] },
    { messaging: [{ sender: { id: PSID }, recipient: { id: PAGE }, referral: { ref: 'r' } }] },
    { messaging: [{ sender: { user_ref: 'u' }, recipient: { id: PAGE }, optin: { ref: 'r' } }] },
    {
      messaging: [{ sender: { id: '../../etc' }, recipient: { id: PAGE }, message: { mid: 'm', text: 'x' } }],
    },
    { messaging: [7] },
    {},
  ])('keeps %j for the record', (entry) => {
    expect(parse(page(entry))).toMatchObject([{ type: 'unsupported' }]);
  });

  it.each([undefined, null, 7, [], {}, { object: 'instagram', entry: [{}] }, { object: 'page', entry: [] }])(
    'survives the body %j',
    (body) => expect(parse(body)).toMatchObject([{ type: 'unsupported' }]),
  );
});

describe('anything else', () => {
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('\0', '\ud800', PSID, 'm_1', 1458668856253));
  const names = ['mid', 'text', 'payload', 'title', 'attachments', 'watermark', 'mids', 'emoji', 'action'];
  const part = fc.dictionary(
    fc.constantFrom(...names, 'metadata', 'is_echo', 'quick_reply', 'reply_to'),
    odd,
  );
  const kinds = ['message', 'postback', 'reaction', 'message_edit', 'delivery', 'read', 'optin'];
  const some = fc.record(
    {
      sender: fc.oneof(odd, fc.constant({ id: PSID })),
      recipient: fc.oneof(odd, fc.constant({ id: PAGE })),
      timestamp: odd,
      ...Object.fromEntries(kinds.map((kind) => [kind, fc.oneof(odd, part)])),
    },
    { requiredKeys: [] },
  );

  it('becomes events with an id and a time, never an exception', () => {
    fc.assert(
      fc.property(fc.array(some, { maxLength: 4 }), (messaging) => {
        const events = parse(page({ messaging }));
        expect(events.length).toBeGreaterThan(0);
        for (const { eventId, at } of events) {
          expect(eventId.length).toBeGreaterThan(0);
          expect(Number.isNaN(Date.parse(at))).toBe(false);
        }
        expect(JSON.stringify(events)).not.toContain('\\u0000');
      }),
    );
  });
});
