import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Business, idOf } from '../testing/business.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = '34600000003';

describe('B10: WhatsApp recipients', () => {
  let rig: Rig;
  let business: Business;

  beforeAll(async () => {
    rig = await Rig.start();
    business = new Business(rig);
    await business.register();
    await business.openWindow(ADA);
  });
  afterAll(() => rig.stop());

  it('tells another id for numbers that WhatsApp normalises', async () => {
    await business.openWindow('+525512345678');
    const answer = await business.text('+52 55 1234 5678');
    expect(answer.body.contacts[0]).toEqual({ input: '+52 55 1234 5678', wa_id: '5215512345678' });
    expect(await rig.inbox('whatsapp', '+5215512345678')).toHaveLength(1);
  });

  it.each([
    ['990404', 131026, 'text'],
    ['990497', 130497, 'text'],
    ['990450', 131050, 'offer'],
  ])('a number ending in %s answers %i', async (ending, code, what) => {
    const to = `34600${ending}`;
    await business.openWindow(to);
    const answer = what === 'text' ? await business.text(to) : await business.template(to, what);
    expect(answer.body.error?.code).toBe(code);
  });

  it.each([
    ['990405', 131026, 'text', true],
    ['990447', 131047, 'text', false],
    ['990449', 131049, 'offer', false],
    ['990472', 130472, 'offer', false],
    ['990500', 131000, 'text', true],
  ])('a number ending in %s fails late with %i', async (ending, code, what, open) => {
    const to = `34601${ending}`;
    if (open) await business.openWindow(to);
    const answer = what === 'text' ? await business.text(to) : await business.template(to, what);
    const id = idOf(answer);
    await until(() => rig.receiver.statuses(id).length > 0);
    const failed = rig.receiver
      .values()
      .flatMap(({ value }) => value.statuses ?? [])
      .find((status) => status.id === id);
    expect(failed).toMatchObject({ status: 'failed', errors: [{ code }] });
    expect(await rig.inbox('whatsapp', to)).toHaveLength(0);
  });

  it('holds the window for 24 hours of the business clock', async () => {
    await business.openWindow('34600000002');
    await rig.call('POST', '/clock', { advanceSeconds: 24 * 3600 - 60 });
    expect((await business.text('34600000002')).status).toBe(200);
    await rig.call('POST', '/clock', { advanceSeconds: 120 });
    expect((await business.text('34600000002')).body.error?.code).toBe(131047);
    expect((await business.template('34600000002', 'plain')).status).toBe(200);
    await business.openWindow(ADA);
  });

  it('one window per number and person', async () => {
    const other = new Business(rig, 'wa-2', '1002');
    await other.register();
    expect((await other.text(ADA)).body.error?.code).toBe(131047);
    expect((await business.text(ADA, 'still open here')).status).toBe(200);
  });
});
