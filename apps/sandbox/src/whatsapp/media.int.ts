import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Business, idOf } from '../testing/business.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = '34600000061';

describe('B10: WhatsApp media', () => {
  let rig: Rig;
  let business: Business;

  beforeAll(async () => {
    rig = await Rig.start();
    business = new Business(rig);
    await business.register();
    await business.openWindow(ADA);
  });
  afterAll(() => rig.stop());

  const upload = async (bytes: Uint8Array, type: string, name: string): Promise<Response> => {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('type', type);
    form.set('file', new Blob([bytes], { type }), name);
    const url = `${rig.sandbox.url}/whatsapp/v23.0/1001/media`;
    return fetch(url, { method: 'POST', headers: { authorization: 'Bearer token-1' }, body: form });
  };

  it('T4: an upload reaches the person with the same octets', async () => {
    const bytes = new Uint8Array(await (await fetch(`${rig.sandbox.url}/files/small.pdf`)).arrayBuffer());
    const { id } = (await (await upload(bytes, 'application/pdf', 'a.pdf')).json()) as { id: string };
    await business.send({
      to: ADA,
      type: 'document',
      document: { id, filename: 'invoice.pdf', caption: 'yours' },
    });
    const entry = (await rig.inbox('whatsapp', ADA)).at(-1);
    expect(entry).toMatchObject({
      type: 'document',
      text: 'yours',
      media: { filename: 'invoice.pdf', mimeType: 'application/pdf' },
    });
    const received = await fetch(entry?.media?.url ?? '');
    expect(new Uint8Array(await received.arrayBuffer())).toEqual(bytes);
    const wrongUse = await business.send({ to: ADA, type: 'image', image: { id } });
    expect(wrongUse.body.error?.code).toBe(131053);
    const deleted = await rig.call('DELETE', `/whatsapp/v23.0/${id}`, undefined, 'token-1');
    expect(deleted.body).toEqual({ success: true });
  });

  it.each([['what has no type', new Uint8Array(10), 'nonsense']])(
    'refuses to store %s',
    async (_name, bytes, type) => {
      const answer = await upload(bytes, type, 'x');
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as { error: { code: number } }).error.code).toBe(131053);
    },
  );

  it('refuses a form without a file', async () => {
    const answer = await rig.call('POST', '/whatsapp/v23.0/1001/media', {}, 'token-1');
    expect(answer.status).toBe(400);
  });

  it.each([
    ['image', 'small.jpg', 'delivered'],
    ['video', 'small.mp4', 'delivered'],
    ['audio', 'small.mp3', 'delivered'],
    ['document', 'small.pdf', 'delivered'],
    ['image', 'small.pdf', 'failed'],
    ['image', 'slow.jpg', 'failed'],
    ['image', 'missing.jpg', 'failed'],
    ['video', 'big.bin', 'failed'],
  ])('%s by link to %s is %s', async (type, name, status) => {
    const answer = await business.send({
      to: ADA,
      type,
      [type]: { link: `${rig.sandbox.url}/files/${name}` },
    });
    expect(answer.status).toBe(200);
    await until(() => rig.receiver.statuses(idOf(answer)).includes(status));
    if (status !== 'failed') return;
    const told = rig.receiver
      .values()
      .flatMap(({ value }) => value.statuses ?? [])
      .find(({ id }) => id === idOf(answer));
    expect(told).toMatchObject({ errors: [{ code: 131053 }] });
  });
});
