import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Business, idOf } from '../testing/business.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = '34600000011';
const text = (value: string): unknown => ({ type: 'text', text: value });
const header = {
  type: 'header',
  parameters: [{ type: 'image', image: { link: 'https://cdn.example/a.jpg' } }],
};
const body = (...values: string[]): unknown => ({ type: 'body', parameters: values.map(text) });
const track = { type: 'button', sub_type: 'url', index: '1', parameters: [text('abc')] };
const thanks = {
  type: 'button',
  sub_type: 'quick_reply',
  index: '0',
  parameters: [{ type: 'payload', payload: 'T1' }],
};

describe('B10: WhatsApp template rules', () => {
  let rig: Rig;
  let business: Business;

  beforeAll(async () => {
    rig = await Rig.start();
    business = new Business(rig);
    await business.register();
  });
  afterAll(() => rig.stop());

  it('P7: goes out with a closed window and shows the filled text', async () => {
    const answer = await business.template(ADA, 'order_update', [header, body('Ada', '42'), track, thanks]);
    expect(answer.body.messages[0]).toMatchObject({ message_status: 'accepted' });
    const [entry] = await rig.inbox('whatsapp', ADA);
    expect(entry).toMatchObject({
      id: idOf(answer),
      type: 'template',
      text: 'Hello Ada, your order 42 is ready.',
      footer: 'The shop',
      template: { name: 'order_update', language: 'en_US', category: 'UTILITY' },
      media: { type: 'image', url: 'https://cdn.example/a.jpg' },
      buttons: [
        { id: 'T1', title: 'Thanks', type: 'quick_reply' },
        { id: 'https://shop.example/abc', title: 'Track', type: 'url', url: 'https://shop.example/abc' },
      ],
    });
  });

  it.each([
    ['an unknown name', 'nothing', [], 'en_US', 132001],
    ['another language', 'plain', [], 'fr', 132001],
    ['one not approved yet', 'waiting', [], 'en_US', 132001],
    ['a paused one', 'paused', [], 'en_US', 132015],
    ['a disabled one', 'off', [], 'en_US', 132016],
    ['too few parameters', 'order_update', [header, body('Ada'), track], 'en_US', 132000],
    ['too many parameters', 'plain', [body('Ada')], 'en_US', 132000],
    ['no header file', 'order_update', [body('Ada', '42'), track], 'en_US', 132012],
    [
      'a header of another format',
      'order_update',
      [{ type: 'header', parameters: [text('x')] }, body('A', 'B'), track],
      'en_US',
      132012,
    ],
    ['no link parameter', 'order_update', [header, body('Ada', '42')], 'en_US', 131008],
    ['a button that is not there', 'plain', [thanks], 'en_US', 132012],
    [
      'a wrong parameter name',
      'named',
      [{ type: 'body', parameters: [{ ...(text('x') as object), parameter_name: 'whom' }] }],
      'es',
      132000,
    ],
    ['a line break in a parameter', 'order_update', [header, body('Ada\nB', '42'), track], 'en_US', 100],
    [
      'a filled text over 1024',
      'order_update',
      [header, body('a'.repeat(1020), '42'), track],
      'en_US',
      132005,
    ],
  ])('refuses %s', async (_name, name, components, code, expected) => {
    const answer = await business.template(ADA, name, components, code);
    expect(answer.body.error?.code).toBe(expected);
  });

  it('fills named parameters in any order', async () => {
    const parameters = [{ type: 'text', parameter_name: 'who', text: 'Ada' }];
    await business.template('34600000012', 'named', [{ type: 'body', parameters }], 'es');
    expect((await rig.inbox('whatsapp', '34600000012'))[0]?.text).toBe('Hola Ada');
  });

  it('131050: marketing to someone who stopped it; utility still goes', async () => {
    await rig.write('whatsapp', '+34600000013', { preference: 'stop' });
    const told = await until(() => rig.receiver.values().find(({ field }) => field === 'user_preferences'));
    expect(told.value['user_preferences']).toMatchObject([
      { wa_id: '34600000013', category: 'marketing_messages', value: 'stop' },
    ]);
    expect((await business.template('34600000013', 'offer')).body.error?.code).toBe(131050);
    expect((await business.template('34600000013', 'plain')).status).toBe(200);
    await rig.write('whatsapp', '+34600000013', { preference: 'resume' });
    expect((await business.template('34600000013', 'offer')).status).toBe(200);
  });

  it('P14: marketing to a US number fails late with 131049, inside the window it goes', async () => {
    const refused = await business.template('12125550123', 'offer');
    await until(() => rig.receiver.statuses(idOf(refused)).includes('failed'));
    await business.openWindow('12125550123');
    const taken = await business.template('12125550123', 'offer');
    await until(() => rig.receiver.statuses(idOf(taken)).includes('delivered'));
    expect((await business.template('14165550123', 'offer')).status).toBe(200);
  });

  it('131062: no authentication template to a business-scoped user id', async () => {
    const template = { name: 'code', language: { code: 'en_US' } };
    const answer = await business.send({ recipient: 'US.13491208655302741918', type: 'template', template });
    expect(answer.body.error?.code).toBe(131062);
  });

  it('lists the templates of the business account', async () => {
    const all = await rig.call<{ data: { name: string }[] }>(
      'GET',
      '/whatsapp/v23.0/2001/message_templates',
      undefined,
      'token-1',
    );
    expect(all.body.data).toHaveLength(8);
    const one = await rig.call<{ data: unknown[] }>(
      'GET',
      '/whatsapp/v23.0/2001/message_templates?name=plain',
      undefined,
      'token-1',
    );
    expect(one.body.data).toMatchObject([
      { name: 'plain', status: 'APPROVED', components: [{ type: 'BODY' }] },
    ]);
  });
});
