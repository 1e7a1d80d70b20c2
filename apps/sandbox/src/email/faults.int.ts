import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailBusiness } from '../testing/mail-business.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = 'ada@people.example';

describe('B10: mail faults on command', () => {
  let rig: Rig;
  let business: MailBusiness;

  beforeEach(async () => {
    rig = await Rig.start();
    business = new MailBusiness(rig);
    await business.register();
  });
  afterEach(async () => {
    await rig.stop();
    await business.inbound.close();
  });

  it.each([
    ['throttle', 450, '4.7.0'],
    ['error', 451, '4.3.0'],
  ])('%s: %i, nothing stored', async (fault, responseCode, enhanced) => {
    await rig.fault({ kind: 'email', fault });
    const refused = await business.refused({ to: ADA });
    expect(refused.responseCode).toBe(responseCode);
    expect(refused.response).toContain(enhanced);
    expect(await rig.inbox('email', ADA)).toHaveLength(0);
    expect((await rig.journal()).at(-1)).toMatchObject({
      kind: 'email',
      address: ADA,
      fault,
      answer: { status: responseCode },
    });
    expect(await business.send({ to: ADA })).toMatch(/^250/);
  });

  it('hang without delay: no answer, nothing stored', async () => {
    await rig.fault({ kind: 'email', fault: 'hang' });
    expect((await business.refused({ to: ADA }, undefined, 1000)).code).toBe('ETIMEDOUT');
    expect(await rig.inbox('email', ADA)).toHaveLength(0);
    expect((await rig.journal()).at(-1)).toMatchObject({ fault: 'hang', answer: null });
  });

  it('hang with delay: stored and answered late', async () => {
    await rig.fault({ kind: 'email', fault: 'hang', delayMs: 100 });
    const startedAt = Date.now();
    await business.send({ to: ADA });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(95);
    expect(await rig.inbox('email', ADA)).toHaveLength(1);
  });

  it('reset_after_accept: stored, the connection is cut', async () => {
    await rig.fault({ kind: 'email', fault: 'reset_after_accept' });
    const refused = await business.refused({ to: ADA });
    expect(refused.responseCode).toBeUndefined();
    expect(await rig.inbox('email', ADA)).toHaveLength(1);
    expect((await rig.journal()).at(-1)).toMatchObject({
      fault: 'reset_after_accept',
      answer: { status: 250 },
    });
  });

  it('lost_receipt: no report for one bounce', async () => {
    await rig.fault({ kind: 'email', fault: 'lost_receipt' });
    await business.send({ to: 'bounce+lost@people.example' });
    await business.send({ to: 'bounce+kept@people.example' });
    await until(() => business.inbound.arrived.length > 0);
    expect(business.inbound.arrived.map(({ source }) => source.includes('bounce+kept@'))).toEqual([true]);
  });

  it('out_of_order: the bounce arrives before the 250', async () => {
    await rig.fault({ kind: 'email', fault: 'out_of_order' });
    await business.send({ to: 'bounce@people.example' });
    expect(business.inbound.arrived).toHaveLength(1);
  });

  it('has no window to close', async () => {
    expect((await rig.fault({ kind: 'email', fault: 'window_closed' })).status).toBe(400);
  });
});
