import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import type { InboundEvent, RawRequest } from '@skein/contracts';
import { DiscordConfig } from './config.js';
import { webhook } from './webhook.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const { x = '' } = publicKey.export({ format: 'jwk' });
const config = Object.assign(new DiscordConfig(), {
  applicationId: '1200000000000000001',
  publicKey: Buffer.from(x, 'base64url').toString('hex'),
});
const now = new Date('2026-11-21T10:00:00Z');
const context = { url: '', now, http: new GuardedClient() };

function request(
  body: string,
  { age = 0, signedBody = body }: { age?: number; signedBody?: string } = {},
): RawRequest {
  const timestamp = String(now.getTime() / 1000 - age);
  const signature = sign(null, Buffer.from(timestamp + signedBody), privateKey).toString('hex');
  const headers = { 'x-signature-timestamp': timestamp, 'x-signature-ed25519': signature };
  return { method: 'POST', path: '/', search: '', query: {}, headers, body: Buffer.from(body) };
}

const ada = { id: '200000000000000001', username: 'ada', global_name: 'Ada' };
const base = {
  id: '1300000000000000001',
  application_id: config.applicationId,
  token: 't',
  channel_id: '1400000000000000001',
};

function parse(body: unknown): InboundEvent[] {
  return webhook.parse(body, { account: config.applicationId, config, query: {} }).map(({ event }) => event);
}

const replyTo = (body: object) => webhook.reply?.(body, request('{}'), config);

describe('signature', () => {
  it('R1: covers the time stamp and the bytes', () => {
    expect(webhook.verify(request('{"a":"é"}'), config, context)).toBe(true);
    expect(webhook.verify(request('{"a":1}', { signedBody: '{"a":2}' }), config, context)).toBe(false);
    const moved = request('{}');
    moved.headers['x-signature-timestamp'] = String(now.getTime() / 1000 + 1);
    expect(webhook.verify(moved, config, context)).toBe(false);
  });

  it.each([301, -301, 86_400])('R1: refuses one that is %i s old', (age) => {
    expect(webhook.verify(request('{}', { age }), config, context)).toBe(false);
  });

  it('R1: refuses everything without a key', () => {
    const open = Object.assign(new DiscordConfig(), { publicKey: '' });
    expect(webhook.verify(request('{}'), open, context)).toBe(false);
  });
});

describe('interactions', () => {
  const message = {
    id: '1400000000000000100',
    components: [
      { type: 1, components: [{ type: 2, custom_id: 'yes', label: 'Yes, please' }] },
      { type: 1, components: [{ type: 3, custom_id: 'menu', options: [{ value: 'tea', label: 'Tea' }] }] },
    ],
  };

  it('P16: a press is the action that was offered, with its label and its message', () => {
    const data = { component_type: 2, custom_id: 'yes' };
    expect(parse({ ...base, type: 3, data, message, user: ada })).toMatchObject([
      {
        type: 'message',
        eventId: base.id,
        address: base.channel_id,
        profileName: 'Ada',
        replyTo: [message.id],
        content: { text: 'Yes, please', action: { id: 'yes', label: 'Yes, please' } },
      },
    ]);
  });

  it('P16: a choice is its value, and in a room somebody made it', () => {
    const data = { component_type: 3, custom_id: 'menu', values: ['tea'] };
    const member = { nick: 'Countess', user: ada };
    const channel = { id: base.channel_id, type: 0, name: 'general' };
    const guild_id = '900000000000000001';
    expect(parse({ ...base, type: 3, data, message, member, channel, guild_id })).toMatchObject([
      {
        profileName: 'general',
        content: { action: { id: 'tea', label: 'Tea' }, author: { id: ada.id, name: 'Countess' } },
      },
    ]);
  });

  it('a command reads as it was typed', () => {
    const options = [
      {
        name: 'add',
        options: [
          { name: 'item', value: 'tea' },
          { name: 'count', value: 2 },
        ],
      },
    ];
    expect(parse({ ...base, type: 2, user: ada, data: { name: 'order', options } })).toMatchObject([
      { content: { text: '/order add item:tea count:2', data: { command: { name: 'order' } } } },
    ]);
  });

  it('keeps no token', () => {
    const [event] = parse({ ...base, token: 'secret-token', type: 5, user: ada });
    expect(JSON.stringify(event)).not.toContain('secret-token');
  });

  it('answers each type as it must be answered', () => {
    const typeOf = (type: number) =>
      (JSON.parse(replyTo({ ...base, type })?.body ?? '{}') as { type?: number }).type;
    expect([1, 2, 3, 4].map(typeOf)).toEqual([1, 4, 6, 8]);
    expect(replyTo({ version: 1, type: 0 })).toEqual({ status: 204 });
    expect(replyTo({ version: 1, type: 1, event: { type: 'X' } })).toEqual({ status: 204 });
    expect(replyTo({ ...base, type: 99 })?.status).toBe(400);
  });

  it('R1: names the application that was meant', () => {
    const body = {
      ...base,
      application_id: '1200000000000000009',
      type: 3,
      user: ada,
      data: { custom_id: 'x' },
    };
    expect(webhook.parse(body, { account: config.applicationId, config, query: {} })).toMatchObject([
      { account: '1200000000000000009' },
    ]);
  });
});
