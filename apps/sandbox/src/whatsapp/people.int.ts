import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../core/json.js';
import { Business, idOf } from '../testing/business.js';
import type { Answer } from '../testing/rig.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = '34600000051';

describe('B10: people on WhatsApp', () => {
  let rig: Rig;
  let business: Business;

  beforeAll(async () => {
    rig = await Rig.start();
    business = new Business(rig);
    await business.register();
    await business.openWindow(ADA);
  });
  afterAll(() => rig.stop());

  const writeAs = async (address: string, body: JsonObject): Promise<JsonObject> => {
    const answer = await rig.write('whatsapp', address, body);
    expect(answer.status).toBe(201);
    return until(() => rig.receiver.messages().find(({ id }) => id === answer.body['id']));
  };
  const write = (body: JsonObject): Promise<JsonObject> => writeAs(ADA, body);

  it('presses a reply button by id or by label', async () => {
    const buttons = [{ type: 'reply', reply: { id: 'yes-1', title: 'Yes' } }];
    const interactive = { type: 'button', body: { text: 'Sure?' }, action: { buttons } };
    const id = idOf(await business.send({ to: ADA, type: 'interactive', interactive }));
    expect((await rig.inbox('whatsapp', ADA)).at(-1)).toMatchObject({
      text: 'Sure?',
      buttons: [{ id: 'yes-1', title: 'Yes', type: 'reply' }],
    });
    const expected = {
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'yes-1', title: 'Yes' } },
      context: { from: '15550001111', id },
    };
    expect(await write({ press: 'yes-1' })).toMatchObject(expected);
    expect(await write({ press: 'Yes' })).toMatchObject(expected);
  });

  it('presses a row of a list and a quick reply of a template', async () => {
    const sections = [{ rows: [{ id: 'row-9', title: 'Nine', description: 'the ninth' }] }];
    const interactive = { type: 'list', body: { text: 'Pick' }, action: { button: 'Open', sections } };
    await business.send({ to: ADA, type: 'interactive', interactive });
    expect(await write({ press: 'row-9' })).toMatchObject({
      interactive: {
        type: 'list_reply',
        list_reply: { id: 'row-9', title: 'Nine', description: 'the ninth' },
      },
    });
    const parameters = [{ type: 'image', image: { link: `${rig.sandbox.url}/files/small.jpg` } }];
    const components = [
      { type: 'header', parameters },
      { type: 'body', parameters: ['Ada', '42'].map((text) => ({ type: 'text', text })) },
      { type: 'button', sub_type: 'url', index: 1, parameters: [{ type: 'text', text: 'x' }] },
    ];
    const id = idOf(await business.template(ADA, 'order_update', components));
    expect(await write({ press: 'Thanks' })).toMatchObject({
      type: 'button',
      button: { payload: 'Thanks', text: 'Thanks' },
      context: { id },
    });
  });

  it('answers coded problems for what cannot be pressed or read', async () => {
    const problem = (answer: Answer): unknown[] => [answer.status, answer.body['code']];
    expect(problem(await rig.write('whatsapp', ADA, { press: 'nowhere' }))).toEqual([404, 'not_found']);
    expect(problem(await rig.write('whatsapp', ADA, {}))).toEqual([400, 'invalid_request']);
    expect(problem(await rig.write('whatsapp', 'not-a-number', { text: 'x' }))).toEqual([
      400,
      'invalid_request',
    ]);
    expect(problem(await rig.write('whatsapp', ADA, { text: 'x', channelId: 'none' }))).toEqual([
      404,
      'not_found',
    ]);
    expect(problem(await rig.read('whatsapp', ADA, { upTo: 'none' }))).toEqual([400, 'invalid_request']);
  });

  it('P18: reacts to the last message, and takes the reaction back', async () => {
    const id = idOf(await business.text(ADA, 'like it?'));
    expect(await write({ reaction: { emoji: '👍' } })).toMatchObject({
      reaction: { message_id: id, emoji: '👍' },
    });
    const removed = await write({ reaction: { emoji: '', messageId: id } });
    expect(removed['reaction']).toEqual({ message_id: id });
  });

  it('takes reactions of the business; one to an unknown message fails late', async () => {
    const mine = await write({ text: 'hello' });
    const reaction = { message_id: mine['id'], emoji: '❤️' };
    const known = idOf(await business.send({ to: ADA, type: 'reaction', reaction }));
    await until(() => rig.receiver.statuses(known).includes('delivered'));
    expect((await rig.inbox('whatsapp', ADA)).at(-1)).toMatchObject({ type: 'reaction', text: '❤️' });
    const unknown = idOf(
      await business.send({ to: ADA, type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '❤️' } }),
    );
    await until(() => rig.receiver.statuses(unknown).includes('failed'));
  });

  it.each([
    [
      'edit',
      { edit: { text: 'corrected' } },
      { edit: { message: { type: 'text', text: { body: 'corrected' } } } },
    ],
    ['revoke', { revoke: { messageId: 'wamid.y' } }, { revoke: { original_message_id: 'wamid.y' } }],
    ['location', { location: { latitude: 1, longitude: 2 } }, { location: { latitude: 1, longitude: 2 } }],
    [
      'contacts',
      { contacts: [{ name: { formatted_name: 'Bo' } }] },
      { contacts: [{ name: { formatted_name: 'Bo' } }] },
    ],
    ['order', { order: { catalog_id: '7', product_items: [] } }, { order: { catalog_id: '7' } }],
    ['unsupported', { unsupported: true }, { errors: [{ code: 131051 }] }],
    [
      'interactive',
      { flow: { size: 'L' } },
      { interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"size":"L"}' } } },
    ],
    [
      'system',
      { raw: { type: 'system', system: { type: 'user_changed_number' } } },
      { system: { type: 'user_changed_number' } },
    ],
  ])('sends %s', async (type, body, expected) => {
    expect(await write(body)).toMatchObject({ type, from: ADA, ...expected });
  });

  it.each([
    ['image', { file: 'small.jpg', caption: 'look' }, { mime_type: 'image/jpeg', caption: 'look' }],
    ['audio', { file: 'small.mp3', type: 'voice' }, { mime_type: 'audio/mpeg', voice: true }],
    ['video', { file: 'small.mp4' }, { mime_type: 'video/mp4' }],
    ['document', { file: 'small.pdf' }, { mime_type: 'application/pdf', filename: 'small.pdf' }],
    [
      'document',
      { base64: 'aGVsbG8=', mimeType: 'text/plain', filename: 'a.txt' },
      { mime_type: 'text/plain', filename: 'a.txt' },
    ],
  ])('R5: sends %s that can be downloaded with the token', async (type, media, expected) => {
    const message = await write({ media });
    const file = message[type] as { id: string; sha256: string };
    expect(file).toMatchObject(expected);
    const described = await rig.call<{ url: string; sha256: string; file_size: number }>(
      'GET',
      `/whatsapp/v23.0/${file.id}`,
      undefined,
      'token-1',
    );
    expect(Buffer.from(described.body.sha256, 'hex').toString('base64')).toBe(file.sha256);
    expect((await fetch(described.body.url)).status).toBe(401);
    const bytes = await fetch(described.body.url, { headers: { authorization: 'Bearer token-1' } });
    expect((await bytes.arrayBuffer()).byteLength).toBe(described.body.file_size);
  });

  it('B9: a person who hides the number is known by the user id alone', async () => {
    const userId = 'US.13491208655302741918';
    const message = await writeAs('+34600000052', {
      text: 'hi',
      profile: { name: 'Bo', username: 'bo', userId, hidePhone: true },
    });
    expect(message['from']).toBeUndefined();
    expect(message['from_user_id']).toBe(userId);
    const { value } = rig.receiver.values().at(-1) ?? {};
    expect(value?.contacts).toEqual([{ profile: { name: 'Bo', username: 'bo' }, user_id: userId }]);
    const answer = await business.send({ recipient: userId, type: 'text', text: { body: 'hello Bo' } });
    expect(answer.body.contacts).toEqual([{ input: userId, user_id: userId }]);
    await until(() => rig.receiver.statuses(idOf(answer)).includes('delivered'));
    const status = rig.receiver
      .values()
      .flatMap(({ value: told }) => told.statuses ?? [])
      .find(({ id }) => id === idOf(answer));
    expect(status).toMatchObject({ recipient_user_id: userId });
    expect(status).not.toHaveProperty('recipient_id');
    expect(await rig.inbox('whatsapp', userId)).toHaveLength(1);
  });

  it('B9: a person can be nothing but a user id, and the id can change', async () => {
    const message = await writeAs('ES.777', { text: 'hola' });
    expect(message).toMatchObject({ from_user_id: 'ES.777' });
    await rig.write('whatsapp', 'ES.777', { userIdUpdate: 'ES.888' });
    const update = await until(() => rig.receiver.values().find(({ field }) => field === 'user_id_update'));
    expect(update.value['user_id_update']).toMatchObject([
      { user_id: { previous: 'ES.777', current: 'ES.888' } },
    ]);
  });

  it('sends any value object as it is', async () => {
    await rig.write('whatsapp', ADA, {
      rawValue: { event: 'PAUSED' },
      field: 'message_template_status_update',
    });
    const told = await until(() =>
      rig.receiver.values().find(({ field }) => field === 'message_template_status_update'),
    );
    expect(told.value['event']).toBe('PAUSED');
  });

  it('the business marks a message as read', async () => {
    const message = await write({ text: 'seen?' });
    const read = {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: message['id'],
      typing_indicator: { type: 'text' },
    };
    const answer = await rig.call('POST', '/whatsapp/v23.0/1001/messages', read, 'token-1');
    expect(answer.body).toEqual({ success: true });
    const unknown = await rig.call(
      'POST',
      '/whatsapp/v23.0/1001/messages',
      { ...read, message_id: 'wamid.z' },
      'token-1',
    );
    expect(unknown.status).toBe(400);
  });

  it('asks for the channel when several numbers match, and uses the one already met', async () => {
    const other = new Business(rig, 'wa-9', '1019');
    await other.register({ displayPhoneNumber: '15550001119' });
    const ambiguous = await rig.write('whatsapp', '+34600000059', { text: 'who?' });
    expect([ambiguous.status, ambiguous.body['code']]).toEqual([400, 'ambiguous_channel']);
    expect(ambiguous.body['channelIds']).toEqual(['wa-1', 'wa-9']);
    await rig.write('whatsapp', '+34600000059', { text: 'you', channelId: 'wa-9' });
    expect((await rig.write('whatsapp', '+34600000059', { text: 'again' })).body['channelId']).toBe('wa-9');
  });
});
