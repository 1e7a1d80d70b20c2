import { GuardedClient } from '@skein/channel-kit';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { InboundEvent, RawRequest } from '@skein/contracts';
import fc from 'fast-check';
import { WhatsAppConfig } from './config.js';
import { webhook } from './webhook.js';

const context = { url: '', now: new Date(), http: new GuardedClient() };
const config = Object.assign(new WhatsAppConfig(), { appSecret: 'secret', verifyToken: 'token' });
const USER_ID = 'US.13491208655302741918';

function parse(body: unknown): InboundEvent[] {
  return webhook.parse(body, { account: '111', config, query: {} }).map(({ event }) => event);
}

function change(field: string, value: object): unknown {
  return { object: 'whatsapp_business_account', entry: [{ id: 'W', changes: [{ field, value }] }] };
}

function message(content: object, contacts: unknown[] = []): InboundEvent[] {
  const base = { id: 'wamid.in', from: '491701234567', timestamp: '1795000000' };
  return parse(change('messages', { contacts, messages: [{ ...base, ...content }] }));
}

function request(body: string, signature: string): RawRequest {
  const headers = { 'x-hub-signature-256': signature };
  return { method: 'POST', path: '/', search: '', query: {}, headers, body: Buffer.from(body) };
}

describe('signature', () => {
  const body = '{"text":"\\u00e9"}';
  const good = `sha256=${createHmac('sha256', 'secret').update(body).digest('hex')}`;

  it('takes the platform’s signature over the raw bytes', () => {
    expect(webhook.verify(request(body, good), config, context)).toBe(true);
  });

  it.each([
    '',
    'sha256=',
    good.slice(0, -1),
    `${good}0`,
    good.replace('sha256', 'sha1'),
    `sha256=${'0'.repeat(64)}`,
    good.toUpperCase(),
  ])('refuses %j', (signature) => {
    expect(webhook.verify(request(body, signature), config, context)).toBe(false);
  });

  it('refuses everything without a secret or a header', () => {
    const signature = `sha256=${createHmac('sha256', '').update(body).digest('hex')}`;
    const open = Object.assign(new WhatsAppConfig(), { appSecret: '' });
    expect(webhook.verify(request(body, signature), open, context)).toBe(false);
    expect(webhook.verify({ ...request(body, good), headers: {} }, config, context)).toBe(false);
  });
});

describe('handshake', () => {
  const ask = (token: string, verifyToken = 'token') => {
    const query = { 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '42' };
    const raw: RawRequest = { ...request('', ''), method: 'GET', query };
    return webhook.handshake?.(raw, Object.assign(new WhatsAppConfig(), { verifyToken }));
  };

  it('repeats the challenge for our token only', () => {
    expect(ask('token')).toEqual({ status: 200, contentType: 'text/plain', body: '42' });
    expect(ask('other')).toEqual({ status: 403 });
    expect(ask('', '')).toEqual({ status: 403 });
  });

  it('leaves a POST alone', () => {
    expect(webhook.handshake?.(request('', ''), config)).toBeUndefined();
  });
});

describe('messages', () => {
  it.each<[object, object]>([
    [{ type: 'text', text: { body: 'Hi' } }, { content: { text: 'Hi' } }],
    [
      { type: 'image', image: { id: '9', mime_type: 'image/jpeg', caption: 'c' } },
      { content: { text: 'c', media: [{ media: 'image', providerRef: '9', mimeType: 'image/jpeg' }] } },
    ],
    [{ type: 'audio', audio: { id: '9', voice: true } }, { content: { media: [{ media: 'audio' }] } }],
    [
      { type: 'document', document: { id: '9', filename: 'a.pdf' } },
      { content: { media: [{ media: 'file', filename: 'a.pdf' }] } },
    ],
    [{ type: 'sticker', sticker: { id: '9' } }, { content: { media: [{ media: 'image' }] } }],
    [
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } } },
      { content: { action: { id: 'y', label: 'Yes' }, text: 'Yes' } },
    ],
    [
      { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Row' } } },
      { content: { action: { id: 'r', label: 'Row' } } },
    ],
    [
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"a":1}' } } },
      { content: { data: { form: { answers: { a: 1 } } } } },
    ],
    [
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{' } } },
      { content: { data: { form: { answers: '{' } } } },
    ],
    [
      { type: 'button', button: { payload: 'p', text: 'Press' } },
      { content: { action: { id: 'p', label: 'Press' } } },
    ],
    [
      { type: 'location', location: { latitude: 1, longitude: 2, name: 'n' } },
      { content: { location: { latitude: 1, longitude: 2, name: 'n' } } },
    ],
    [{ type: 'contacts', contacts: [{ name: {} }] }, { content: { data: { contacts: [{ name: {} }] } } }],
    [
      { type: 'order', order: { text: 'two' } },
      { content: { text: 'two', data: { order: { text: 'two' } } } },
    ],
    [
      { type: 'reaction', reaction: { message_id: 'w', emoji: '👍' } },
      { type: 'reaction', target: 'w', emoji: '👍' },
    ],
    [
      { type: 'reaction', reaction: { message_id: 'w' } },
      { type: 'reaction', emoji: null },
    ],
    [
      { type: 'edit', edit: { original_message_id: 'w', message: { type: 'text', text: { body: 'new' } } } },
      { type: 'edit', target: 'w', text: 'new' },
    ],
    [
      { type: 'revoke', revoke: { original_message_id: 'w' } },
      { type: 'revoke', target: 'w' },
    ],
    [
      { type: 'system', system: { type: 'user_changed_number', wa_id: '491709999999' } },
      { type: 'readdressed', address: '+491709999999', previous: '+491701234567' },
    ],
    [{ type: 'interactive' }, { type: 'unsupported' }],
    [{ type: 'unsupported', errors: [{ code: 131051 }] }, { type: 'unsupported' }],
    [{ type: 'text', group_id: 'g', text: { body: 'x' } }, { type: 'unsupported' }],
    [{ type: 'constructor' }, { type: 'unsupported' }],
  ])('P5: reads %j', (content, expected) => {
    expect(message(content)).toEqual([expect.objectContaining({ eventId: 'wamid.in' })]);
    expect(message(content)[0]).toMatchObject({ at: '2026-11-18T11:06:40.000Z', ...expected });
  });

  it('keeps phone and user id of one person together', () => {
    const contacts = [{ wa_id: '491701234567', user_id: USER_ID, profile: { name: 'Ada' } }];
    expect(message({ type: 'text', text: { body: 'x' } }, contacts)[0]).toMatchObject({
      address: '+491701234567',
      aliases: [USER_ID],
      profileName: 'Ada',
    });
  });

  it.each([
    ['5215512345678', ['+525512345678']],
    ['555187654321', ['+5551987654321']],
    // Sao Paulo keeps its ninth digit, a fixed line in Porto Alegre never had one, and this Mexican number is too short.
    ['5511987654321', undefined],
    ['555132345678', undefined],
    ['521551234567', undefined],
    ['491701234567', undefined],
  ])('P3, M2: %s is found by the number that people dial too', (from, aliases) => {
    const contacts = [{ wa_id: from, profile: { name: 'Ana' } }];
    const [event] = message({ type: 'text', text: { body: 'x' }, from }, contacts);
    expect(event).toMatchObject({ address: `+${from}` });
    expect((event as { aliases?: string[] } | undefined)?.aliases).toEqual(aliases);
  });

  it('P3: takes a sender who has only a user id', () => {
    const [event] = message({ type: 'text', text: { body: 'x' }, from: undefined, from_user_id: USER_ID });
    expect(event).toMatchObject({ type: 'message', address: USER_ID });
    expect(event).not.toHaveProperty('aliases');
  });

  it('names the message that is answered', () => {
    expect(message({ type: 'text', text: { body: 'x' }, context: { id: 'wamid.out' } })[0]).toMatchObject({
      replyTo: ['wamid.out'],
    });
  });

  it("R5: a template's quick reply may be a wish, and is still a message", () => {
    expect(message({ type: 'button', button: { text: 'Stop', payload: 'x' } })).toMatchObject([
      { type: 'message' },
      { type: 'consent', value: 'stop', purpose: 'all', evidence: 'Stop', eventId: 'wamid.in:consent' },
    ]);
    expect(message({ type: 'text', text: { body: 'Stop' } })).toHaveLength(1);
  });

  it.each(['1795000000', '1795000000000', 1_795_000_000])('reads the time %j', (timestamp) => {
    expect(message({ type: 'text', text: { body: 'x' }, timestamp })[0]?.at).toBe('2026-11-18T11:06:40.000Z');
  });
});

describe('statuses', () => {
  const status = (entry: object) =>
    parse(
      change('messages', {
        metadata: { phone_number_id: '111' },
        statuses: [{ id: 'w', timestamp: '1795000000', ...entry }],
      }),
    )[0];

  it.each([
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['played', 'read'],
  ])('%s is %s', (word, expected) => {
    expect(status({ status: word, biz_opaque_callback_data: '7:1' })).toMatchObject({
      type: 'receipt',
      status: expected,
      eventId: `w:${word}`,
      providerMessageId: 'w',
      callRef: '7:1',
    });
  });

  it('carries the reason of a failure', () => {
    expect(status({ status: 'failed', errors: [{ code: 131047 }] })).toMatchObject({
      status: 'failed',
      failure: { kind: 'rejected', reason: 'window_closed', providerCode: '131047' },
    });
  });

  it('keeps an unknown status and another one’s reference out', () => {
    expect(status({ status: 'deleted' })).toMatchObject({ type: 'unsupported', eventId: 'w:deleted' });
    expect(status({ status: 'sent', biz_opaque_callback_data: 'theirs' })).not.toHaveProperty('callRef');
  });
});

describe('other fields', () => {
  it('reads the switch for marketing', () => {
    const preference = {
      wa_id: '491701234567',
      category: 'marketing_messages',
      value: 'stop',
      timestamp: 1_795_000_000,
    };
    const [event] = parse(change('user_preferences', { user_preferences: [preference] }));
    expect(event).toMatchObject({
      type: 'consent',
      value: 'stop',
      purpose: 'marketing',
      address: '+491701234567',
    });
    expect(parse(change('user_preferences', { user_preferences: [preference] }))[0]?.eventId).toBe(
      event?.eventId,
    );
  });

  it('reads a changed user id', () => {
    const update = {
      wa_id: '491701234567',
      user_id: { previous: USER_ID, current: 'US.2' },
      timestamp: '1795000000',
    };
    expect(parse(change('user_id_update', { user_id_update: [update] }))[0]).toMatchObject({
      type: 'readdressed',
      address: 'US.2',
      previous: USER_ID,
      aliases: ['+491701234567'],
    });
  });

  it.each(['smb_message_echoes', 'history', 'calls', 'account_update', '__proto__'])(
    'keeps %s for the record',
    (field) => {
      expect(parse(change(field, { a: 1 }))).toMatchObject([{ type: 'unsupported' }]);
    },
  );

  it('routes by the number that was written to', () => {
    const value = { metadata: { phone_number_id: '222' }, messages: [{ id: 'x' }] };
    expect(webhook.parse(change('messages', value), { account: '111', config, query: {} })).toMatchObject([
      { account: '222' },
    ]);
  });
});

describe('anything else', () => {
  const types = [
    'text',
    'image',
    'interactive',
    'reaction',
    'system',
    'edit',
    'order',
    'contacts',
    'button',
    'location',
  ];
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom('\0', '\ud800', USER_ID, 'wamid.1', '999999999999999999'),
  );
  const part = fc.dictionary(
    fc.constantFrom('id', 'body', 'user_id', 'button_reply', 'message', 'text', 'payload'),
    odd,
  );
  const entry = fc.record(
    {
      type: fc.constantFrom(...types),
      from: odd,
      from_user_id: odd,
      timestamp: odd,
      id: odd,
      status: fc.oneof(odd, fc.constantFrom('sent', 'failed')),
      errors: odd,
      ...Object.fromEntries(types.map((type) => [type, fc.oneof(odd, part)])),
    },
    { requiredKeys: [] },
  );
  const field = fc.constantFrom('messages', 'user_preferences', 'user_id_update', 'calls');

  it('becomes events with an id and a time, never an exception', () => {
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.tuple(field, fc.array(entry), odd).map(([name, entries, contacts]) =>
        change(name, {
          contacts,
          messages: entries,
          statuses: entries,
          user_preferences: entries,
          user_id_update: entries,
        }),
      ),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const events = parse(body);
        expect(events.length).toBeGreaterThan(0);
        for (const { eventId, at } of events) {
          expect(eventId.length).toBeGreaterThan(0);
          expect(Number.isNaN(Date.parse(at))).toBe(false);
        }
        expect(JSON.stringify(events.map((each) => ({ ...each, eventId: '' })))).not.toContain('\\u0000');
      }),
    );
  });

  it('survives nesting that would exhaust a stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(
      parse(change('messages', { messages: [{ from: '491701234567', type: 'order', order: { deep } }] })),
    ).toHaveLength(1);
  });
});
