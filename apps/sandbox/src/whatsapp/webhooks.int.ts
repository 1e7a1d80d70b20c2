import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Business, idOf } from '../testing/business.js';
import { signatureOf } from '../testing/receiver.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = '34600000041';

describe('B10: WhatsApp webhooks', () => {
  let rig: Rig;
  let business: Business;

  beforeEach(async () => {
    rig = await Rig.start();
    business = new Business(rig);
    await business.register();
    await business.openWindow(ADA);
    await until(() => rig.receiver.hooks.length > 0);
  });
  afterEach(() => rig.stop());

  it('shakes hands at registration and reports it', async () => {
    const { body } = await business.register();
    expect(body['webhook']).toMatchObject({ verified: true });
    const other = await new Business(rig, 'bad', '1009').register({ verifyToken: 'wrong' });
    expect(other.body['webhook']).toMatchObject({ verified: false });
    expect(JSON.stringify(other.body)).not.toContain('secret-1');
  });

  it('R1: signs the exact octets, escaped as the platform does', async () => {
    await rig.write('whatsapp', ADA, { text: 'Grüße 😀 a/b' });
    await until(() => rig.receiver.messages().length === 2);
    const hook = rig.receiver.hooks.at(-1);
    expect(hook?.signature).toBe(signatureOf(hook?.body ?? '', 'secret-1'));
    expect(hook?.body).toContain('Gr\\u00fc\\u00dfe \\ud83d\\ude00 a\\/b');
    expect(rig.receiver.messages().at(-1)).toMatchObject({ text: { body: 'Grüße 😀 a/b' } });
  });

  it('P17: reports sent and delivered at once, read when the person reads', async () => {
    const first = idOf(await business.text(ADA, 'one', { biz_opaque_callback_data: 'echo-me' }));
    const second = idOf(await business.text(ADA, 'two'));
    await until(() => rig.receiver.statuses(second).length === 2);
    expect(rig.receiver.statuses(first)).toEqual(['sent', 'delivered']);
    const told = rig.receiver.values().flatMap(({ value }) => value.statuses ?? []);
    expect(told[0]).toMatchObject({ id: first, recipient_id: ADA, biz_opaque_callback_data: 'echo-me' });
    expect((await rig.read('whatsapp', ADA, { upTo: first })).body).toEqual({ read: 1 });
    await until(() => rig.receiver.statuses(first).includes('read'));
    expect((await rig.read('whatsapp', ADA)).body).toEqual({ read: 1 });
    await until(() => rig.receiver.statuses(second).includes('read'));
    expect((await rig.read('whatsapp', ADA)).body).toEqual({ read: 0 });
  });

  it('reads by itself with autoRead and reports nothing with receipts off', async () => {
    await business.register({ autoRead: true });
    const read = idOf(await business.text(ADA));
    await until(() => rig.receiver.statuses(read).includes('read'));
    await business.register({ receipts: false });
    const silent = idOf(await business.text(ADA));
    await rig.write('whatsapp', ADA, { text: 'after' });
    await until(() => rig.receiver.messages().length === 2);
    expect(rig.receiver.statuses(silent)).toEqual([]);
  });

  it('puts what comes within 20 ms into one POST of at most 100', async () => {
    await business.register({ pairRate: false });
    const before = rig.receiver.hooks.length;
    const answers = await Promise.all(Array.from({ length: 150 }, () => business.text(ADA)));
    const ids = answers.map(idOf);
    await until(() => ids.every((id) => rig.receiver.statuses(id).length === 2));
    const posts = rig.receiver.hooks.slice(before);
    expect(posts.length).toBeLessThan(60);
    const sizes = rig.receiver.values().map(({ value }) => value.statuses?.length ?? 0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });

  it('repeats what was not taken: at once when away, later when refused', async () => {
    rig.receiver.answers = [503, 503];
    await rig.write('whatsapp', ADA, { text: 'first' });
    await rig.write('whatsapp', ADA, { text: 'second' });
    await until(() => rig.receiver.messages().length === 3);
    expect(rig.receiver.messages().slice(1)).toMatchObject([
      { text: { body: 'first' } },
      { text: { body: 'second' } },
    ]);
    rig.receiver.answers = [400];
    await rig.write('whatsapp', ADA, { text: 'poison' });
    await until(() => rig.receiver.answers.length === 0);
    await rig.write('whatsapp', ADA, { text: 'healthy' });
    await until(() => rig.receiver.messages().length === 5);
    expect(rig.receiver.messages().slice(3)).toMatchObject([
      { text: { body: 'healthy' } },
      { text: { body: 'poison' } },
    ]);
  });

  it('keeps the order of one person while the receiver is away', async () => {
    rig.receiver.answers = [503];
    for (let index = 0; index < 5; index += 1) {
      await rig.write('whatsapp', ADA, { text: String(index) });
      await until(() => rig.receiver.answers.length === 0);
    }
    await until(() => rig.receiver.messages().length === 6);
    const bodies = rig.receiver
      .messages()
      .slice(1)
      .map(({ text }) => (text as { body: string }).body);
    expect(bodies).toEqual(['0', '1', '2', '3', '4']);
  });

  it('duplicate_webhook: one POST is made twice', async () => {
    await rig.fault({ kind: 'whatsapp', fault: 'duplicate_webhook', times: 1 });
    await rig.write('whatsapp', ADA, { text: 'twice' });
    await until(() => rig.receiver.messages().length === 3);
    const [, one, other] = rig.receiver.messages();
    expect(one?.id).toBe(other?.id);
  });

  it('out_of_order: read before delivered before sent', async () => {
    await rig.fault({ kind: 'whatsapp', fault: 'out_of_order', times: 1 });
    const id = idOf(await business.text(ADA));
    await until(() => rig.receiver.statuses(id).length === 3);
    expect(rig.receiver.statuses(id)).toEqual(['read', 'delivered', 'sent']);
  });

  it('lost_receipt: no statuses for one message', async () => {
    await rig.fault({ kind: 'whatsapp', fault: 'lost_receipt' });
    const lost = idOf(await business.text(ADA));
    const kept = idOf(await business.text(ADA));
    await until(() => rig.receiver.statuses(kept).length === 2);
    expect(rig.receiver.statuses(lost)).toEqual([]);
    expect(await rig.inbox('whatsapp', ADA)).toHaveLength(2);
  });
});
