import { describe, expect, it } from '@jest/globals';
import type { ErrorCode } from '../failures.js';
import { commandOf, type ChannelScope } from './choose-channel.js';
import { parseSend } from './parse-send.js';

const PHONE = '+5215512345678';
const THREAD = '0191d3a0-0000-7000-8000-000000000001';
const WA = { id: 'wa', kind: 'whatsapp', agentId: 'a1' } as const;
const WA2 = { id: 'wa2', kind: 'whatsapp', agentId: 'a2' } as const;
const WA3 = { id: 'wa3', kind: 'whatsapp', agentId: 'a2' } as const;
const MAIL = { id: 'mail', kind: 'email', agentId: 'a1' } as const;
const ALL: ChannelScope = { channels: [WA, WA2, WA3, MAIL], targets: [], keyAgentId: null };

function choose(body: object, scope: ChannelScope = ALL) {
  const whole = 'conversationId' in body ? body : { text: 'hi', to: { phoneNumber: PHONE }, ...body };
  const parsed = parseSend(whole, 'http', { now: new Date(), timeZone: 'UTC' });
  if (!('ok' in parsed)) throw new Error(JSON.stringify(parsed.errors));
  return commandOf(parsed.ok, scope);
}

const formTwo = (channelId: string, conversationId: string) => ({ channelId, conversationId, content: 'hi' });

describe('commandOf', () => {
  it.each<[string, object, ChannelScope, string]>([
    ['the channel named', { channelId: 'wa2' }, ALL, 'wa2'],
    ["the agent's only channel of the kind", { channel: 'whatsapp', agentId: 'a1' }, ALL, 'wa'],
    ["the key's agent", { channel: 'whatsapp' }, { ...ALL, keyAgentId: 'a1' }, 'wa'],
    ['the only channel of the kind', { channel: 'email', to: { email: 'Ana@Example.com' } }, ALL, 'mail'],
  ])('P1: takes %s', (_, body, scope, channelId) => {
    expect(choose(body, scope)).toMatchObject({ command: { channelId } });
  });

  it('leaves the channel open when none is named', () => {
    const chosen = choose({ to: { userId: 'u' } });
    expect(chosen).toMatchObject({ command: { to: { userId: 'u' } } });
    expect(chosen).not.toHaveProperty('command.channelId');
  });

  it.each<[string, object, ChannelScope, ErrorCode]>([
    ['an unknown channel', { channelId: 'nope' }, ALL, 'unknown_channel'],
    ['an odd channel id', { channelId: "'; --" }, ALL, 'unknown_channel'],
    ['a kind without channel', { channel: 'slack', to: { userId: 'u' } }, ALL, 'unknown_channel'],
    ['several channels', { channel: 'whatsapp' }, ALL, 'ambiguous_channel'],
    ['a phone number on an email channel', { channelId: 'mail' }, ALL, 'invalid_request'],
    ['a mail address on WhatsApp', { channelId: 'wa', to: { email: 'a@x.example' } }, ALL, 'invalid_request'],
    [
      'a channel of another kind than said',
      { channelId: 'mail', channel: 'whatsapp' },
      ALL,
      'invalid_request',
    ],
    ['a channel of another agent than said', { channelId: 'wa', agentId: 'a2' }, ALL, 'invalid_request'],
    [
      "another agent than the key's",
      { channel: 'whatsapp', agentId: 'a2' },
      { ...ALL, keyAgentId: 'a1' },
      'forbidden',
    ],
    [
      "a channel of another agent than the key's",
      { channelId: 'wa2' },
      { ...ALL, keyAgentId: 'a1' },
      'forbidden',
    ],
    ['M1: a number that is not E.164', formTwo('wa', '55 1234 5678'), ALL, 'invalid_request'],
    [
      'a template on an email channel',
      { ...formTwo('mail', 'a@x.example'), content: { template: { name: 't' } } },
      ALL,
      'invalid_request',
    ],
    ['an odd conversation id', { to: { conversationId: 'odd' } }, ALL, 'no_conversation'],
  ])('refuses %s', (_, body, scope, code) => {
    expect(choose(body, scope)).toMatchObject({ refusal: { code } });
  });

  it('S1: lets only a turn of the channel speak on an API channel', () => {
    const scope = { ...ALL, channels: [...ALL.channels, { id: 'app', kind: 'api', agentId: 'a1' } as const] };
    const refused = { refusal: { code: 'not_supported' } };
    for (const body of [
      { channelId: 'app', to: { userId: 'u' } },
      { channel: 'api', to: { conversationId: THREAD }, origin: 'job' },
      formTwo('app', 'user@example.com'),
    ]) {
      expect(choose(body, scope)).toMatchObject(refused);
      expect(choose(body, { ...scope, turnChannelId: 'wa' })).toMatchObject(refused);
      expect(choose(body, { ...scope, turnChannelId: 'app' })).toMatchObject({
        command: { channelId: 'app' },
      });
    }
    const told = {
      ...formTwo('app', 'user@example.com'),
      type: 'instruction',
      content: { text: 'Be brief' },
    };
    expect(choose(told, scope)).toMatchObject({ command: { content: { instruction: { mode: 'wait' } } } });
  });

  it('lists the channels to choose from', () => {
    expect(choose({ channel: 'whatsapp', agentId: 'a2' })).toMatchObject({
      refusal: { choices: ['wa2', 'wa3'] },
    });
  });

  it('T2: a target is resolved with the names of the workspace, on a channel of its platform', () => {
    const names = [{ name: 'boss', kind: 'alias', target: 'email:Ann@Example.com', label: 'Boss' }] as const;
    const scope = { ...ALL, targets: names };
    const to = { target: 'boss' };
    const found = { command: { channelId: 'mail', kind: 'email', to: { address: 'ann@example.com' } } };
    expect(choose({ to }, scope)).toMatchObject(found);
    expect(choose({ to, channelId: 'mail' }, scope)).toMatchObject(found);
    const elsewhere = { refusal: { code: 'invalid_request', errors: [{ field: 'to.target' }] } };
    expect(choose({ to, channelId: 'wa' }, scope)).toMatchObject(elsewhere);
    expect(choose({ to, channel: 'whatsapp' }, scope)).toMatchObject(elsewhere);
    expect(choose({ to: { target: 'bos' } }, scope)).toMatchObject({
      refusal: { code: 'invalid_request', errors: [{ field: 'to.target' }], choices: ['boss'] },
    });
    expect(choose({ to: { target: 'whatsapp:+5215512345678' } }, scope)).toMatchObject({
      refusal: { code: 'ambiguous_channel', choices: ['wa', 'wa2', 'wa3'] },
    });
  });

  it('M2: spells form 2 recipients in one way', () => {
    expect(choose(formTwo('wa', THREAD.toUpperCase()))).toMatchObject({
      command: { to: { conversationId: THREAD } },
    });
    expect(choose(formTwo('wa', PHONE))).toMatchObject({ command: { to: { address: PHONE } } });
    expect(choose(formTwo('wa', 'US.13491208655302741918'))).toMatchObject({
      command: { to: { address: 'US.13491208655302741918' } },
    });
    expect(choose(formTwo('mail', 'Ana@Example.com'))).toMatchObject({
      command: { to: { address: 'ana@example.com' } },
    });
  });
});
