import { describe, expect, it } from '@jest/globals';
import { parseTarget } from './target.js';

describe('T2: targets', () => {
  it.each([
    ['whatsapp:+5215512345678', 'whatsapp', '+5215512345678'],
    ['sms:+15551234567', 'sms', '+15551234567'],
    ['email:Ann@Example.com', 'email', 'ann@example.com'],
    ['web-chat:u:ann', 'web-chat', 'u:ann'],
    ['telegram:-1001234567890', 'telegram', '-1001234567890'],
    ['telegram:-1001234567890:42', 'telegram', '-1001234567890:42'],
    ['slack:U012ABC', 'slack', 'U012ABC'],
    ['slack:C012ABC:1766458026.240809', 'slack', 'C012ABC:1766458026.240809'],
    ['discord:123456789012345678', 'discord', '123456789012345678'],
    ['discord:123456789012345678:223456789012345678', 'discord', '223456789012345678'],
    ['teams:19:abc@thread.tacv2', 'teams', '19:abc@thread.tacv2'],
    ['teams:19:abc@thread.tacv2:1766458026240', 'teams', '19:abc@thread.tacv2:1766458026240'],
    ['messenger:7654321098', 'messenger', '7654321098'],
    ['instagram:7654321098', 'instagram', '7654321098'],
  ])('%s is %s %s', (text, kind, address) => {
    expect(parseTarget(text)).toEqual({ kind, address });
  });

  it.each([
    '',
    'telegram',
    'telegram:',
    'telegram:abc',
    'telegram:1:2:3',
    'pigeon:1',
    'ops-team',
    'whatsapp:5',
    'api:1',
  ])('%j is none', (text) => {
    expect(parseTarget(text)).toBeUndefined();
  });
});
