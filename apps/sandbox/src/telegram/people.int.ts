import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BotBusiness } from '../testing/bot-business.js';
import { Rig } from '../testing/rig.js';
import { until } from '../testing/until.js';

const ADA = '4711001';
const GROUP = '-1001234500001';

describe('B10: what a bot is told', () => {
  let rig: Rig;
  let bot: BotBusiness;

  beforeEach(async () => {
    rig = await Rig.start();
    bot = new BotBusiness(rig);
    await bot.register();
  });
  afterEach(() => rig.stop());

  const updates = (count: number) => until(() => bot.updates().length >= count && bot.updates());

  it('R1: carries the secret, one update a call, in order', async () => {
    for (const text of ['one', 'two', 'three']) await bot.write(ADA, { text });
    const told = await updates(3);
    expect(told.map(({ message }) => (message as { text: string }).text)).toEqual(['one', 'two', 'three']);
    expect(new Set(told.map(({ update_id }) => update_id)).size).toBe(3);
    expect(rig.receiver.hooks[0]?.headers['x-telegram-bot-api-secret-token']).toBe('secret-1');
  });

  it('repeats what is not taken, under the same id', async () => {
    rig.receiver.answers = [500, 503];
    await bot.write(ADA, { text: 'again' });
    await updates(1);
    const info = (await bot.call('getWebhookInfo')).body.result;
    expect(info['pending_update_count']).toBe(0);
    expect(bot.updates()).toHaveLength(1);
  });

  it('tells groups, topics, answers, files, places and contacts in the platform’s shapes', async () => {
    await bot.write(`${GROUP}:5`, {
      text: 'hi',
      from: { id: 12, name: 'Bob' },
      profile: { name: 'Friends' },
    });
    await bot.write(ADA, { media: { file: 'small.jpg', caption: 'look' } });
    await bot.write(ADA, { media: { base64: 'AAAA', mimeType: 'audio/ogg', filename: 'v.ogg' } });
    await bot.write(ADA, { media: { base64: 'AAAA', mimeType: 'text/plain', filename: 'a.txt' } });
    await bot.write(ADA, { location: { latitude: 1, longitude: 2, title: 'Bar' } });
    await bot.write(ADA, { contact: { phone_number: '+44' } });
    const told = (await updates(6)).map(({ message }) => message);
    expect(told).toMatchObject([
      {
        chat: { id: Number(GROUP), title: 'Friends', is_forum: true },
        from: { id: 12, first_name: 'Bob' },
        message_thread_id: 5,
        is_topic_message: true,
        reply_to_message: { forum_topic_created: {} },
      },
      { photo: [{}, { width: 1280 }], caption: 'look' },
      { voice: { mime_type: 'audio/ogg' } },
      { document: { file_name: 'a.txt' } },
      { venue: { title: 'Bar' }, location: { latitude: 1 } },
      { contact: { phone_number: '+44' } },
    ]);
    const photo = told[1] as { photo: { file_id: string }[] };
    const file = (await bot.call('getFile', { file_id: photo.photo.at(-1)?.file_id })).body.result;
    const bytes = await fetch(
      `${rig.sandbox.url}/telegram/file/bot${bot.token}/${String(file['file_path'])}`,
    );
    expect((await bytes.arrayBuffer()).byteLength).toBe(file['file_size']);
    expect(
      (await fetch(`${rig.sandbox.url}/telegram/file/bot1001:no/${String(file['file_path'])}`)).status,
    ).toBe(401);
    expect(JSON.stringify(await rig.journal())).not.toContain('bot-token');
  });

  it('P16: a press is told with its message, and spins until it is answered in the reply', async () => {
    await bot.write(ADA, { text: 'hi' });
    const reply_markup = {
      inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }], [{ text: 'Web', url: 'https://x.test' }]],
    };
    await bot.text(ADA, 'Sure?', { reply_markup });
    await updates(1);
    await bot.write(ADA, { press: 'Yes' });
    const [, first] = await updates(2);
    expect(first).toMatchObject({ callback_query: { data: 'y', message: { text: 'Sure?', reply_markup } } });
    expect((await rig.inbox('telegram', ADA))[0]).toMatchObject({ waiting: 1 });
    const { body } = await bot.write(ADA, { press: 'y' });
    await updates(3);
    expect(await bot.refusal('answerCallbackQuery', { callback_query_id: body['id'] })).toBe('200 ok');
    const { id } = first?.['callback_query'] as { id: string };
    rig.receiver.replies = [JSON.stringify({ method: 'answerCallbackQuery', callback_query_id: id })];
    await bot.write(ADA, { text: 'done' });
    await until(
      async () => ((await rig.inbox('telegram', ADA))[0] as { waiting?: number } | undefined)?.waiting === 0,
    );
    expect((await bot.write(ADA, { press: 'Web' })).status).toBe(409);
    expect((await bot.write(ADA, { press: 'No' })).status).toBe(404);
  });

  it('P18, B5: tells reactions, edits, blocks and moves', async () => {
    await bot.write(ADA, { text: 'hi' });
    const { message_id } = (await bot.text(ADA)).body.result;
    await bot.write(ADA, { reaction: { emoji: '👍' } });
    await bot.write(ADA, { reaction: { emoji: '' } });
    await bot.write(ADA, { edit: { text: 'hi!' } });
    await bot.write(ADA, { block: true });
    await bot.write('-55', { text: 'x' });
    await bot.write('-55', { migrate: '-1009' });
    const told = await updates(9);
    expect(told.slice(1)).toMatchObject([
      { message_reaction: { message_id, old_reaction: [], new_reaction: [{ emoji: '👍' }] } },
      { message_reaction: { message_id, old_reaction: [{ emoji: '👍' }], new_reaction: [] } },
      { edited_message: { text: 'hi!' } },
      { my_chat_member: { old_chat_member: { status: 'member' }, new_chat_member: { status: 'kicked' } } },
      { message: { text: 'x' } },
      { my_chat_member: { chat: { id: -1009 }, new_chat_member: { status: 'member' } } },
      { message: { chat: { id: -1009 }, migrate_from_chat_id: -55 } },
      { message: { chat: { id: -55 }, migrate_to_chat_id: -1009 } },
    ]);
  });

  it('tells reactions only to bots that ask, and everything to getUpdates without a webhook', async () => {
    await bot.register({ allowedUpdates: null });
    await bot.write(ADA, { text: 'hi' });
    await bot.text(ADA);
    expect((await bot.write(ADA, { reaction: { emoji: '👍' } })).body).toMatchObject({ updateId: null });
    expect((await bot.call('getUpdates')).status).toBe(409);
    await bot.call('deleteWebhook');
    await bot.write(ADA, { text: 'pulled' });
    const pulled = (await bot.call('getUpdates')).body as unknown as { result: { update_id: number }[] };
    expect(pulled.result).toMatchObject([{ message: { text: 'pulled' } }]);
    const offset = (pulled.result[0]?.update_id ?? 0) + 1;
    expect((await bot.call('getUpdates', { offset })).body.result).toEqual([]);
    expect((await bot.call('setWebhook', { url: 'https://x.test', secret_token: 'no spaces' })).status).toBe(
      400,
    );
  });

  it('says what is wrong with a request', async () => {
    expect((await rig.write('telegram', 'ada', { text: 'x' })).status).toBe(400);
    expect((await bot.write(ADA, {})).status).toBe(400);
    expect((await bot.write(ADA, { text: 'hi', channelId: 'none' })).status).toBe(404);
  });

  it('survives a restart with chats, keys and files, and forgets people on a reset', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'skein-sandbox-'));
    const before = await Rig.start({ dataDir });
    const bot1 = new BotBusiness(before);
    await bot1.register({ webhookUrl: null });
    await bot1.write(ADA, { media: { file: 'small.jpg' } });
    const reply_markup = { inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }]] };
    const { message_id } = (await bot1.text(ADA, 'Sure?', { reply_markup })).body.result;
    await before.stop();
    const after = await Rig.start({ dataDir });
    const bot2 = new BotBusiness(after);
    expect((await bot2.text(ADA, 'Back')).body.result.message_id).toBeGreaterThan(message_id);
    expect((await bot2.write(ADA, { press: 'Yes' })).status).toBe(201);
    await after.call('POST', '/reset');
    expect(await bot2.refusal('sendMessage', { chat_id: ADA, text: 'x' })).toContain('chat not found');
    await after.stop();
    rmSync(dataDir, { recursive: true });
  });
});

describe('B10: Telegram faults on command', () => {
  let rig: Rig;
  let bot: BotBusiness;

  beforeEach(async () => {
    rig = await Rig.start();
    bot = new BotBusiness(rig);
    await bot.register();
    await bot.write(ADA, { text: 'hi' });
    await until(() => bot.updates().length === 1);
  });
  afterEach(() => rig.stop());

  const texts = async () => (await rig.inbox('telegram', ADA)).map(({ text }) => text);

  it('throttle and error answer, and nothing is recorded', async () => {
    await rig.fault({ kind: 'telegram', fault: 'throttle', retryAfter: 7 });
    await rig.fault({ kind: 'telegram', fault: 'error' });
    expect((await bot.text(ADA)).body).toMatchObject({ error_code: 429, parameters: { retry_after: 7 } });
    expect((await bot.text(ADA)).status).toBe(500);
    expect(await texts()).toEqual([]);
  });

  it('hang: with a delay late but true, without one never', async () => {
    await rig.fault({ kind: 'telegram', fault: 'hang', delayMs: 60 });
    expect((await bot.text(ADA, 'late')).status).toBe(200);
    await rig.fault({ kind: 'telegram', fault: 'hang' });
    const url = `${rig.sandbox.url}/telegram/bot${bot.token}/sendMessage?chat_id=${ADA}&text=never`;
    await expect(fetch(url, { signal: AbortSignal.timeout(1000) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(await texts()).toEqual(['late']);
  });

  it('reset_after_accept: recorded without an answer', async () => {
    await rig.fault({ kind: 'telegram', fault: 'reset_after_accept' });
    await expect(bot.text(ADA, 'ghost')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await texts()).toEqual(['ghost']);
    expect((await rig.journal()).at(-1)).toMatchObject({
      fault: 'reset_after_accept',
      answer: { status: 200 },
    });
  });

  it('duplicate_webhook and out_of_order', async () => {
    await rig.fault({ kind: 'telegram', fault: 'duplicate_webhook' });
    await bot.write(ADA, { text: 'twice' });
    await until(() => bot.updates().length === 3);
    await rig.fault({ kind: 'telegram', fault: 'out_of_order' });
    await bot.write(ADA, { text: 'first' });
    await bot.write(ADA, { text: 'second' });
    const told = await until(() => bot.updates().length === 5 && bot.updates());
    const said = told.map(({ message }) => (message as { text: string }).text);
    expect(said).toEqual(['hi', 'twice', 'twice', 'second', 'first']);
    expect((await rig.fault({ kind: 'telegram', fault: 'window_closed' })).status).toBe(400);
  });
});
