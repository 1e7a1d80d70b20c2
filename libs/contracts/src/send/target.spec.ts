import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isChannelKind } from '../kinds.js';
import { parseTarget, resolveTarget, targetNameError, type TargetName } from './target.js';

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
  ])('%j is none', (text) => {
    expect(parseTarget(text)).toBeUndefined();
  });
});

const named = (name: string, target: string): TargetName => ({
  name,
  target,
  kind: isChannelKind(name) ? 'home' : 'alias',
  label: name,
});

const NAMES = [
  named('telegram', 'telegram:123'),
  named('slack:#ops', 'slack:C012ABC'),
  named('my-ops-alert', 'slack:#ops'),
  named('in-a-thread', 'slack:C012ABC:1766458026.240809'),
  named('room', 'teams:19:abc@thread.tacv2'),
  named('ann', 'web-chat:u:ann'),
  named('here', 'there'),
  named('there', 'here'),
  named('me:1', 'me'),
  named('me', 'me:1'),
  named('gone', 'nobody'),
];

describe('T2: names of targets', () => {
  it.each([
    ['telegram', 'telegram', '123'],
    ['telegram:home', 'telegram', '123'],
    ['telegram:home:42', 'telegram', '123:42'],
    ['telegram:77', 'telegram', '77'],
    ['slack:#ops', 'slack', 'C012ABC'],
    ['slack:#ops:1766458026.240809', 'slack', 'C012ABC:1766458026.240809'],
    ['my-ops-alert', 'slack', 'C012ABC'],
    ['my-ops-alert:1766458026.240809', 'slack', 'C012ABC:1766458026.240809'],
    ['in-a-thread', 'slack', 'C012ABC:1766458026.240809'],
    ['room:1766458026240', 'teams', '19:abc@thread.tacv2:1766458026240'],
  ])('%s is %s %s', (text, kind, address) => {
    expect(resolveTarget(text, NAMES)).toEqual({ target: { kind, address } });
  });

  it.each([
    ['slack', 'has no home chat'],
    ['slack:home', 'has no home chat'],
    ['nobody', 'is no target'],
    ['gone', 'is no target'],
    ['slack:#sales', 'is no target'],
    ['slack:#ops:T123', 'names no thread of slack after "slack:#ops"'],
    ['in-a-thread:1766458026.240809', 'names no thread of slack after "in-a-thread"'],
    ['room:hello', 'names no thread of teams after "room"'],
    ['ann:42', 'names no thread of web-chat after "ann"'],
    ['here', 'leads back to "here"'],
    ['me', 'leads back to "me"'],
  ])('%s %s', (text, reason) => {
    expect(resolveTarget(text, NAMES)).toMatchObject({ reason: expect.stringContaining(reason) });
  });

  it('ends for any names, and reads anything', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'a',
        'b',
        'a:b',
        'telegram',
        'telegram:home',
        'slack:#a',
        'telegram:1',
        'b:1',
        'a:b:1',
        '',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word), { maxLength: 8 }), word, (pairs, text) => {
        const found = resolveTarget(
          text,
          pairs.map(([name, target]) => named(name, target)),
        );
        expect(
          'target' in found ? parseTarget(`${found.target.kind}:${found.target.address}`) : found,
        ).toBeDefined();
      }),
    );
  });

  it.each([
    ['my-ops-alert', undefined],
    ['slack:#ops', undefined],
    ['telegram', undefined],
    ['ünïcode', undefined],
    ['', 'must have 1 to 128 characters'],
    ['x'.repeat(129), 'must have 1 to 128 characters'],
    ['two words', 'must have no spaces and no control characters'],
    ['a\u0007', 'must have no spaces and no control characters'],
    ['origin', 'is a word of the send tool'],
    ['slack:home', 'is a word of the send tool'],
  ])('%j as a name: %s', (name, reason) => {
    expect(targetNameError(name)).toBe(reason);
  });
});
