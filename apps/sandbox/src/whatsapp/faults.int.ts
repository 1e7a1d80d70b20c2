import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Business, idOf } from '../testing/business.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = '34600000071';

describe('B10: WhatsApp faults on command', () => {
  let rig: Rig;
  let business: Business;

  beforeEach(async () => {
    rig = await Rig.start();
    business = new Business(rig);
    await business.register();
    await business.openWindow(ADA);
  });
  afterEach(() => rig.stop());

  it('throttle: 130429 with 429 and Retry-After, as often as asked', async () => {
    await rig.fault({ kind: 'whatsapp', fault: 'throttle', times: 2, retryAfter: 7 });
    for (let index = 0; index < 2; index += 1) {
      const answer = await business.text(ADA);
      expect([answer.status, answer.body.error?.code, answer.headers['retry-after']]).toEqual([
        429,
        130429,
        '7',
      ]);
    }
    expect((await business.text(ADA)).status).toBe(200);
    expect(await rig.inbox('whatsapp', ADA)).toHaveLength(1);
  });

  it.each([
    ['error', 500, 131000],
    ['window_closed', 400, 131047],
  ])('%s: HTTP %i, code %i, nothing recorded', async (fault, status, code) => {
    await rig.fault({ kind: 'whatsapp', fault });
    const answer = await business.text(ADA);
    expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
    expect(await rig.inbox('whatsapp', ADA)).toHaveLength(0);
    expect((await rig.journal('?kind=whatsapp')).at(-1)).toMatchObject({
      operation: 'send',
      fault,
      answer: { status },
    });
  });

  it('hang without delay: no answer, nothing recorded', async () => {
    await rig.fault({ kind: 'whatsapp', fault: 'hang' });
    const patience = AbortSignal.timeout(1000);
    const url = `${rig.sandbox.url}/whatsapp/v23.0/1001/messages`;
    const body = JSON.stringify({
      messaging_product: 'whatsapp',
      to: ADA,
      type: 'text',
      text: { body: 'x' },
    });
    const call = fetch(url, {
      method: 'POST',
      headers: { authorization: 'Bearer token-1' },
      body,
      signal: patience,
    });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await rig.inbox('whatsapp', ADA)).toHaveLength(0);
    expect((await rig.journal()).at(-1)).toMatchObject({ fault: 'hang', answer: null });
  });

  it('hang with delay: a late but true answer', async () => {
    await rig.fault({ kind: 'whatsapp', fault: 'hang', delayMs: 120 });
    const startedAt = Date.now();
    const answer = await business.text(ADA);
    expect(answer.status).toBe(200);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(115);
    expect((await rig.inbox('whatsapp', ADA)).at(-1)?.id).toBe(idOf(answer));
    expect((await rig.journal()).at(-1)).toMatchObject({ fault: 'hang', answer: { status: 200 } });
  });

  it('reset_after_accept: recorded, receipts go out, no answer', async () => {
    await rig.fault({ kind: 'whatsapp', fault: 'reset_after_accept' });
    await expect(business.text(ADA, 'ghost')).rejects.toMatchObject({ code: 'ECONNRESET' });
    const [entry] = await rig.inbox('whatsapp', ADA);
    expect(entry?.text).toBe('ghost');
    await until(() => rig.receiver.statuses(entry?.id ?? '').includes('delivered'));
    expect((await rig.journal()).at(-1)).toMatchObject({
      fault: 'reset_after_accept',
      answer: { status: 200 },
    });
  });

  it('strikes only the person or channel it names', async () => {
    await business.openWindow('34600000072');
    await rig.fault({ kind: 'whatsapp', fault: 'error', address: '+34600000072' });
    await rig.fault({ kind: 'whatsapp', fault: 'error', channelId: 'another' });
    expect((await business.text(ADA)).status).toBe(200);
    expect((await business.text('34600000072')).status).toBe(500);
    expect((await business.text('34600000072')).status).toBe(200);
  });

  it('refuses faults it does not know', async () => {
    expect((await rig.fault({ kind: 'whatsapp', fault: 'meteor' })).status).toBe(400);
    expect((await rig.fault({ kind: 'pigeon', fault: 'error' })).status).toBe(400);
  });
});
