import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { SmsConfig } from './config.js';
import { sms } from './index.js';

const twilio = { accountSid: `AC${'0'.repeat(32)}`, authToken: 't', from: '+15005550006' };
const smpp = { host: 'smsc.example', port: 2775, systemId: 's', password: 'p', sourceAddress: '12345' };

function read(plain: object): { config: SmsConfig; wrong: string[] } {
  const config = plainToInstance(SmsConfig, plain);
  const errors = validateSync(config, { whitelist: true });
  const wrong = errors.flatMap(({ constraints, children }) => [
    ...Object.values(constraints ?? {}),
    ...(children ?? []).map(({ property }) => property),
  ]);
  return { config, wrong };
}

describe('settings of text messages', () => {
  it.each([
    { carrier: 'twilio', twilio },
    { carrier: 'twilio', twilio: { ...twilio, from: undefined, messagingServiceSid: `MG${'0'.repeat(32)}` } },
    { carrier: 'twilio', twilio: { ...twilio, apiKey: `SK${'0'.repeat(32)}`, apiKeySecret: 's' } },
    { carrier: 'smpp', smpp },
    { carrier: 'smpp', smpp: { ...smpp, tls: true, bind: 'pair', window: 1, receiptIds: 'decimal' } },
  ])('takes %j', (plain) => {
    expect(read(plain).wrong).toEqual([]);
  });

  it.each([
    [{ carrier: 'twilio', smpp }, 'twilio must be given when carrier is twilio, and only then'],
    [{ carrier: 'twilio', twilio, smpp }, 'smpp must be given when carrier is smpp, and only then'],
    [{ carrier: 'smpp', twilio }, 'smpp must be given when carrier is smpp, and only then'],
    [{ carrier: 'pigeon', twilio }, 'carrier must be one of the following values: twilio, smpp'],
    [{ carrier: 'twilio', twilio: { ...twilio, from: undefined } }, 'from'],
    [
      { carrier: 'twilio', twilio: { ...twilio, messagingServiceSid: `MG${'0'.repeat(32)}` } },
      'messagingServiceSid',
    ],
    [{ carrier: 'twilio', twilio: { ...twilio, apiKey: `SK${'0'.repeat(32)}` } }, 'apiKeySecret'],
    [{ carrier: 'twilio', twilio: { ...twilio, accountSid: '../Accounts' } }, 'accountSid'],
    [{ carrier: 'smpp', smpp: { ...smpp, systemId: 'x'.repeat(16) } }, 'systemId'],
    [{ carrier: 'smpp', smpp: { ...smpp, window: 0 } }, 'window'],
  ])('refuses %j', (plain, expected) => {
    expect(read(plain).wrong).toContain(expected);
  });

  it('an account is a sender', () => {
    expect(sms.accountOf(read({ carrier: 'twilio', twilio }).config)).toBe('+15005550006');
    expect(sms.accountOf(read({ carrier: 'smpp', smpp }).config)).toBe('s@smsc.example');
  });
});
