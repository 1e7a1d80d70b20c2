import { describe, expect, it } from '@jest/globals';
import type { InboundEvent } from '@skein/contracts';
import { InstagramConfig } from './config.js';
import { webhook } from './webhook.js';

const IGID = '17841405822304914';
const IGSID = '1535148674817116';
const config = Object.assign(new InstagramConfig(), { instagramId: IGID, appSecret: 's', verifyToken: 't' });

const addressed = (body: unknown) => webhook.parse(body, { account: IGID, config, query: {} });
const parse = (body: unknown): InboundEvent[] => addressed(body).map(({ event }) => event);
const instagram = (entry: object) => ({
  object: 'instagram',
  entry: [{ id: IGID, time: 1569262486134, ...entry }],
});
const event = (part: object) =>
  parse(
    instagram({
      messaging: [{ sender: { id: IGSID }, recipient: { id: IGID }, timestamp: 1569262485349, ...part }],
    }),
  );
const message = (content: object) => event({ message: { mid: 'aWdf1', ...content } });

/** The examples of Meta's pages on Instagram webhooks (checked 2026-11-21) with ids put in. */
describe('documented examples', () => {
  it('reads a text', () => {
    expect(message({ text: 'MESSAGE-TEXT' })).toEqual([
      {
        type: 'message',
        eventId: 'aWdf1',
        providerMessageId: 'aWdf1',
        at: '2019-09-23T18:14:45.349Z',
        address: IGSID,
        content: { text: 'MESSAGE-TEXT' },
      },
    ]);
  });

  it('P17: reading names one message; nothing else moves', () => {
    expect(event({ read: { mid: 'aWdf_out' } })).toEqual([
      {
        type: 'receipt',
        eventId: 'aWdf_out:read',
        at: '2019-09-23T18:14:45.349Z',
        providerMessageId: 'aWdf_out',
        status: 'read',
      },
    ]);
    expect(event({ read: { watermark: 1569262485349 } })).toMatchObject([{ type: 'unsupported' }]);
    expect(event({ delivery: { mids: ['aWdf_out'] } })).toMatchObject([{ type: 'unsupported' }]);
  });

  it('takes back what the person unsent', () => {
    expect(message({ is_deleted: true })).toMatchObject([
      { type: 'revoke', target: 'aWdf1', eventId: 'aWdf1:deleted', address: IGSID },
    ]);
  });

  it('keeps what the platform cannot show', () => {
    expect(message({ is_unsupported: true })).toMatchObject([
      { type: 'unsupported', eventId: 'aWdf1', address: IGSID },
    ]);
  });

  it('reads the answer to a story', () => {
    const story = { id: '17850000000000001', url: 'https://lookaside.fbsbx.com/story' };
    expect(message({ text: 'Nice', reply_to: { story } })[0]).toMatchObject({
      content: { text: 'Nice', data: { story } },
    });
  });

  it.each(['story_mention', 'share', 'ig_post', 'ig_reel', 'reel'])(
    'points to a %s and does not fetch it',
    (type) => {
      const url = 'https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1';
      const [read] = message({ attachments: [{ type, payload: { url, title: 'Stop' } }] });
      expect(read).toMatchObject({ content: { data: { shared: [{ type, url, title: 'Stop' }] } } });
      expect(read).not.toHaveProperty('content.media');
      expect(read).not.toHaveProperty('content.text');
    },
  );

  it('reads a heart without payload as ❤️', () => {
    expect(message({ attachments: [{ type: 'like_heart' }] })[0]).toMatchObject({ content: { text: '❤️' } });
  });

  it('P16: reads the press of a button and of an icebreaker', () => {
    expect(event({ postback: { mid: 'aWdf2', title: 'Yes', payload: 'yes' } })).toMatchObject([
      { type: 'message', eventId: 'aWdf2', content: { text: 'Yes', action: { id: 'yes', label: 'Yes' } } },
    ]);
  });

  it('P18: reads a reaction', () => {
    const reaction = { mid: 'aWdf_out', action: 'react', reaction: 'love', emoji: '❤' };
    expect(event({ reaction })).toMatchObject([{ type: 'reaction', target: 'aWdf_out', emoji: '❤' }]);
    expect(event({ reaction: { mid: 'aWdf_out', action: 'unreact' } })).toMatchObject([{ emoji: null }]);
  });

  it('keeps own messages out', () => {
    const own = { sender: { id: IGID }, recipient: { id: IGSID } };
    expect(event({ ...own, message: { mid: 'aWdf3', text: 'x', is_echo: true } })).toMatchObject([
      { type: 'unsupported', eventId: 'aWdf3:echo', address: IGSID },
    ]);
    expect(event({ ...own, message: { mid: 'aWdf3', text: 'x' } })).toMatchObject([{ type: 'unsupported' }]);
  });
});

describe('tests from the dashboard', () => {
  const value = {
    sender: { id: '12334' },
    recipient: { id: '23245' },
    timestamp: '1527459824',
    message: { mid: 'random_mid', text: 'random_text' },
  };

  it('are kept for the record: their account does not exist', () => {
    const body = {
      object: 'instagram',
      entry: [{ id: '0', time: 1569262486, changes: [{ field: 'messages', value }] }],
    };
    expect(addressed(body)).toMatchObject([{ account: IGID, event: { type: 'unsupported' } }]);
  });

  it('are read under a real account, with times in text', () => {
    expect(parse(instagram({ changes: [{ field: 'messages', value }] }))).toMatchObject([
      { type: 'message', address: '12334', at: '2018-05-27T22:23:44.000Z' },
    ]);
  });

  it.each(['comments', 'mentions', 'story_insights'])('keep the field %s out', (field) => {
    expect(parse(instagram({ changes: [{ field, value }] }))).toMatchObject([{ type: 'unsupported' }]);
  });

  it('standby is another app’s', () => {
    expect(parse(instagram({ standby: [value] }))).toMatchObject([{ type: 'unsupported' }]);
  });
});
