import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BotBusiness } from '../testing/bot-business.js';
import { Rig } from '../testing/rig.js';

const ADA = '4711001';
const GROUP = '-1001234500001';

describe('B10: what the Bot API takes and refuses', () => {
  let rig: Rig;
  let bot: BotBusiness;

  beforeEach(async () => {
    rig = await Rig.start();
    bot = new BotBusiness(rig);
    await bot.register();
    await bot.write(ADA, { text: '/start' });
  });
  afterEach(() => rig.stop());

  it('knows its bot by the token alone, in JSON, forms and queries', async () => {
    expect((await bot.call('getMe')).body.result).toMatchObject({ id: 1001, is_bot: true });
    expect((await bot.call('getMe', {}, '1001:wrong')).status).toBe(401);
    expect((await bot.call('getMe', {}, 'nonsense')).status).toBe(404);
    expect((await bot.call('getTea')).status).toBe(404);
    const query = `/telegram/bot${bot.token}/sendMessage?chat_id=${ADA}&text=by%20query`;
    expect((await rig.call('GET', query)).body).toMatchObject({ ok: true, result: { text: 'by query' } });
    const form = new FormData();
    form.set('chat_id', ADA);
    form.set('text', 'by form');
    const url = `${rig.sandbox.url}/telegram/bot${bot.token}/sendMessage`;
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(200);
    expect((await rig.inbox('telegram', ADA)).map(({ text }) => text)).toEqual(['by query', 'by form']);
  });

  it('numbers messages in their chat and tells the chat', async () => {
    const [one, two] = [await bot.text(ADA), await bot.text(ADA)];
    expect(two.body.result.message_id).toBeGreaterThan(one.body.result.message_id);
    expect(one.body.result).toMatchObject({
      chat: { id: Number(ADA), type: 'private' },
      from: { is_bot: true },
    });
  });

  it('P13: reaches only who has written, and nobody who blocked it', async () => {
    const send = (chat_id: string) => bot.refusal('sendMessage', { chat_id, text: 'x' });
    expect(await send('999')).toBe('400 Bad Request: chat not found');
    expect(await send('')).toBe('400 Bad Request: chat_id is empty');
    const other = new BotBusiness(rig, 'telegram-2', '1002:other');
    await other.register();
    await other.write('4711002', { text: 'hi', channelId: 'telegram-2' });
    expect(await send('4711002')).toBe("403 Forbidden: bot can't initiate conversation with a user");
    await bot.write(ADA, { block: true });
    expect(await send(ADA)).toBe('403 Forbidden: bot was blocked by the user');
    expect((await bot.write(ADA, { text: 'hi' })).status).toBe(409);
    await bot.write(ADA, { unblock: true });
    expect(await send(ADA)).toBe('200 ok');
    await bot.write(ADA, { deactivate: true });
    expect(await send(ADA)).toBe('403 Forbidden: user is deactivated');
  });

  it('knows groups, their topics, being put out of them and their upgrade', async () => {
    const send = (more: object) => bot.refusal('sendMessage', { chat_id: GROUP, text: 'x', ...more });
    await bot.write(`${GROUP}:5`, { text: 'hi', from: { id: 12, name: 'Bob' } });
    expect(await send({ message_thread_id: 5 })).toBe('200 ok');
    expect(await send({ message_thread_id: 6 })).toBe('400 Bad Request: message thread not found');
    expect(await rig.inbox('telegram', `${GROUP}:5`)).toHaveLength(1);
    expect(await rig.inbox('telegram', GROUP)).toHaveLength(0);
    await bot.write(GROUP, { kick: true });
    expect(await send({})).toBe('403 Forbidden: bot was kicked from the supergroup chat');
    await bot.write('-55', { text: 'hi' });
    await bot.write('-55', { migrate: '-1009' });
    const moved = await bot.text('-55');
    expect(moved.body).toMatchObject({ error_code: 400, parameters: { migrate_to_chat_id: -1009 } });
    expect((await bot.text('-1009')).status).toBe(200);
  });

  it('R6: counts text after its marks are read, in UTF-16 units', async () => {
    const send = (text: string, more = {}) =>
      bot.refusal('sendMessage', { chat_id: ADA, text, parse_mode: 'HTML', ...more });
    expect(await send(`<b>${'x'.repeat(4096)}</b>`)).toBe('200 ok');
    expect(await send('x'.repeat(4097))).toBe('400 Bad Request: message is too long');
    expect(await send('😀'.repeat(2049))).toBe('400 Bad Request: message is too long');
    expect(await send('&lt;'.repeat(4096))).toBe('200 ok');
    expect(await send(' ')).toBe('400 Bad Request: message text is empty');
    expect(await send('<b></b>')).toBe('400 Bad Request: message text is empty');
    expect(await send('x', { parse_mode: 'Word' })).toBe('400 Bad Request: unsupported parse_mode');
  });

  it.each([
    ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ['<p>x</p>', 'Unsupported start tag "p" at byte offset 0'],
    ['1 < 2', 'Unsupported start tag "" at byte offset 2'],
  ])('refuses %s', async (text, problem) => {
    expect(await bot.refusal('sendMessage', { chat_id: ADA, text, parse_mode: 'HTML' })).toBe(
      `400 Bad Request: can't parse entities: ${problem}`,
    );
  });

  it('shows the text without its marks', async () => {
    await bot.text(ADA, '<b>Sure</b> &amp; <a href="https://x.test">there</a>', { parse_mode: 'HTML' });
    const [entry] = await rig.inbox('telegram', ADA);
    expect(entry).toMatchObject({ text: 'Sure & there', type: 'text' });
    expect(entry?.raw).toMatchObject({
      entities: [
        { type: 'bold', offset: 0, length: 4 },
        { type: 'text_link', offset: 7, length: 5, url: 'https://x.test' },
      ],
    });
  });

  it('checks the keys under a message', async () => {
    const keys = (...row: object[]) =>
      bot.refusal('sendMessage', { chat_id: ADA, text: 'x', reply_markup: { inline_keyboard: [row] } });
    expect(await keys({ text: 'a', callback_data: 'x'.repeat(64) })).toBe('200 ok');
    expect(await keys({ text: 'a', callback_data: 'x'.repeat(65) })).toBe(
      '400 Bad Request: BUTTON_DATA_INVALID',
    );
    expect(await keys({ text: 'a', callback_data: 'é'.repeat(33) })).toBe(
      '400 Bad Request: BUTTON_DATA_INVALID',
    );
    expect(await keys({ text: 'a', callback_data: '' })).toBe('400 Bad Request: BUTTON_DATA_INVALID');
    expect(await keys({ text: 'a', url: 'nowhere' })).toContain('is invalid: Wrong HTTP URL');
    expect(await keys({ text: ' ', callback_data: 'x' })).toContain('button text is empty');
    expect(await keys({ text: 'a' })).toContain('Text buttons are unallowed');
  });

  it('takes files by address and by upload, within their limits', async () => {
    const file = (name: string) => `${rig.sandbox.url}/files/${name}`;
    const photo = (link: string, more = {}) =>
      bot.refusal('sendPhoto', { chat_id: ADA, photo: link, ...more });
    expect(await photo(file('small.jpg'), { caption: 'x'.repeat(1024) })).toBe('200 ok');
    expect(await photo(file('small.jpg'), { caption: 'x'.repeat(1025) })).toBe(
      '400 Bad Request: message caption is too long',
    );
    expect(await photo(file('small.pdf'))).toBe('400 Bad Request: wrong type of the web page content');
    expect(await photo(file('none.jpg'))).toBe('400 Bad Request: failed to get HTTP URL content');
    expect(await photo(file('slow.jpg'))).toBe('400 Bad Request: failed to get HTTP URL content');
    expect(await photo('AgACnone')).toBe('400 Bad Request: wrong file identifier/HTTP URL specified');
    expect(await photo('')).toBe('400 Bad Request: there is no photo in the request');
    const document = (name: string) => bot.refusal('sendDocument', { chat_id: ADA, document: file(name) });
    expect(await document('small.pdf')).toBe('200 ok');
    expect(await document('small.mp4')).toBe('400 Bad Request: wrong type of the web page content');
    const form = new FormData();
    form.set('chat_id', ADA);
    form.set('document', 'attach://mine');
    form.set('mine', new Blob(['hello'], { type: 'text/plain' }), 'hello.txt');
    const url = `${rig.sandbox.url}/telegram/bot${bot.token}/sendDocument`;
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(200);
    const last = (await rig.inbox('telegram', ADA)).at(-1);
    expect(last).toMatchObject({ type: 'document', media: { filename: 'hello.txt', size: 5 } });
    expect((await rig.call<string>('GET', new URL(last?.media?.url ?? '').pathname)).body).toBe('hello');
  });

  it('edits, reacts and answers presses by the rules', async () => {
    const { result } = (await bot.text(ADA, 'one')).body;
    const { message_id } = result;
    const edit = (more: object) =>
      bot.refusal('editMessageText', { chat_id: ADA, message_id, text: 'two', ...more });
    expect(await edit({})).toBe('200 ok');
    expect(await edit({})).toContain('message is not modified');
    expect(await edit({ message_id: 1 })).toBe('400 Bad Request: message to edit not found');
    expect((await rig.inbox('telegram', ADA))[0]).toMatchObject({ text: 'two', edited: true });
    const react = (emoji: string) =>
      bot.refusal('setMessageReaction', { chat_id: ADA, message_id, reaction: [{ type: 'emoji', emoji }] });
    expect(await react('👍')).toBe('200 ok');
    expect(await react('❤️')).toBe('400 Bad Request: REACTION_INVALID');
    expect((await rig.inbox('telegram', ADA))[0]).toMatchObject({ reactions: ['👍'] });
    expect(await bot.refusal('answerCallbackQuery', { callback_query_id: '1' })).toContain(
      'query is too old',
    );
    expect(await bot.refusal('sendChatAction', { chat_id: ADA, action: 'typing' })).toBe('200 ok');
    expect(await bot.refusal('sendChatAction', { chat_id: ADA, action: 'dancing' })).toContain(
      'wrong parameter action',
    );
  });

  it('B2: slows down who writes too fast, in one chat and over all', async () => {
    await bot.register({ chatRate: true });
    for (let index = 0; index < 20; index += 1) await bot.text(ADA);
    const answer = await bot.text(ADA);
    expect([answer.status, answer.body.parameters?.retry_after]).toEqual([429, 1]);
    await bot.register({ messagesPerSecond: 1 });
    await bot.text(ADA);
    expect((await bot.text(ADA)).status).toBe(429);
  });
});
