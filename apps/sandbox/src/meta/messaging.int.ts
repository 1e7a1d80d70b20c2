import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { MetaBusiness } from '../testing/meta-business.js';
import { signatureOf } from '../testing/receiver.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = '1254459154682919';
let rig: Rig;
let page: MetaBusiness;
let insta: MetaBusiness;

beforeEach(async () => {
  rig = await Rig.start();
  page = new MetaBusiness(rig, 'messenger');
  insta = new MetaBusiness(rig, 'instagram');
  await Promise.all([page.register(), insta.register()]);
  await Promise.all([page.openWindow(ADA), insta.openWindow(ADA)]);
});
afterEach(() => rig.stop());

const template = (payload: object) => ({ attachment: { type: 'template', payload } });
const file = (type: string, payload: object) => ({ attachment: { type, payload } });
const button = { type: 'postback', title: 'Yes', payload: 'yes' };
const refused = ({ status, body }: Awaited<ReturnType<MetaBusiness['send']>>) => [
  status,
  body.error?.code,
  body.error?.error_subcode,
];

describe('B10: sending as Meta’s Send API takes it', () => {
  it('answers with recipient and message id, and shows it to the person', async () => {
    const answer = await page.send(ADA, { text: 'hello, world!', metadata: '7:1' });
    expect(answer).toMatchObject({ status: 200, body: { recipient_id: ADA } });
    expect(answer.body.message_id).toMatch(/^m_/);
    expect((await rig.inbox('messenger', ADA)).at(-1)).toMatchObject({ text: 'hello, world!' });
    expect((await insta.send(ADA, { text: 'Hi' })).body.message_id).toMatch(/^aWdf/);
  });

  it.each<['messenger' | 'instagram', object, number, number | undefined]>([
    ['messenger', { text: 'x'.repeat(2001) }, 100, undefined],
    ['messenger', { text: '😀'.repeat(501) }, 100, undefined],
    ['instagram', { text: 'é'.repeat(501) }, 100, undefined],
    ['messenger', { text: '' }, 100, undefined],
    ['messenger', { text: 'x', ...file('image', { url: 'https://a.example/1' }) }, 100, undefined],
    ['messenger', { text: 'x', colour: 'blue' }, 100, undefined],
    ['messenger', { text: 'x', metadata: 'm'.repeat(1001) }, 100, undefined],
    ['messenger', file('image', { url: 'no address' }), 100, undefined],
    ['messenger', file('image', { attachment_id: '1' }), 100, undefined],
    [
      'messenger',
      template({ template_type: 'button', text: 't'.repeat(641), buttons: [button] }),
      100,
      undefined,
    ],
    [
      'messenger',
      template({ template_type: 'button', text: 't', buttons: [button, button, button, button] }),
      100,
      undefined,
    ],
    [
      'messenger',
      template({ template_type: 'button', text: 't', buttons: [{ ...button, title: 'x'.repeat(21) }] }),
      100,
      undefined,
    ],
    ['messenger', template({ template_type: 'generic', elements: [{ title: 'Alone' }] }), 100, undefined],
    [
      'messenger',
      template({
        template_type: 'generic',
        elements: Array.from({ length: 11 }, () => ({ title: 'T', subtitle: 'S' })),
      }),
      100,
      undefined,
    ],
  ])('%s refuses case %#', async (kind, message, code, subcode) => {
    const business = kind === 'messenger' ? page : insta;
    expect(refused(await business.send(ADA, { ...message }))).toEqual([400, code, subcode]);
  });

  it('takes what is at its limit', async () => {
    expect((await page.send(ADA, { text: '😀'.repeat(500) })).status).toBe(200);
    expect((await insta.send(ADA, { text: 'é'.repeat(500) })).status).toBe(200);
    const buttons = Array.from({ length: 3 }, () => ({ ...button, title: 'x'.repeat(20) }));
    const full = template({ template_type: 'button', text: 't'.repeat(640), buttons });
    expect((await page.send(ADA, full)).status).toBe(200);
  });

  it('fetches files by their address at once, and refuses what it cannot take', async () => {
    const files = `${rig.sandbox.url}/files`;
    const sent = await page.send(ADA, file('image', { url: `${files}/small.jpg`, is_reusable: true }));
    expect(sent.body.attachment_id).toMatch(/^\d+$/);
    const again = await page.send(ADA, file('image', { attachment_id: sent.body.attachment_id }));
    expect(again.status).toBe(200);
    const [one, other] = (await rig.inbox('messenger', ADA)).slice(-2);
    expect(other?.media?.sha256).toBe(one?.media?.sha256);
    const urls: [string, string, number][] = [
      ['image', 'missing.jpg', 2018008],
      ['image', 'slow.jpg', 2018008],
      ['image', 'small.pdf', 2018047],
    ];
    for (const [type, name, subcode] of urls) {
      expect(refused(await page.send(ADA, file(type, { url: `${files}/${name}` })))).toEqual([
        400,
        100,
        subcode,
      ]);
    }
    expect(refused(await insta.send(ADA, file('file', { url: `${files}/small.jpg` })))[2]).toBe(2018047);
  });

  it('takes an upload as a form, as the documented curl makes it', async () => {
    const form = new FormData();
    form.set('message', '{"attachment":{"type":"image", "payload":{"is_reusable":true}}}');
    form.set('filedata', new Blob(['\xff\xd8'], { type: 'image/png' }), 'shirt.png');
    const url = `${rig.sandbox.url}/messenger/v21.0/me/message_attachments?access_token=token-1`;
    const answer = await fetch(url, { method: 'POST', body: form });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { attachment_id: expect.stringMatching(/^\d+$/) },
    ]);
  });

  it('knows who may call: token, account, path', async () => {
    const body = { recipient: { id: ADA }, message: { text: 'x' } };
    expect(refused(await page.call('messages', body, 'wrong'))).toEqual([401, 190, undefined]);
    expect(refused(await page.call('nothing', body))).toEqual([400, 100, 33]);
    const stolen = await rig.call('POST', '/messenger/v24.0/1/messages', body, 'token-1');
    expect(stolen.status).toBe(400);
  });

  it('M3: closes the window after 24 hours, each with its own words; a human agent has 7 days', async () => {
    await rig.call('POST', '/clock', { advanceSeconds: 86_401 });
    expect(refused(await page.send(ADA, { text: 'late' }))).toEqual([403, 10, 2018278]);
    const closed = await insta.send(ADA, { text: 'late' });
    expect(refused(closed)).toEqual([403, 10, 2534022]);
    expect(closed.body.error?.type).toBe('IGApiException');
    const tagged = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' };
    expect((await page.send(ADA, { text: 'a person' }, tagged)).status).toBe(200);
    const retired = { messaging_type: 'MESSAGE_TAG', tag: 'ACCOUNT_UPDATE' };
    expect(refused(await page.send(ADA, { text: 'x' }, retired))).toEqual([400, 100, 1893061]);
  });

  it('P13: knows nobody who never wrote, and magic endings', async () => {
    expect(refused(await page.send('99999', { text: 'x' }))).toEqual([400, 100, 2018001]);
    expect(refused(await insta.send('99999', { text: 'x' }))).toEqual([400, 100, 2534014]);
    await page.openWindow('1000000990551');
    expect(refused(await page.send('1000000990551', { text: 'x' }))).toEqual([400, 551, 1545041]);
  });

  it('holds the rates of text and of film apart', async () => {
    await page.register({ callsPerSecond: 2, mediaPerSecond: 1 });
    const video = file('video', { url: `${rig.sandbox.url}/files/small.mp4` });
    const answers = [];
    for (const message of [video, video, { text: '1' }, { text: '2' }, { text: '3' }]) {
      answers.push(refused(await page.send(ADA, message))[1]);
    }
    expect(answers).toEqual([undefined, 613, undefined, undefined, 613]);
  });

  it('takes indicators and reactions', async () => {
    const recipient = { id: ADA };
    expect((await page.call('messages', { recipient, sender_action: 'typing_on' })).status).toBe(200);
    const written = await rig.write('messenger', ADA, { text: 'react to me' });
    const payload = { message_id: written.body['id'], reaction: '😊' };
    const reacted = await page.call('messages', { recipient, sender_action: 'react', payload });
    expect(reacted).toMatchObject({ status: 200, body: { recipient_id: ADA } });
    expect((await rig.inbox('messenger', ADA)).at(-1)).toMatchObject({ type: 'reaction', text: '😊' });
    const unknown = { message_id: 'm_none', reaction: '😊' };
    expect(
      (await page.call('messages', { recipient, sender_action: 'react', payload: unknown })).status,
    ).toBe(400);
  });
});

describe('B10: webhooks as Meta sends them', () => {
  const told = (part: string) => [...page.events(), ...insta.events()].filter((event) => part in event);

  it('signs the escaped spelling', async () => {
    await rig.write('messenger', ADA, { text: 'Grüße 😀 /' });
    const hook = await until(() => rig.receiver.hooks.find(({ body }) => body.includes('Gr')));
    expect(hook?.body).toContain(String.raw`Gr\u00fc\u00dfe \ud83d\ude00 \/`);
    expect(hook?.signature).toBe(signatureOf(hook?.body ?? '', 'secret-1'));
  });

  it('P17: Messenger tells delivery with ids and mark, reading with a mark', async () => {
    const { body } = await page.send(ADA, { text: 'x', metadata: '7:1' });
    const delivery = await until(() => told('delivery')[0]);
    expect(delivery).toMatchObject({ delivery: { mids: [body.message_id], watermark: expect.any(Number) } });
    expect(page.events()).toContainEqual(
      expect.objectContaining({
        sender: { id: page.accountId },
        message: expect.objectContaining({ is_echo: true, mid: body.message_id, metadata: '7:1' }),
      }),
    );
    expect((await rig.read('messenger', ADA)).body).toEqual({ read: 1 });
    expect(await until(() => told('read')[0])).toMatchObject({ read: { watermark: expect.any(Number) } });
  });

  it('P17: Instagram tells reading by message, delivery never', async () => {
    const { body } = await insta.send(ADA, { text: 'x' });
    await rig.read('instagram', ADA);
    expect(await until(() => told('read')[0])).toMatchObject({ read: { mid: body.message_id } });
    expect(told('delivery')).toEqual([]);
  });

  it('P16: presses come back as postbacks, with or without an id', async () => {
    await page.send(ADA, template({ template_type: 'button', text: 'Sure?', buttons: [button] }));
    await rig.write('messenger', ADA, { press: 'Yes' });
    await rig.write('messenger', ADA, { press: 'yes', withoutMid: true });
    await until(() => (told('postback').length === 2 ? true : undefined));
    expect(told('postback').map(({ postback }) => postback)).toEqual([
      { mid: expect.any(String), title: 'Yes', payload: 'yes' },
      { title: 'Yes', payload: 'yes' },
    ]);
    expect((await rig.write('messenger', ADA, { press: 'No' })).status).toBe(404);
  });

  it('R5: files of people need no token', async () => {
    await rig.write('instagram', ADA, { media: { file: 'small.pdf' } });
    const event = await until(() =>
      told('message').find(({ message }) => JSON.stringify(message).includes('cdn')),
    );
    const [{ payload }] = (event?.['message'] as { attachments: [{ payload: { url: string } }] }).attachments;
    expect(payload.url).toMatch(/small\.pdf/);
    expect((await request(payload.url)).statusCode).toBe(200);
  });

  it.each([
    ['instagram', { likeHeart: true }, 201],
    ['instagram', { storyMention: { url: 'https://a.example' } }, 201],
    ['instagram', { story: { text: 'Nice' } }, 201],
    ['instagram', { share: { type: 'ig_reel', url: 'https://a.example' } }, 201],
    ['instagram', { unsupported: true }, 201],
    ['instagram', { revoke: {} }, 201],
    ['instagram', { location: { latitude: 1, longitude: 2 } }, 409],
    ['messenger', { location: { latitude: 1, longitude: 2 } }, 201],
    ['messenger', { sticker: 'like' }, 201],
    ['messenger', { revoke: {} }, 409],
    ['messenger', { edit: { text: 'new' } }, 201],
    ['messenger', { reaction: { emoji: '👍' } }, 404],
    ['messenger', { referral: { ref: 'r' } }, 201],
    ['messenger', { standby: { text: 'x' } }, 201],
    ['messenger', {}, 400],
  ])('%s: a person does %j: %i', async (kind, what, status) => {
    expect((await rig.write(kind, ADA, what)).status).toBe(status);
  });
});

describe('B10: Meta’s faults on command', () => {
  it.each([
    ['throttle', 400, 613, undefined],
    ['error', 500, 2, undefined],
    ['window_closed', 403, 10, 2018278],
  ])('%s: HTTP %i, code %i, nothing recorded', async (fault, status, code, subcode) => {
    await rig.fault({ kind: 'messenger', fault, retryAfter: 7 });
    const answer = await page.send(ADA, { text: 'x' });
    expect(refused(answer)).toEqual([status, code, subcode]);
    expect(answer.headers['retry-after']).toBe('7');
    expect(await rig.inbox('messenger', ADA)).toEqual([]);
  });

  it('reset_after_accept: taken and told, without an answer', async () => {
    await rig.fault({ kind: 'messenger', fault: 'reset_after_accept' });
    await expect(page.send(ADA, { text: 'x', metadata: '7:1' })).rejects.toThrow();
    expect(await rig.inbox('messenger', ADA)).toHaveLength(1);
    await until(() => page.events().find((event) => 'delivery' in event));
  });

  it('lost_receipt tells nothing, out_of_order tells reading first, duplicate_webhook twice', async () => {
    await rig.fault({ kind: 'messenger', fault: 'lost_receipt' });
    const lost = await page.send(ADA, { text: 'lost' });
    await rig.fault({ kind: 'messenger', fault: 'out_of_order' });
    await page.send(ADA, { text: 'mixed' });
    const later = await until(() => {
      const kinds = page
        .events()
        .flatMap((event) => ['read', 'delivery', 'message'].filter((kind) => kind in event));
      return kinds.length >= 4 ? kinds.slice(-3) : undefined;
    });
    expect(later).toEqual(['read', 'delivery', 'message']);
    expect(JSON.stringify(page.events())).not.toContain(lost.body.message_id);
    await rig.fault({ kind: 'messenger', fault: 'duplicate_webhook' });
    const before = rig.receiver.hooks.length;
    await rig.write('messenger', ADA, { text: 'twice' });
    await until(() => (rig.receiver.hooks.length >= before + 2 ? true : undefined));
    expect(rig.receiver.hooks.at(-1)?.body).toBe(rig.receiver.hooks.at(-2)?.body);
  });
});
