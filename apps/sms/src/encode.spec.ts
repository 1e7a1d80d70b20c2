import { describe, expect, it } from '@jest/globals';
import type { Part } from '@skein/contracts';
import { encode } from './encode.js';
import { submitsOf } from './smpp/submit-pdus.js';
import { formOf } from './twilio/create-message.js';

const publicUrl = (source: object): string =>
  'url' in source ? String(source.url) : 'https://skein.test/media';
const encoded = (part: Part, address = '+15551234567') => encode({ address, part }, publicUrl);

describe('encoding', () => {
  it('P11: a text and a file', () => {
    expect(encoded({ type: 'text', text: 'Hi' })).toEqual({
      message: { to: '+15551234567', text: 'Hi', mediaUrls: [] },
    });
    expect(encoded({ type: 'media', media: 'image', source: { mediaId: 'm' }, caption: 'Look' })).toEqual({
      message: { to: '+15551234567', text: 'Look', mediaUrls: ['https://skein.test/media'] },
    });
  });

  it('refuses what a text message does not carry, and what is no phone number', () => {
    expect(encoded({ type: 'buttons', text: 'x', buttons: [] })).toMatchObject({
      failure: { reason: 'provider_rejected' },
    });
    for (const address of ['15551234567', '+0155512345', 'whatsapp:+15551234567', '+1555\n1234567'])
      expect(encoded({ type: 'text', text: 'x' }, address)).toMatchObject({
        failure: { reason: 'invalid_address' },
      });
  });

  it('R6: writes the form of Twilio', () => {
    const message = {
      to: '+15551234567',
      text: 'Hi & bye',
      mediaUrls: ['https://a.example/1', 'https://a.example/2'],
    };
    const form = formOf(message, 'https://skein.test/webhooks/sms/c?call=7%3A1', { from: '+15005550006' });
    expect(form.toString()).toBe(
      'To=%2B15551234567&From=%2B15005550006&Body=Hi+%26+bye&MediaUrl=https%3A%2F%2Fa.example%2F1&MediaUrl=https%3A%2F%2Fa.example%2F2&StatusCallback=https%3A%2F%2Fskein.test%2Fwebhooks%2Fsms%2Fc%3Fcall%3D7%253A1',
    );
    const service = formOf({ ...message, text: '' }, 'u', { messagingServiceSid: 'MG1' });
    expect([service.get('MessagingServiceSid'), service.has('From'), service.has('Body')]).toEqual([
      'MG1',
      false,
      false,
    ]);
  });
});

describe('submits', () => {
  const config = { sourceAddress: 'Skein', serviceType: '', longMessages: 'udh' as const };
  const submits = (text: string, more = {}) =>
    submitsOf({ to: '+491701234567', text, mediaUrls: [] }, { ...config, ...more }, 0x1a7);

  it('one part has no header, and its coding is always said', () => {
    expect(submits('Hi {€}').submits).toEqual([
      {
        service_type: '',
        source_addr_ton: 5,
        source_addr_npi: 0,
        source_addr: 'Skein',
        dest_addr_ton: 1,
        dest_addr_npi: 1,
        destination_addr: '491701234567',
        esm_class: 0,
        registered_delivery: 1,
        data_coding: 0,
        short_message: Buffer.from([0x48, 0x69, 0x20, 0x1b, 0x28, 0x1b, 0x65, 0x1b, 0x29]),
      },
    ]);
    expect(submits('ü').submits[0]).toMatchObject({ data_coding: 0 });
    expect(submits('語😀').submits[0]).toMatchObject({
      data_coding: 8,
      short_message: Buffer.from('8a9ed83dde00', 'hex'),
    });
  });

  it('several parts carry a header each, and none is longer than 140 octets of the network', () => {
    const { submits: parts, segments } = submits('語'.repeat(135));
    expect([parts.length, segments]).toEqual([3, 3]);
    for (const [index, part] of parts.entries()) {
      const octets = part['short_message'] as Buffer;
      expect([...octets.subarray(0, 6)]).toEqual([5, 0, 3, 0xa7, 3, index + 1]);
      expect(part['esm_class']).toBe(0x40);
      expect(octets.length).toBeLessThanOrEqual(140);
    }
    expect(submits('a'.repeat(161)).submits.map((part) => (part['short_message'] as Buffer).length)).toEqual([
      6 + 153,
      6 + 8,
    ]);
  });

  it('the whole goes as one payload where the SMSC cuts', () => {
    const { submits: parts } = submits('a'.repeat(500), { longMessages: 'payload' });
    expect(parts).toHaveLength(1);
    expect(parts[0]).toMatchObject({ esm_class: 0, short_message: Buffer.alloc(0) });
    expect((parts[0]?.['message_payload'] as Buffer).length).toBe(500);
  });

  it.each([
    ['+442071838750', 1, 1, '442071838750'],
    ['12345', 3, 0, '12345'],
    ['Skein', 5, 0, 'Skein'],
  ])('names the sender %s', (sourceAddress, ton, npi, digits) => {
    expect(submits('x', { sourceAddress }).submits[0]).toMatchObject({
      source_addr_ton: ton,
      source_addr_npi: npi,
      source_addr: digits,
    });
  });
});
