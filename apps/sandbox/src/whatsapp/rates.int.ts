import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Business } from '../testing/business.js';
import { Rig } from '../testing/rig.js';

describe('B10: WhatsApp rates', () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await Rig.start();
  });
  afterAll(() => rig.stop());

  it('131056 after 45 messages to one person at once; others are not affected', async () => {
    const business = new Business(rig);
    await business.register();
    for (const person of ['34600000021', '34600000022']) await business.openWindow(person);
    const codes = [];
    for (let index = 0; index < 46; index += 1)
      codes.push((await business.text('34600000021')).body.error?.code);
    expect(codes.slice(0, 45).every((code) => code === undefined)).toBe(true);
    expect(codes[45]).toBe(131056);
    expect((await business.text('34600000022')).status).toBe(200);
  });

  it('130429 beyond the throughput of the number, inbound counted too', async () => {
    const business = new Business(rig, 'slow', '1003');
    await business.register({ throughputPerSecond: 5, pairRate: false, displayPhoneNumber: '15550001113' });
    for (let index = 0; index < 3; index += 1) await business.openWindow('34600000023');
    const answers = await Promise.all(Array.from({ length: 20 }, () => business.text('34600000023')));
    const limited = answers.filter(({ body }) => body.error?.code === 130429);
    expect(limited.length).toBeGreaterThanOrEqual(10);
    expect(limited[0]?.status).toBe(429);
  });

  it('131048 beyond the number of people reached outside their window', async () => {
    const business = new Business(rig, 'limited', '1004');
    await business.register({ uniqueUserLimit: 2, displayPhoneNumber: '15550001114' });
    const codeOf = async (to: string): Promise<number | undefined> =>
      (await business.template(to, 'plain')).body.error?.code;
    expect(await codeOf('34600000031')).toBeUndefined();
    expect(await codeOf('34600000032')).toBeUndefined();
    expect(await codeOf('34600000031')).toBeUndefined();
    expect(await codeOf('34600000033')).toBe(131048);
    await business.openWindow('34600000034');
    expect(await codeOf('34600000034')).toBeUndefined();
    await rig.call('POST', '/clock', { advanceSeconds: 25 * 3600 });
    expect(await codeOf('34600000033')).toBeUndefined();
  });
});
