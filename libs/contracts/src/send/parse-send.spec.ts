import { describe, expect, it } from '@jest/globals';
import { parseSend, type SendSurface } from './parse-send.js';
import type { ParsedSend } from './send-request.js';

const NOW = new Date('2026-11-21T12:00:00Z');
const CONTEXT = { now: NOW, timeZone: 'America/Mexico_City' };
const PHONE = '+5215512345678';
const ONE = { channel: 'whatsapp', to: { phoneNumber: PHONE }, text: 'hi' };
const TWO = { channelId: 'wa', conversationId: PHONE, content: 'hi' };
const TEMPLATE = { channelId: 'wa', conversationId: PHONE, template: { name: 'welcome' } };

function parse(body: unknown, surface: SendSurface = 'http'): ParsedSend {
  return parseSend(body, surface, CONTEXT);
}

function fieldsOf(parsed: ParsedSend): string[] {
  return 'ok' in parsed ? [] : parsed.errors.map((error) => error.field);
}

describe('parseSend, form 1', () => {
  it('P1: reads the smallest send', () => {
    expect(parse(ONE)).toEqual({
      ok: {
        form: 1,
        to: { phoneNumber: PHONE },
        channel: 'whatsapp',
        content: { text: 'hi' },
        options: {},
        origin: 'api',
        campaignId: 'api',
        dueAt: null,
        idempotencyKey: null,
      },
    });
  });

  const to = (recipient: unknown) => ({ ...ONE, to: recipient });
  it.each<[string, unknown, string]>([
    ['no recipient', { channel: 'whatsapp', text: 'hi' }, 'to'],
    ['an empty recipient', to({}), 'to'],
    ['two recipients', to({ phoneNumber: PHONE, userId: 'u' }), 'to'],
    ['a list as recipient', to([{ phoneNumber: PHONE }]), 'to'],
    ['a text as recipient', to(PHONE), 'to'],
    ['null as recipient', to(null), 'to'],
    ['a number without plus', to({ phoneNumber: '5215512345678' }), 'to.phoneNumber'],
    ['a number with spaces', to({ phoneNumber: '+52 155 1234 5678' }), 'to.phoneNumber'],
    ['a number that begins with 0', to({ phoneNumber: '+0215512345678' }), 'to.phoneNumber'],
    ['a number that is no text', to({ phoneNumber: 5215512345678 }), 'to.phoneNumber'],
    ['a mail address without domain', to({ email: 'ana' }), 'to.email'],
    ['an unknown recipient form', to({ phone: PHONE }), 'to.phone'],
  ])('P1: refuses %s, naming the field', (_, body, field) => {
    const parsed = parse(body);
    expect(parsed).toMatchObject({ code: 'invalid_request' });
    expect(fieldsOf(parsed)).toContain(field);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown field', { colour: 'red' }, 'colour'],
    ['an unknown channel word', { channel: 'pigeon' }, 'channel'],
    ['nothing to say', { text: undefined }, 'text'],
    ['text and content', { content: 'hi' }, 'content'],
    ['an empty text', { text: '' }, 'text'],
    ['an empty content', { text: undefined, content: {} }, 'content'],
    ['an empty string as content', { text: undefined, content: '' }, 'content'],
    ['a text that is a number', { text: 7 }, 'text'],
    ['U+0000', { text: 'a\u0000b' }, 'text'],
    ['a lone surrogate', { text: 'a\ud800b' }, 'text'],
    [
      'a lone surrogate deep inside',
      { client: { customFields: { a: ['\udc00'] } } },
      'client.customFields.a.0',
    ],
    ['an origin that the server sets', { origin: 'operator' }, 'origin'],
    ['a type, which form 1 does not have', { type: 'text' }, 'type'],
    ['a key over HTTP', { idempotencyKey: 'k' }, 'idempotencyKey'],
    ['an unknown field deep inside', { client: { nick: 'a' } }, 'client.nick'],
    ['owners that are no texts', { client: { owners: [1] } }, 'client.owners'],
    [
      'P6: the fallback that does not exist yet',
      { options: { whatsapp: { onClosedWindow: 'fallback' } } },
      'options.whatsapp.onClosedWindow',
    ],
    [
      'P6: a closed-window template that is not named',
      { options: { whatsapp: { onClosedWindow: 'template' } } },
      'options.whatsapp.template',
    ],
    ['a hold of no time', { options: { holdFor: 0 } }, 'options.holdFor'],
    ['an unknown onUnknown', { options: { onUnknown: 'guess' } }, 'options.onUnknown'],
    [
      'a file with two sources',
      { text: undefined, content: { image: { url: 'https://x.example/a.jpg', mediaId: 'm' } } },
      'content.image',
    ],
    [
      'a file address without scheme',
      { text: undefined, content: { image: { url: 'x.example/a.jpg' } } },
      'content.image.url',
    ],
    [
      'a file address with another scheme',
      { text: undefined, content: { image: { url: 'file:///etc/passwd' } } },
      'content.image.url',
    ],
    [
      'line breaks in a subject',
      { text: undefined, content: { email: { subject: 'a\r\nBcc: b@x.example' } } },
      'content.email.subject',
    ],
    [
      'buttons without buttons',
      { text: undefined, content: { interactive: { type: 'buttons', text: 'a' } } },
      'content.interactive.buttons',
    ],
  ])('refuses %s, naming the field', (_, change, field) => {
    const parsed = parse({ ...ONE, ...change });
    expect(parsed).toMatchObject({ code: 'invalid_request' });
    expect(fieldsOf(parsed)).toContain(field);
  });

  it.each<[unknown]>([[null], ['text'], [7], [[]], [[ONE]]])('refuses %j as a body', (body) => {
    expect(fieldsOf(parse(body))).toEqual(['body']);
  });

  it('refuses a key that names the prototype, and nesting without end', () => {
    expect(
      parse(JSON.parse('{"to":{"userId":"u"},"text":"a","client":{"customFields":{"__proto__":{"a":1}}}}')),
    ).toMatchObject({ code: 'invalid_request' });
    let deep: unknown = 'x';
    for (let level = 0; level < 40; level += 1) deep = { deep };
    expect(parse({ ...ONE, client: { customFields: { deep } } })).toMatchObject({ code: 'invalid_request' });
  });

  it('answers 413 for a text over 64 KB, counted in bytes', () => {
    expect(parse({ ...ONE, text: 'a'.repeat(65_536) })).toHaveProperty('ok');
    expect(parse({ ...ONE, text: 'a'.repeat(65_537) })).toMatchObject({ code: 'payload_too_large' });
    expect(parse({ ...ONE, text: 'é'.repeat(33_000) })).toMatchObject({ code: 'payload_too_large' });
  });

  it('P9: reads several things to say as one message, and names the wrong one', () => {
    const file = { mediaId: 'm' };
    const parts = [{ text: 'One' }, { text: 'Two', image: file }];
    expect(parse({ channel: 'sms', to: ONE.to, content: { parts } })).toMatchObject({
      ok: {
        content: { parts: [{ text: 'One' }, { text: 'Two', media: [{ media: 'image', source: file }] }] },
      },
    });
    const wrong: [unknown, string][] = [
      [[], 'content.parts'],
      [[{ text: 'One' }, {}], 'content.parts.1'],
      [[{ file: {} }], 'content.parts.0.file'],
      [[{ parts: [] }], 'content.parts.0.parts'],
      [[{ email: {} }], 'content.parts.0.email'],
      [Array.from({ length: 11 }, () => ({ text: 'x' })), 'content.parts'],
    ];
    for (const [bad, field] of wrong)
      expect(parse({ channel: 'sms', to: ONE.to, content: { parts: bad } })).toMatchObject({
        errors: [{ field }],
      });
  });

  it('P7: takes what the thread shows for a template, and for nothing else', () => {
    const base = { channel: 'whatsapp', to: ONE.to, messageContext: 'Reminded' };
    expect(parse({ ...base, content: { template: { name: 'reminder' } } })).toMatchObject({
      ok: { content: { template: { name: 'reminder' }, messageContext: 'Reminded' } },
    });
    expect(parse({ ...base, text: 'x' })).toMatchObject({ errors: [{ field: 'messageContext' }] });
  });

  it('lets a caller state job, webhook and trigger as origin', () => {
    for (const origin of ['job', 'webhook', 'trigger'])
      expect(parse({ ...ONE, origin })).toMatchObject({ ok: { origin } });
  });

  it('M4: takes what is told about the client as it is', () => {
    const client = {
      name: 'Ana',
      email: 'ana@example.com',
      userId: 'u1',
      owners: ['o'],
      customFields: { plates: 'ABC', n: { a: [1] } },
    };
    expect(parse({ ...ONE, client })).toMatchObject({ ok: { client } });
  });

  it('reads an item on NATS with its own key', () => {
    expect(parse({ ...ONE, idempotencyKey: 'k1' }, 'nats')).toMatchObject({ ok: { idempotencyKey: 'k1' } });
  });
});

describe('parseSend, time', () => {
  const due = (change: object): unknown => {
    const parsed = parse({ ...TWO, ...change });
    return 'ok' in parsed ? parsed.ok.dueAt?.toISOString() : fieldsOf(parsed);
  };
  it.each<[string, object, unknown]>([
    ['M1: the shortest delay', { delay: 3000 }, '2026-11-21T12:00:03.000Z'],
    ['M1: the longest delay', { delay: 86_400_000 }, '2026-11-22T12:00:00.000Z'],
    ['M1: a shorter delay', { delay: 2999 }, ['delay']],
    ['M1: a longer delay', { delay: 86_400_001 }, ['delay']],
    ['M1: a delay as text', { delay: '3000' }, ['delay']],
    ['M1: both', { delay: 3000, scheduleTime: '2026-12-01T00:00:00Z' }, ['scheduleTime']],
    ['M1: a time with zone', { scheduleTime: '2026-12-01T10:00:00+02:00' }, '2026-12-01T08:00:00.000Z'],
    [
      'M7: a time without zone, in the zone of the workspace',
      { scheduleTime: '2026-12-01T10:00:00' },
      '2026-12-01T16:00:00.000Z',
    ],
    ['M1: a time in the past', { scheduleTime: '2026-11-21T11:59:59Z' }, ['scheduleTime']],
    ['M1: a time more than a year ahead', { scheduleTime: '2027-12-01T00:00:00Z' }, ['scheduleTime']],
    ['M1: a day that does not exist', { scheduleTime: '2027-02-30T00:00:00Z' }, ['scheduleTime']],
    ['M1: no time at all', { scheduleTime: 'tomorrow' }, ['scheduleTime']],
  ])('%s', (_, change, wanted) => {
    expect(due(change)).toEqual(wanted);
  });
});

describe('parseSend, form 2', () => {
  it('M1: reads a string as text', () => {
    expect(parse(TWO)).toMatchObject({
      ok: { form: 2, channelId: 'wa', to: { address: PHONE }, content: { text: 'hi' }, campaignId: 'api' },
    });
  });

  it('M1: reads an image as the source writes it', () => {
    const image = { url: 'https://cdn.assets.example/foto.jpg', caption: 'Aquí está la foto' };
    expect(parse({ ...TWO, type: 'image', content: { image } })).toMatchObject({
      ok: { content: { media: [{ media: 'image', source: { url: image.url }, caption: image.caption }] } },
    });
  });

  it.each<[string, object, string]>([
    ['a string of another type', { type: 'image' }, 'content'],
    ['a string instruction', { type: 'instruction' }, 'content'],
    ['a type without its member', { type: 'image', content: { text: 'a' } }, 'content.image'],
    ['an unknown type', { type: 'hologram', content: { text: 'a' } }, 'type'],
    ['no channel', { channelId: undefined }, 'channelId'],
    ['a channel word', { channel: 'whatsapp' }, 'channel'],
    ['no content', { content: undefined }, 'content'],
    [
      'M5: an instruction of an unknown mode',
      { type: 'instruction', content: { text: 'a', mode: 'now' } },
      'content.mode',
    ],
    [
      'M5: an instruction whose mode is null',
      { type: 'instruction', content: { text: 'a', mode: null } },
      'content.mode',
    ],
    ['M5: an instruction without text', { type: 'instruction', content: {} }, 'content.text'],
  ])('M1: refuses %s', (_, change, field) => {
    expect(fieldsOf(parse({ ...TWO, ...change }))).toContain(field);
  });

  it.each([
    [{ text: 'go on', mode: 'resume' }, 'resume'],
    [{ text: 'go on' }, 'wait'],
  ])('M5: reads the instruction %j', (content, mode) => {
    const parsed = parse({ ...TWO, type: 'instruction', content, delay: 3000 });
    expect(parsed).toMatchObject({ ok: { form: 2, content: { text: 'go on', instruction: { mode } } } });
    expect(parsed).toMatchObject({ ok: { dueAt: expect.any(Date) as unknown } });
  });

  it('M5: an instruction cannot be smuggled into another send, nor past the rules of one', () => {
    expect(fieldsOf(parse({ ...TWO, content: { text: 'a', instruction: { mode: 'wait' } } }))).toContain(
      'content.instruction',
    );
    const content = { text: 'a' };
    expect(fieldsOf(parse({ ...TWO, type: 'instruction', content, delay: 1 }))).toContain('delay');
    expect(fieldsOf(parse({ ...TWO, type: 'instruction', content, loud: true }))).toContain('loud');
  });
});

describe('parseSend, template', () => {
  it('M6: reads header, params, buttons and context', () => {
    const template = {
      name: 'order',
      language: 'es',
      type: 'image',
      file: 'https://x.example/a.jpg',
      params: ['a', 'b'],
      buttons: [{ value: 'z' }],
    };
    expect(parse({ ...TEMPLATE, template, messageContext: 'Your order' }, 'template')).toMatchObject({
      ok: {
        form: 'template',
        to: { phoneNumber: PHONE },
        content: {
          messageContext: 'Your order',
          template: {
            name: 'order',
            language: 'es',
            header: { type: 'image', source: { url: 'https://x.example/a.jpg' } },
            params: ['a', 'b'],
            buttons: [{ index: 0, subType: 'url', value: 'z' }],
          },
        },
      },
    });
  });

  it.each<[string, object, string]>([
    ['type without file', { template: { name: 'a', type: 'image' } }, 'template.file'],
    ['file without type', { template: { name: 'a', file: 'https://x.example/a' } }, 'template.type'],
    [
      'four buttons',
      { template: { name: 'a', buttons: [1, 2, 3, 4].map(() => ({ value: 'x' })) } },
      'template.buttons',
    ],
    ['no name', { template: {} }, 'template.name'],
    ['a conversation id', { conversationId: 'abc' }, 'conversationId'],
    ['content', { content: 'x' }, 'content'],
  ])('M6: refuses %s', (_, change, field) => {
    expect(fieldsOf(parse({ ...TEMPLATE, ...change }, 'template'))).toContain(field);
  });
});
