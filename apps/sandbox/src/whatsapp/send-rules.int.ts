import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Business, idOf } from '../testing/business.js';
import { Rig } from '../testing/rig.js';

const ADA = '34600000001';
const button = (id: string, title: string): unknown => ({ type: 'reply', reply: { id, title } });
const buttons = (...list: unknown[]): unknown => ({
  type: 'button',
  body: { text: 'Choose' },
  action: { buttons: list },
});
const rows = (count: number): unknown[] =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}`, title: `Row ${index}` }));
const list = (sections: unknown[], button_ = 'Open'): unknown => ({
  type: 'list',
  body: { text: 'Choose' },
  action: { button: button_, sections },
});
const cta = (display_text: string, url: string): unknown => ({
  type: 'cta_url',
  body: { text: 'Look' },
  action: { name: 'cta_url', parameters: { display_text, url } },
});

describe('B10: WhatsApp send rules', () => {
  let rig: Rig;
  let business: Business;

  beforeAll(async () => {
    rig = await Rig.start();
    business = new Business(rig);
    await business.register();
    await business.openWindow(ADA);
  });
  afterAll(() => rig.stop());

  it('accepts text inside the window and shows it to the person', async () => {
    const answer = await business.text(ADA, 'Grüße 😀', { biz_opaque_callback_data: 'our-id' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      messaging_product: 'whatsapp',
      contacts: [{ input: ADA, wa_id: ADA }],
    });
    expect(idOf(answer)).toMatch(/^wamid\./);
    const inbox = await rig.inbox('whatsapp', `+${ADA}`);
    expect(inbox.at(-1)).toMatchObject({
      id: idOf(answer),
      type: 'text',
      text: 'Grüße 😀',
      channelId: 'wa-1',
    });
  });

  it('refuses a wrong token with 190, an unknown number with 100', async () => {
    const wrong = await business.send({ to: ADA, type: 'text', text: { body: 'x' } }, 'other');
    expect([wrong.status, wrong.body.error?.code]).toEqual([401, 190]);
    const nobody = await rig.call('POST', '/whatsapp/v23.0/9999/messages', {}, 'token-1');
    expect([nobody.status, (nobody.body['error'] as { code: number }).code]).toEqual([400, 100]);
  });

  it('gives every error its full shape', async () => {
    const { body } = await business.text('34600000099');
    expect(body.error).toMatchObject({ type: 'OAuthException', code: 131047 });
    expect(body.error?.fbtrace_id).toMatch(/\S{10}/);
    expect(body.error?.error_data.details).toContain('24 hours');
  });

  it.each([
    ['a text of 4096 characters', { type: 'text', text: { body: '😀'.repeat(4096) } }],
    [
      'three buttons at their limits',
      {
        type: 'interactive',
        interactive: buttons(button('a', 'x'.repeat(20)), button('b'.repeat(256), 'B'), button('c', 'C')),
      },
    ],
    [
      'ten rows in two sections',
      {
        type: 'interactive',
        interactive: list([
          { title: 'One', rows: rows(5) },
          { title: 'Two', rows: [{ id: 'z', title: 'Z', description: 'd'.repeat(72) }] },
        ]),
      },
    ],
    ['a link button', { type: 'interactive', interactive: cta('Open the shop', 'https://shop.example/') }],
    [
      'a flow',
      {
        type: 'interactive',
        interactive: {
          type: 'flow',
          body: { text: 'Fill' },
          action: { name: 'flow', parameters: { flow_id: '1', flow_cta: 'Start' } },
        },
      },
    ],
    ['a location', { type: 'location', location: { latitude: 40.4, longitude: -3.7, name: 'Madrid' } }],
    ['contacts', { type: 'contacts', contacts: [{ name: { formatted_name: 'Ada' } }] }],
    [
      'an image by link',
      { type: 'image', image: { link: 'https://cdn.example/a.jpg', caption: 'c'.repeat(1024) } },
    ],
    [
      'a document with a name',
      { type: 'document', document: { link: 'https://cdn.example/a.pdf', filename: 'a.pdf' } },
    ],
  ])('accepts %s', async (_name, message) => {
    expect((await business.send({ to: ADA, ...message })).status).toBe(200);
  });

  it.each([
    ['a text of 4097 characters', { type: 'text', text: { body: '😀'.repeat(4097) } }, 100],
    ['an empty text', { type: 'text', text: { body: '' } }, 100],
    ['a text without body', { type: 'text', text: {} }, 131008],
    ['an unknown type', { type: 'hologram', hologram: {} }, 100],
    ['an unknown key', { type: 'audio', audio: { link: 'https://cdn.example/a.mp3', caption: 'x' } }, 100],
    [
      'a caption over 1024',
      { type: 'image', image: { link: 'https://cdn.example/a.jpg', caption: 'c'.repeat(1025) } },
      100,
    ],
    ['media with id and link', { type: 'image', image: { link: 'https://cdn.example/a.jpg', id: '1' } }, 100],
    ['media without either', { type: 'image', image: {} }, 131008],
    ['an unknown media id', { type: 'image', image: { id: '404' } }, 100],
    [
      'four buttons',
      { type: 'interactive', interactive: buttons(...'abcd'.split('').map((id) => button(id, id))) },
      131009,
    ],
    ['no button', { type: 'interactive', interactive: buttons() }, 131009],
    [
      'a button title over 20',
      { type: 'interactive', interactive: buttons(button('a', 'x'.repeat(21))) },
      131009,
    ],
    ['an empty button title', { type: 'interactive', interactive: buttons(button('a', '')) }, 131009],
    [
      'the same title twice',
      { type: 'interactive', interactive: buttons(button('a', 'Yes'), button('b', 'Yes')) },
      131009,
    ],
    [
      'the same button id twice',
      { type: 'interactive', interactive: buttons(button('a', 'Yes'), button('a', 'No')) },
      131009,
    ],
    [
      'a button id over 256',
      { type: 'interactive', interactive: buttons(button('i'.repeat(257), 'Yes')) },
      131009,
    ],
    ['eleven rows', { type: 'interactive', interactive: list([{ title: 'One', rows: rows(11) }]) }, 131009],
    [
      'a list label over 20',
      { type: 'interactive', interactive: list([{ rows: rows(1) }], 'b'.repeat(21)) },
      131009,
    ],
    [
      'two sections, one untitled',
      {
        type: 'interactive',
        interactive: list([{ title: 'A', rows: rows(1) }, { rows: [{ id: 'q', title: 'Q' }] }]),
      },
      131008,
    ],
    [
      'a row title over 24',
      { type: 'interactive', interactive: list([{ rows: [{ id: 'a', title: 't'.repeat(25) }] }]) },
      131009,
    ],
    [
      'a row description over 72',
      {
        type: 'interactive',
        interactive: list([{ rows: [{ id: 'a', title: 'A', description: 'd'.repeat(73) }] }]),
      },
      131009,
    ],
    [
      'a row id over 200',
      { type: 'interactive', interactive: list([{ rows: [{ id: 'i'.repeat(201), title: 'A' }] }]) },
      131009,
    ],
    [
      'the same row id twice',
      { type: 'interactive', interactive: list([{ rows: [...rows(1), ...rows(1)] }]) },
      131009,
    ],
    [
      'a link label over 20',
      { type: 'interactive', interactive: cta('x'.repeat(21), 'https://a.example') },
      131009,
    ],
    ['a link that is none', { type: 'interactive', interactive: cta('Open', 'javascript:alert(1)') }, 131009],
    [
      'a body over 1024',
      {
        type: 'interactive',
        interactive: { ...(buttons(button('a', 'A')) as object), body: { text: 'b'.repeat(1025) } },
      },
      131009,
    ],
    [
      'a footer over 60',
      {
        type: 'interactive',
        interactive: { ...(buttons(button('a', 'A')) as object), footer: { text: 'f'.repeat(61) } },
      },
      131009,
    ],
    [
      'a media header on a list',
      {
        type: 'interactive',
        interactive: {
          ...(list([{ rows: rows(1) }]) as object),
          header: { type: 'image', image: { link: 'https://a.example/a.jpg' } },
        },
      },
      131009,
    ],
    [
      'callback data over 512',
      { type: 'text', text: { body: 'x' }, biz_opaque_callback_data: 'x'.repeat(513) },
      100,
    ],
    ['no recipient', { to: undefined, type: 'text', text: { body: 'x' } }, 131008],
    ['a recipient that is no number', { to: 'ada', type: 'text', text: { body: 'x' } }, 131009],
    ['the sender itself', { to: '15550001111', type: 'text', text: { body: 'x' } }, 131021],
    ['another product', { messaging_product: 'messenger', type: 'text', text: { body: 'x' } }, 100],
  ])('refuses %s', async (_name, message, code) => {
    const { body } = await business.send({ to: ADA, ...message });
    expect(body.error?.code).toBe(code);
    expect(body.error?.error_data.details).not.toBe('');
  });

  it('refuses a body that is no JSON', async () => {
    const answer = await fetch(`${rig.sandbox.url}/whatsapp/v23.0/1001/messages`, {
      method: 'POST',
      headers: { authorization: 'Bearer token-1' },
      body: '{',
    });
    expect(answer.status).toBe(400);
  });
});
