import { describe, expect, it } from '@jest/globals';
import { TwilioConfig } from './config.js';
import { readCallback } from './callback.js';

const config = Object.assign(new TwilioConfig(), { from: '+15005550006' });
const inbound = {
  MessageSid: 'SM1',
  SmsStatus: 'received',
  AccountSid: 'AC1',
  From: '+15551234567',
  To: '+15005550006',
  Body: 'Hello',
  NumMedia: '0',
};
const read = (body: unknown, query = {}, more = {}) =>
  readCallback(body, {
    account: '+15005550006',
    query,
    config: Object.assign(new TwilioConfig(), config, more),
  });
const events = (body: unknown, query = {}) => read(body, query).map(({ event }) => event);

describe('messages of people', () => {
  it('R5: a text, and files with their captions', () => {
    expect(events(inbound)).toEqual([
      expect.objectContaining({
        type: 'message',
        eventId: 'SM1',
        providerMessageId: 'SM1',
        address: '+15551234567',
        content: { text: 'Hello' },
      }),
    ]);
    const url = 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1';
    const mms = { ...inbound, Body: '', NumMedia: '1', MediaUrl0: url, MediaContentType0: 'image/jpeg' };
    expect(events(mms)[0]).toMatchObject({
      content: { media: [{ media: 'image', providerRef: url, mimeType: 'image/jpeg' }] },
    });
  });

  it.each([
    ['STOP', 'stop'],
    ['START', 'start'],
    ['help', 'help'],
  ])(
    'P11: %s that the platform has answered is a wish of its own, before the message',
    (OptOutType, value) => {
      expect(events({ ...inbound, Body: 'ya basta', OptOutType })).toMatchObject([
        {
          type: 'consent',
          eventId: 'SM1:consent',
          value,
          purpose: 'all',
          answered: true,
          evidence: 'keyword: ya basta',
        },
        { type: 'message', eventId: 'SM1' },
      ]);
    },
  );

  it('P11: leaves typed keywords to the kit', () => {
    expect(events({ ...inbound, Body: 'STOP' }).map(({ type }) => type)).toEqual(['message']);
    expect(events({ ...inbound, OptOutType: 'constructor' }).map(({ type }) => type)).toEqual(['message']);
  });

  it.each([
    [{ ...inbound, From: '12345' }, 'a message without a phone number'],
    [{ ...inbound, From: 'whatsapp:+15551234567' }, 'a message without a phone number'],
    [{ ...inbound, MessageSid: undefined }, 'a message without a phone number'],
    [{ ...inbound, Body: '' }, 'an empty message'],
    ['text', 'a callback without fields'],
    [{}, 'a message without a phone number'],
  ])('keeps %j for the record', (body, what) => {
    expect(events(body)).toMatchObject([{ type: 'unsupported', what }]);
  });

  it('R1: a message for another number is another channel’s', () => {
    expect(read({ ...inbound, To: '+15005550007' })[0]?.account).toBe('+15005550007');
    const service = { from: undefined, messagingServiceSid: 'MG1' };
    expect(read({ ...inbound, MessagingServiceSid: 'MG2' }, {}, service)[0]?.account).toBe('MG2');
    expect(read(inbound, {}, service)[0]?.account).toBe('+15005550006');
  });

  it('reads at most ten files, whatever is claimed', () => {
    const urls = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [`MediaUrl${at}`, 'https://x.example']),
    );
    const [event] = events({ ...inbound, ...urls, NumMedia: '999999999' });
    expect(event).toMatchObject({ content: { media: { length: 10 } } });
    for (const NumMedia of ['-1', 'NaN', '1.5', 'Infinity', ''])
      expect(events({ ...inbound, NumMedia })).toHaveLength(1);
  });
});

describe('statuses', () => {
  const status = (MessageStatus: string, more = {}, query = {}) =>
    events(
      { MessageSid: 'SM2', MessageStatus, SmsStatus: MessageStatus, From: '+15005550006', ...more },
      query,
    )[0];

  it.each([
    ['queued', 'sent'],
    ['sending', 'sent'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['partially_delivered', 'delivered'],
    ['read', 'read'],
  ])('P17: %s is %s', (word, expected) => {
    expect(status(word, {}, { call: '7:1' })).toMatchObject({
      type: 'receipt',
      eventId: `SM2:${word}`,
      providerMessageId: 'SM2',
      callRef: '7:1',
      status: expected,
    });
  });

  it('P17: a failure has its reason', () => {
    expect(status('undelivered', { ErrorCode: '30007', ErrorMessage: 'filtered' })).toMatchObject({
      status: 'failed',
      failure: { kind: 'rejected', reason: 'policy', providerCode: '30007', detail: 'filtered' },
    });
    expect(status('failed')).toMatchObject({ failure: { reason: 'provider_rejected' } });
  });

  it('keeps unknown ones for the record, and foreign references out', () => {
    expect(status('dreaming')).toMatchObject({ type: 'unsupported', eventId: 'SM2:dreaming' });
    expect(status('constructor')).toMatchObject({ type: 'unsupported' });
    expect(status('sent', {}, { call: "7:1' OR 1" })).not.toHaveProperty('callRef');
  });
});
