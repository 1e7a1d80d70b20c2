import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, statusOrCut, type Stack } from '@skein/testing';
import type * as official from 'grammy';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { request } from 'undici';
import { entries, send, untilStatus, type Entry } from './support/messages.js';
import { personOf, type Person, type Seen } from './support/people.js';

// Loaded as CommonJS from the test workspace, as most of its users do.
const { Bot, InlineKeyboard, InputFile } = createRequire(import.meta.url)('grammy') as typeof official;

interface OnPhone extends Seen {
  reactions: string[];
  edited: boolean;
  waiting: number;
}

interface InboundEntry extends Entry {
  media: { mediaId?: string; mimeType?: string }[];
}

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

let last = 4_711_000;
const newId = (): string => String((last += 1));
const newGroup = (): string => `-100${newId()}`;
const at = (address: string): Person => personOf(stack, 'telegram', address);
const phone = async (person: Person): Promise<OnPhone[]> => (await person.inbox()) as OnPhone[];

/** Somebody who opened the chat with the bot and was greeted. */
async function newPerson(): Promise<Person> {
  const person = at(newId());
  await person.writes('/start');
  await person.sees((inbox) => inbox.length === 1);
  return person;
}

const sendTo = (address: string, content: unknown, more: object = {}) =>
  send(stack, { channelId: stack.dev.channels['telegram'], conversationId: address, content, ...more });

async function conversationOf(address: string): Promise<string> {
  const rows = await eventually(async () => {
    const found = await stack.sql<{ id: string }>(
      `SELECT t.id FROM threads t JOIN identities i ON i.contact_id = t.contact_id WHERE i.kind = 'telegram' AND i.address = $1`,
      [address],
    );
    expect(found).toHaveLength(1);
    return found;
  });
  return rows[0]?.id ?? '';
}

const thread = async (address: string) =>
  (await entries(stack, await conversationOf(address))) as InboundEntry[];
const fact = async (address: string, type: string) =>
  stack.sql<{ fact: Record<string, unknown> }>(
    `SELECT fact FROM inbound_events WHERE fact->>'address' = $1 AND type = $2 ORDER BY id`,
    [address, type],
  );
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesAt = async (url: string, headers = {}) =>
  new Uint8Array(await (await request(url, { headers })).body.arrayBuffer());
const fileUrl = (name: string): string => `${stack.dev.sandboxUrl ?? ''}/files/${name}`;

describe('Telegram, out', () => {
  it('P2, P4, P17: is delivered at once with its marks; sent is as far as the platform tells', async () => {
    const person = await newPerson();
    const answer = await sendTo(person.address, 'Your **table** is <ready> & warm.');
    expect([answer.status, answer.body.delivered, answer.body.status]).toEqual([200, true, 'sent']);
    const seen = await person.sees((inbox) => inbox.length === 2);
    expect(seen[1]).toMatchObject({
      text: 'Your table is <ready> & warm.',
      raw: { entities: [{ type: 'bold', offset: 5, length: 5 }] },
    });
    await person.writes('thank you');
    await eventually(async () => {
      const all = await thread(person.address);
      expect(all.map(({ author }) => author).slice(0, 5)).toEqual([
        'user',
        'agent',
        'agent',
        'user',
        'agent',
      ]);
      expect(all.at(4)?.text).toContain('You are answering: "Your **table** is');
    });
  });

  it('P13: nobody is written to first', async () => {
    const answer = await sendTo(newId(), 'Hello stranger');
    expect([answer.status, answer.body.code]).toEqual([404, 'no_conversation']);
    const target = await send(
      stack,
      { to: { target: `telegram:${newId()}` }, text: 'Hello' },
      { prefer: 'wait=10' },
    );
    expect([target.status, target.body.code]).toEqual([404, 'no_conversation']);
  });

  it('P16: a press comes back as the same action id, stops spinning, and wakes the agent', async () => {
    const person = await newPerson();
    const text = 'Shall we?\n\n::: actions\n- [Yes](go-yes)\n- [No](go-no)\n:::';
    expect((await sendTo(person.address, text)).body.delivered).toBe(true);
    await person.sees((inbox) => inbox.at(-1)?.buttons?.length === 2);
    await person.writes({ press: 'Yes' });
    await eventually(async () => {
      const said = (await thread(person.address)).filter(({ author }) => author === 'user');
      expect(said.map((entry) => entry.text)).toEqual(['/start', 'Yes']);
    });
    const [, press] = await fact(person.address, 'message');
    expect(press?.fact).toMatchObject({ content: { action: { id: 'go-yes', label: 'Yes' } } });
    await eventually(async () => {
      const asked = (await phone(person)).find(({ text: shown }) => shown === 'Shall we?');
      expect(asked?.waiting).toBe(0);
    });
    await person.sees((inbox) => inbox.length >= 3);
  });

  it('P16, R6: what has no native form is shown in another, and ids of more than 64 bytes never are keys', async () => {
    const person = await newPerson();
    await person.writes('menu');
    const menu = await person.sees((inbox) => inbox.length === 2);
    expect(JSON.stringify(menu[1])).toContain('Opening hours');
    const long = 'é'.repeat(40);
    const answer = await sendTo(person.address, `Choose\n\n::: actions\n- [Long](${long})\n:::`);
    expect(answer.body.delivered).toBe(true);
    const seen = await person.sees((inbox) => inbox.length === 3);
    expect(seen[2]?.buttons).toBeUndefined();
    expect(seen[2]?.text).toContain('Long');
  });

  it('R6: pictures by their address, documents as bytes, and the size limit is told', async () => {
    const person = await newPerson();
    const image = await sendTo(person.address, { image: { url: fileUrl('small.jpg'), caption: 'a <cat>' } });
    expect(image.body.delivered).toBe(true);
    const file = await sendTo(person.address, { file: { url: fileUrl('small.pdf'), filename: 'menu.pdf' } });
    expect(file.body.delivered).toBe(true);
    for (const [type, name] of [
      ['video', 'small.mp4'],
      ['audio', 'small.mp3'],
    ] as const)
      expect((await sendTo(person.address, { [type]: { url: fileUrl(name) } })).body.delivered).toBe(true);
    const seen = await person.sees((inbox) => inbox.length === 5);
    expect(seen.slice(1).map(({ type }) => type)).toEqual(['photo', 'document', 'video', 'audio']);
    expect(seen[1]).toMatchObject({
      text: 'a <cat>',
      media: { sha256: sha256(await bytesAt(fileUrl('small.jpg'))) },
    });
    expect(seen[2]?.media).toMatchObject({
      filename: 'menu.pdf',
      sha256: sha256(await bytesAt(fileUrl('small.pdf'))),
    });
    const gone = await sendTo(person.address, { file: { url: fileUrl('none.pdf') } });
    expect([gone.status, gone.body.code]).toEqual([400, 'media_unreachable']);
  });

  it('P18: reacts to what a person wrote and takes it back; edits what was sent', async () => {
    const person = await newPerson();
    const sent = await sendTo(person.address, 'Frist version');
    const edited = await sendTo(person.address, {
      edit: { messageId: sent.body.messageId, text: '**First** version' },
    });
    expect(edited.body.delivered).toBe(true);
    await eventually(async () =>
      expect(await phone(person)).toContainEqual(
        expect.objectContaining({ text: 'First version', edited: true }),
      ),
    );
    const reaction = (emoji: string) =>
      sendTo(person.address, { reaction: { messageId: sent.body.messageId, emoji } });
    expect((await reaction('❤️')).body.delivered).toBe(true);
    expect((await phone(person)).at(-1)?.reactions).toEqual(['❤']);
    expect((await reaction('')).body.delivered).toBe(true);
    expect((await phone(person)).at(-1)?.reactions).toEqual([]);
  });
});

describe('Telegram, in', () => {
  it('R5: a photo is an ordinary message with its caption, in its largest size', async () => {
    const person = at(newId());
    await person.writes({ media: { file: 'small.jpg', caption: 'my receipt' } });
    const found = await eventually(async () => {
      const entry = (await thread(person.address)).find(({ author }) => author === 'user');
      expect(entry?.media?.[0]?.mediaId).toBeDefined();
      return entry;
    });
    expect(found?.text).toBe('my receipt');
    const path = `${stack.dev.apiUrl}/v1/media/${found?.media[0]?.mediaId ?? ''}/content`;
    const served = await bytesAt(path, { 'x-api-key': stack.dev.apiKey });
    expect(sha256(served)).toBe(sha256(await bytesAt(fileUrl('small.jpg'))));
    const token = stack.dev.secrets['telegram']?.['token'] ?? 'none';
    const kept = await stack.sql(`SELECT 1 FROM inbound_events WHERE fact::text LIKE '%' || $1 || '%'`, [
      token,
    ]);
    expect(kept).toEqual([]);
    expect(stack.output()).not.toContain(token);
  });

  it('P18: reactions and edits are told of the message they are about', async () => {
    const person = await newPerson();
    const written = await person.writes('tomorow');
    await person.writes({ edit: { messageId: written.id, text: 'tomorrow' } });
    const [greeting] = await person.inbox();
    await person.writes({ reaction: { messageId: greeting?.id, emoji: '🎉' } });
    const reacted = async () =>
      stack.sql(`SELECT 1 FROM messages WHERE content->>'userReaction' = '🎉' AND thread_id = $1`, [
        await conversationOf(person.address),
      ]);
    await eventually(async () => {
      expect((await thread(person.address)).some(({ text }) => text === 'tomorrow')).toBe(true);
      expect(await reacted()).toHaveLength(1);
    });
    await person.writes({ reaction: { messageId: greeting?.id, emoji: '' } });
    await eventually(async () => expect(await reacted()).toHaveLength(0));
  });

  it('P3, T2: a group is one conversation that names who speaks, a topic another one, and both are targets', async () => {
    const group = at(newGroup());
    await group.writes({
      text: 'anybody here?',
      from: { id: 21, name: 'Ada' },
      profile: { name: 'Friends' },
    });
    await group.sees((inbox) => inbox.length === 1);
    await group.writes({ text: 'hours', from: { id: 22, name: 'Grace' } });
    await group.sees((inbox) => inbox.some(({ text }) => text?.includes('Monday')));
    const rows = await fact(group.address, 'message');
    expect(rows.map(({ fact: { profileName, content } }) => [profileName, content])).toMatchObject([
      ['Friends', { author: { id: '21', name: 'Ada' } }],
      ['Friends', { author: { id: '22', name: 'Grace' } }],
    ]);
    const topic = at(`${group.address}:7`);
    await topic.writes({ text: 'hello', from: { id: 21, name: 'Ada' } });
    await topic.sees((inbox) => inbox.length === 1);
    expect(await conversationOf(topic.address)).not.toBe(await conversationOf(group.address));
    const answer = await send(
      stack,
      { to: { target: `telegram:${topic.address}` }, text: 'Only in here' },
      { prefer: 'wait=10' },
    );
    expect([answer.status, answer.body.delivered]).toEqual([200, true]);
    expect(await topic.texts()).toContain('Only in here');
    expect(await group.texts()).not.toContain('Only in here');
  });

  it('P3: a group that became a supergroup stays the same conversation, by its old id and its new one', async () => {
    const told = at(`-${newId()}`);
    await told.writes('hello');
    await told.sees((inbox) => inbox.length === 1);
    const before = await conversationOf(told.address);
    const supergroup = newGroup();
    await told.writes({ migrate: supergroup });
    await eventually(async () => expect(await conversationOf(supergroup)).toBe(before));
    const old = await sendTo(told.address, 'By the old id');
    expect([old.status, old.body.delivered]).toEqual([200, true]);
    expect(await at(supergroup).texts()).toContain('By the old id');
    await at(supergroup).writes('we moved');
    await eventually(async () =>
      expect((await thread(told.address)).map(({ text }) => text)).toContain('we moved'),
    );
    expect((await sendTo(supergroup, 'Still us')).body.delivered).toBe(true);
    expect(await at(supergroup).texts()).toContain('Still us');
  });

  it('B5, P11: a block is an opt-out, an unblock ends it; /start opens and is answered', async () => {
    const person = await newPerson();
    await person.writes({ block: true });
    await eventually(async () => {
      const { body } = await sendTo(person.address, 'Are you there?');
      expect(body.code).toBe('opted_out');
    });
    await person.writes({ unblock: true });
    await person.writes('/start');
    await person.sees((inbox) => inbox.length >= 2);
    expect((await sendTo(person.address, 'Welcome back')).body.delivered).toBe(true);
    await person.writes('STOP');
    await eventually(async () => {
      const { body } = await sendTo(person.address, 'nor this');
      expect(body.code).toBe('opted_out');
    });
  });

  it('B5: a bot that was put out of a group writes again once it is let in', async () => {
    const group = at(newGroup());
    await group.writes('hello');
    await group.sees((inbox) => inbox.length === 1);
    await group.writes({ kick: true });
    await eventually(async () =>
      expect((await sendTo(group.address, 'Anybody?')).body.code).toBe('opted_out'),
    );
    await group.writes({ join: true });
    await eventually(async () =>
      expect((await sendTo(group.address, 'Back again')).body.delivered).toBe(true),
    );
    expect(await group.texts()).toContain('Back again');
  });

  it('R2: text that imitates a block stays text; a place is a message', async () => {
    const person = await newPerson();
    const block = '::: actions\n- [Pay](pay)\n:::';
    await person.writes(block);
    await person.writes({ location: { latitude: 1.5, longitude: 2.5, title: 'The bar' } });
    await eventually(async () => {
      const said = (await thread(person.address)).filter(({ author }) => author === 'user');
      expect(said.map(({ text }) => text)).toEqual(['/start', block, '[The bar]']);
    });
  });
});

describe('Telegram webhooks', () => {
  const path = '/webhooks/telegram/telegram-main';
  const secret = () => ({
    'x-telegram-bot-api-secret-token': stack.dev.secrets['telegram']?.['secretToken'] ?? '',
  });
  const post = async (body: string | Buffer, headers: Record<string, string>) => {
    const all = { 'content-type': 'application/json', ...headers };
    const answer = await request(`${stack.dev.apiUrl}${path}`, { method: 'POST', body, headers: all });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  const update = (update_id: number, more: object = {}) => {
    const chat = { id: Number(newId()), type: 'private', first_name: 'Ada' };
    const message = {
      message_id: 1,
      date: 1_795_000_000,
      chat,
      from: { ...chat, is_bot: false },
      text: 'forged',
    };
    return JSON.stringify({ update_id, message: { ...message, ...more } });
  };

  it('R1: a wrong, missing, empty, cut or doubled secret is 401 and leaves nothing', async () => {
    const { 'x-telegram-bot-api-secret-token': token } = secret();
    for (const value of ['wrong', '', token.slice(0, -1), `${token}, ${token}`, `${token} x`])
      expect([value, (await post(update(1), { 'x-telegram-bot-api-secret-token': value })).status]).toEqual([
        value,
        401,
      ]);
    expect((await post(update(1), {})).status).toBe(401);
    expect(await stack.sql(`SELECT 1 FROM inbound_events WHERE fact::text LIKE '%forged%'`)).toEqual([]);
  });

  it('R1: a repeated update is one message; a press is answered in the reply', async () => {
    const body = update(900_001, { text: 'told twice' });
    expect((await post(body, secret())).status).toBe(200);
    expect((await post(body, secret())).status).toBe(200);
    const rows = await stack.sql(
      `SELECT 1 FROM inbound_events WHERE fact->'content'->>'text' = 'told twice'`,
    );
    expect(rows).toHaveLength(1);
    const press = JSON.stringify({
      update_id: 900_002,
      callback_query: { id: '77', data: 'x', from: { id: 1 } },
    });
    expect(await post(press, secret())).toEqual({
      status: 200,
      text: '{"method":"answerCallbackQuery","callback_query_id":"77"}',
    });
  });

  it('R1: odd bodies and ids are taken and do nothing; too large ones are refused', async () => {
    const odd: (string | Buffer)[] = [
      '',
      '[]',
      '"x"',
      '{"update_id":',
      Buffer.from([0xff, 0xfe, 0x00]),
      update(900_003, { chat: { id: '../../etc/passwd', type: 'private' } }),
      JSON.stringify({ update_id: '../..', poll: {} }),
      JSON.stringify({ update_id: 900_004, hologram: { depth: 3 } }),
    ];
    for (const body of odd) expect((await post(body, secret())).status).toBe(200);
    const large = post(JSON.stringify({ filler: 'x'.repeat(10 * 1024 * 1024) }), secret());
    expect([413, 'cut']).toContain(await statusOrCut(large));
    const acted = await stack.sql(`SELECT 1 FROM inbound_events WHERE fact->>'address' LIKE '%passwd%'`);
    expect(acted).toEqual([]);
  });
});

describe('the official client', () => {
  it('B10: grammy sends text, buttons and a file through the sandbox, and meets its refusals', async () => {
    const person = await newPerson();
    const bot = new Bot(stack.dev.secrets['telegram']?.['token'] ?? '', {
      client: { apiRoot: `${stack.dev.sandboxUrl ?? ''}/telegram` },
    });
    const chat = Number(person.address);
    expect((await bot.api.getMe()).is_bot).toBe(true);
    await bot.api.sendMessage(chat, '<b>from the client</b>', { parse_mode: 'HTML' });
    const keys = new InlineKeyboard().text('One', 'one').text('Two', 'two');
    await bot.api.sendMessage(chat, 'choose', { reply_markup: keys });
    await bot.api.sendDocument(chat, new InputFile(Buffer.from('bytes'), 'a.txt'), {
      caption: 'with a file',
    });
    const seen = (await person.inbox()).slice(1);
    expect(seen.map(({ text }) => text)).toEqual(['from the client', 'choose', 'with a file']);
    expect(seen[1]?.buttons).toMatchObject([{ id: 'one' }, { id: 'two' }]);
    expect(seen[2]?.media).toMatchObject({ filename: 'a.txt', sha256: sha256(Buffer.from('bytes')) });
    await expect(bot.api.sendMessage(1, 'x')).rejects.toMatchObject({ error_code: 400 });
    await expect(bot.api.sendMessage(chat, 'x'.repeat(4097))).rejects.toMatchObject({ error_code: 400 });
  });
});

describe('Telegram faults', () => {
  const strike = (address: string, name: string, more: object = {}) =>
    stack.sandbox('POST', '/faults', { body: { kind: 'telegram', fault: name, address, ...more } });

  it.each([
    ['throttle', { retryAfter: 1 }],
    ['error', {}],
  ])('B2: after %s it is delivered, and once', async (name, more) => {
    const person = await newPerson();
    await strike(person.address, name, more);
    const { body } = await sendTo(person.address, 'exactly once');
    await untilStatus(stack, body.messageId, ['sent'], 30_000);
    expect((await person.texts()).filter((text) => text === 'exactly once')).toHaveLength(1);
  });

  it('B2: without an answer it becomes unknown and is never sent twice', async () => {
    const [cut, silent] = [await newPerson(), await newPerson()];
    await strike(cut.address, 'reset_after_accept');
    await strike(silent.address, 'hang');
    const sent = await Promise.all([cut, silent].map(({ address }) => sendTo(address, 'perhaps')));
    for (const { body } of sent) await untilStatus(stack, body.messageId, ['unknown'], 60_000);
    expect((await cut.texts()).filter((text) => text === 'perhaps')).toHaveLength(1);
    expect(await silent.texts()).not.toContain('perhaps');
  });

  it('R2: updates told twice or late are one message each, in the order they came', async () => {
    const person = await newPerson();
    await strike(person.address, 'duplicate_webhook');
    await person.writes('twice');
    await strike(person.address, 'out_of_order');
    await person.writes('first');
    await person.writes('second');
    await eventually(async () => {
      const said = (await thread(person.address)).filter(({ author }) => author === 'user');
      expect(said.map(({ text }) => text)).toEqual(['/start', 'twice', 'second', 'first']);
    });
  });

  it('P17: what the platform refuses for good is told by its code', async () => {
    const person = await newPerson();
    await person.writes({ deactivate: true });
    const { body } = await sendTo(person.address, 'refused');
    expect(body.code ?? body.reason).toBe('opted_out');
  });
});
