import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type * as official from '@discordjs/rest';
import { eventually, startStack, statusOrCut, type Stack } from '@skein/testing';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { createRequire } from 'node:module';
import { request } from 'undici';
import { entries, send, untilStatus, type Entry } from './support/messages.js';

// Discord's client is CommonJS and lives in the test workspace.
const { REST } = createRequire(import.meta.url)('@discordjs/rest') as typeof official;

interface Seen {
  id: string;
  type: string;
  text: string | null;
  edited?: boolean;
  buttons?: { id: string; title: string; type: string; url?: string }[];
  media?: { type: string; filename?: string; sha256?: string };
}

interface InboundEntry extends Entry {
  media: { mediaId?: string; mimeType?: string }[];
  content?: { userReaction?: string };
}

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

let last = 100;
const newChannel = (): string => `14000000000${String((last += 1)).padStart(5, '0')}000`;

/** A direct channel or a room, from the side of the people in it. */
function placeOf(address: string) {
  const path = `/people/discord/${address}`;
  const inbox = async () => (await stack.sandbox<Seen[]>('GET', `${path}/inbox`)).body;
  return {
    address,
    inbox,
    writes: async (what: string | object) => {
      const body = typeof what === 'string' ? { text: what } : what;
      const answer = await stack.sandbox<{ id: string; answer?: { type: number } }>(
        'POST',
        `${path}/messages`,
        {
          body,
        },
      );
      expect(answer.status).toBe(201);
      return answer.body;
    },
    sees: (check: (seen: Seen[]) => boolean, timeoutMs = 15_000) =>
      eventually(
        async () => {
          const seen = await inbox();
          if (!check(seen)) throw new Error(`${address} has ${JSON.stringify(seen.map(({ text }) => text))}`);
          return seen;
        },
        { timeoutMs },
      ),
  };
}

type Place = ReturnType<typeof placeOf>;

/** A person who has written and was greeted. */
async function newPerson(): Promise<Place> {
  const person = placeOf(newChannel());
  await person.writes('hello');
  await person.sees((seen) => seen.length === 1);
  return person;
}

const sendTo = (address: string, content: unknown, more: object = {}) =>
  send(stack, { channelId: stack.dev.channels['discord'], conversationId: address, content, ...more });

async function conversationOf(address: string): Promise<string> {
  const rows = await eventually(async () => {
    const found = await stack.sql<{ id: string }>(
      `SELECT t.id FROM threads t JOIN identities i ON i.contact_id = t.contact_id WHERE i.address = $1`,
      [address],
    );
    expect(found).toHaveLength(1);
    return found;
  });
  return rows[0]?.id ?? '';
}

const thread = async (address: string) =>
  (await entries(stack, await conversationOf(address))) as InboundEntry[];
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesAt = async (url: string, headers = {}) =>
  new Uint8Array(await (await request(url, { headers })).body.arrayBuffer());

describe('Discord, out', () => {
  it('P4, P9, P17: a message is delivered at once; sent is as far as the platform tells', async () => {
    const person = await newPerson();
    const answer = await sendTo(person.address, 'Your **table** is ready.');
    expect([answer.status, answer.body.delivered, answer.body.status]).toEqual([200, true, 'sent']);
    await person.sees((seen) => seen.some(({ text }) => text?.includes('table')));
  });

  it('P13: nobody is written to first', async () => {
    const answer = await sendTo(newChannel(), 'Hello stranger');
    expect([answer.status, answer.body.code]).toEqual([404, 'no_conversation']);
  });

  it('P16: buttons come back as the same action id, and wake the agent in the same thread', async () => {
    const person = await newPerson();
    const text = 'Shall we?\n\n::: actions\n- [Yes](go-yes)\n- [No](go-no)\n:::';
    expect((await sendTo(person.address, text)).body.delivered).toBe(true);
    const seen = await person.sees((all) =>
      all.some(({ buttons }) => buttons?.some(({ id }) => id === 'go-yes')),
    );
    expect(seen.at(-1)?.buttons?.map(({ title }) => title)).toEqual(['Yes', 'No']);
    const { answer } = await person.writes({ press: 'go-yes' });
    expect(answer?.type).toBe(6);
    await eventually(async () => {
      const said = (await thread(person.address)).filter(({ author }) => author === 'user');
      expect(said.at(-1)?.text).toBe('Yes');
    });
    const [row] = await stack.sql<{ fact: { content: { action: { id: string } } } }>(
      `SELECT fact FROM inbound_events WHERE fact->'content'->'action'->>'id' = 'go-yes'`,
    );
    expect(row?.fact.content.action).toEqual({ id: 'go-yes', label: 'Yes' });
    await person.sees((all) => all.length >= 3);
  });

  it('P16: a list is a menu, its rows are actions, and a picture goes as bytes', async () => {
    const person = await newPerson();
    await person.writes('menu');
    const menu = await person.sees((seen) => seen.some(({ type }) => type === 'select'));
    expect(menu.at(-1)?.buttons?.map(({ id }) => id)).toEqual(['photo', 'document', 'hours', 'help']);
    await person.writes({ press: 'document' });
    const seen = await person.sees((all) => all.some(({ type }) => type === 'file'));
    const file = await bytesAt(`${stack.dev.sandboxUrl ?? ''}/files/small.pdf`);
    expect(seen.at(-1)?.media).toMatchObject({ filename: 'small.pdf', sha256: sha256(file) });
  });

  it('P18: a reaction goes out and is taken back; a sent message is edited', async () => {
    const person = await newPerson();
    const sent = await sendTo(person.address, 'Frist version');
    const own = (await thread(person.address)).find(({ author }) => author === 'user');
    const edit = await sendTo(person.address, {
      edit: { messageId: sent.body.messageId, text: 'First version' },
    });
    expect([edit.status, edit.body.delivered]).toEqual([200, true]);
    await person.sees((seen) => seen.some(({ text, edited }) => edited && text === 'First version'));
    const reaction = (emoji: string) => sendTo(person.address, { reaction: { messageId: own?.id, emoji } });
    expect((await reaction('👍')).body.delivered).toBe(true);
    await person.sees((seen) => seen.some(({ type, text }) => type === 'reaction' && text === '👍'));
    expect((await reaction('')).body.delivered).toBe(true);
    await person.sees((seen) => seen.every(({ type }) => type !== 'reaction'));
  });

  it('R6: a file at a stored address arrives whole, one that is too large is told', async () => {
    const person = await newPerson();
    const url = `${stack.dev.sandboxUrl ?? ''}/files/small.jpg`;
    const answer = await sendTo(person.address, { image: { url, caption: 'look' } });
    expect(answer.body.delivered).toBe(true);
    const seen = await person.sees((all) => all.some(({ type }) => type === 'image'));
    expect(seen.at(-1)).toMatchObject({ text: 'look', media: { sha256: sha256(await bytesAt(url)) } });
    const big = await sendTo(person.address, {
      file: { url: `${stack.dev.sandboxUrl ?? ''}/files/big.bin` },
    });
    expect([big.status, big.body.code]).toEqual([413, 'media_too_large']);
  });
});

describe('Discord, in', () => {
  it('R5: a file is an ordinary message with its caption, fetched from its signed address', async () => {
    const person = placeOf(newChannel());
    await person.writes({ media: { file: 'small.jpg', caption: 'my receipt' } });
    const found = await eventually(async () => {
      const entry = (await thread(person.address)).find(({ author }) => author === 'user');
      expect(entry?.media?.[0]?.mediaId).toBeDefined();
      return entry;
    });
    expect(found?.text).toBe('my receipt');
    const path = `${stack.dev.apiUrl}/v1/media/${found?.media[0]?.mediaId ?? ''}/content`;
    const [served, sent] = await Promise.all([
      bytesAt(path, { 'x-api-key': stack.dev.apiKey }),
      bytesAt(`${stack.dev.sandboxUrl ?? ''}/files/small.jpg`),
    ]);
    expect(sha256(served)).toBe(sha256(sent));
  });

  it('P18: reactions, edits and deletions are told of the message they are about', async () => {
    const person = await newPerson();
    const written = await person.writes('tomorow');
    await person.writes({ edit: { messageId: written.id, text: 'tomorrow' } });
    const [greeting] = await person.inbox();
    await person.writes({ reaction: { messageId: greeting?.id, emoji: '🎉' } });
    await eventually(async () => {
      const all = await thread(person.address);
      expect(all.some(({ text }) => text === 'tomorrow')).toBe(true);
      const [reacted] = await stack.sql(
        `SELECT 1 FROM messages WHERE content->>'userReaction' = '🎉' AND thread_id = $1`,
        [await conversationOf(person.address)],
      );
      expect(reacted).toBeDefined();
    });
    await person.writes({ revoke: { messageId: written.id } });
    await eventually(async () => {
      expect((await thread(person.address)).some(({ text }) => text === 'tomorrow')).toBe(false);
    });
  });

  it('P3: a room is one conversation in which everybody is named, a thread another one', async () => {
    const room = placeOf(newChannel());
    await room.writes({ room: { name: 'support' }, author: { name: 'Ada' }, text: 'anybody here?' });
    await room.sees((seen) => seen.length >= 1);
    await room.writes({ room: { name: 'support' }, author: { name: 'Grace' }, text: 'hours' });
    await room.sees((seen) => seen.some(({ text }) => text?.includes('Monday')));
    const rows = await stack.sql<{ name: string; author: { name: string } }>(
      `SELECT fact->>'profileName' AS name, fact->'content'->'author' AS author FROM inbound_events
       WHERE fact->>'address' = $1 AND type = 'message' ORDER BY id`,
      [room.address],
    );
    expect(rows.map(({ name, author }) => [name, author.name])).toEqual([
      ['support', 'Ada'],
      ['support', 'Grace'],
    ]);
    const sub = placeOf(newChannel());
    await sub.writes({
      thread: { name: 'one case', parentId: room.address },
      author: { name: 'Ada' },
      text: 'help',
    });
    await sub.sees((seen) => seen.length >= 1);
    expect(await conversationOf(sub.address)).not.toBe(await conversationOf(room.address));
  });

  it('R2: a command is a message; text that looks like a block stays text; our own echo is nobody’s', async () => {
    const person = await newPerson();
    await person.writes({ command: { name: 'order', options: { item: 'tea' } } });
    const block = '::: actions\n- [Pay](pay)\n:::';
    await person.writes(block);
    await eventually(async () => {
      const said = (await thread(person.address)).filter(({ author }) => author === 'user');
      expect(said.map(({ text }) => text)).toEqual(['hello', '/order item:tea', block]);
    });
  });
});

describe('Discord webhooks', () => {
  const path = '/webhooks/discord/discord-main';
  const secrets = () => stack.dev.secrets['discord'] ?? {};

  function signed(body: string, age = 0): Record<string, string> {
    const prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
    const seed = Buffer.from(secrets()['privateKey'] ?? '', 'hex');
    const key = createPrivateKey({ key: Buffer.concat([prefix, seed]), format: 'der', type: 'pkcs8' });
    const timestamp = String(Math.floor(Date.now() / 1000) - age);
    return {
      'content-type': 'application/json',
      'x-signature-timestamp': timestamp,
      'x-signature-ed25519': sign(null, Buffer.from(timestamp + body), key).toString('hex'),
    };
  }

  const post = async (body: string | Buffer, headers: Record<string, string>) => {
    const answer = await request(`${stack.dev.apiUrl}${path}`, { method: 'POST', body, headers });
    return { status: answer.statusCode, text: await answer.body.text() };
  };

  const press = (more: object = {}) =>
    JSON.stringify({
      id: '1390000000000000001',
      application_id: secrets()['applicationId'],
      type: 3,
      token: 't',
      channel_id: newChannel(),
      user: { id: '200000000000000001', username: 'ada' },
      data: { component_type: 2, custom_id: 'forged-press' },
      ...more,
    });

  it('R1: answers the greeting; wrong, missing, empty, stale and moved signatures are 401', async () => {
    const ping = JSON.stringify({ id: '1', application_id: secrets()['applicationId'], type: 1, token: 't' });
    expect(await post(ping, signed(ping))).toEqual({ status: 200, text: '{"type":1}' });
    const body = press();
    const good = signed(body);
    const wrong: [string, Record<string, string>][] = [
      [body, { ...good, 'x-signature-ed25519': '0'.repeat(128) }],
      [body, { 'content-type': 'application/json' }],
      [body, { ...good, 'x-signature-ed25519': '', 'x-signature-timestamp': '' }],
      [body, signed(body, 3600)],
      [`${body} `, good],
      [body.slice(0, -5), good],
    ];
    for (const [index, [text, headers]] of wrong.entries())
      expect([index, (await post(text, headers)).status]).toEqual([index, 401]);
    const rows = await stack.sql(`SELECT 1 FROM inbound_events WHERE fact::text LIKE '%forged-press%'`);
    expect(rows).toEqual([]);
  });

  it('R1: a replayed press is one; odd bodies and ids are taken and do nothing', async () => {
    const body = press({
      id: '1390000000000000002',
      data: { component_type: 2, custom_id: 'pressed-twice' },
    });
    expect((await post(body, signed(body))).status).toBe(200);
    expect((await post(body, signed(body))).status).toBe(200);
    const rows = await stack.sql(
      `SELECT type FROM inbound_events WHERE fact->'content'->'action'->>'id' = 'pressed-twice'`,
    );
    expect(rows).toHaveLength(1);
    const odd = [
      '[]',
      '"x"',
      '{"a":',
      '\u00ff\u0000',
      press({ channel_id: '../../etc/passwd' }),
      press({ type: 99 }),
    ];
    for (const text of odd) expect((await post(text, signed(text))).status).toBeLessThan(500);
    const large = JSON.stringify({ type: 3, filler: 'x'.repeat(10 * 1024 * 1024) });
    expect([413, 'cut']).toContain(await statusOrCut(post(large, signed(large))));
  });
});

describe('the official client', () => {
  it('B10: @discordjs/rest sends a message and a file through the sandbox', async () => {
    const person = await newPerson();
    const api = `${stack.dev.sandboxUrl ?? ''}/discord/api`;
    const rest = new REST({ api, version: '10' }).setToken(stack.dev.secrets['discord']?.['botToken'] ?? '');
    const route = `/channels/${person.address}/messages` as const;
    const made = (await rest.post(route, { body: { content: 'from the client' } })) as { id: string };
    expect(made.id).toMatch(/^\d{17,20}$/);
    const files = [{ name: 'a.txt', data: Buffer.from('bytes'), contentType: 'text/plain' }];
    await rest.post(route, { body: { content: 'with a file' }, files });
    const seen = await person.inbox();
    expect(seen.map(({ text }) => text)).toEqual(expect.arrayContaining(['from the client', 'with a file']));
    expect(seen.at(-1)?.media).toMatchObject({ filename: 'a.txt', sha256: sha256(Buffer.from('bytes')) });
    await expect(rest.post(route, { body: { content: 'x'.repeat(2001) } })).rejects.toMatchObject({
      code: 50035,
    });
    await expect(rest.post(route, { body: {} })).rejects.toMatchObject({ code: 50006 });
    rest.clearHashSweeper();
    rest.clearHandlerSweeper();
  });
});

describe('Discord faults', () => {
  const fault = (name: string, more: object) =>
    stack.sandbox('POST', '/faults', { body: { kind: 'discord', fault: name, ...more } });

  it('B2: after a limit, an error, a silence or a cut line it is delivered, and once', async () => {
    const faults: [string, object][] = [
      ['throttle', { retryAfter: 0.3 }],
      ['error', {}],
      ['hang', {}],
      ['reset_after_accept', {}],
    ];
    const outcomes = faults.map(async ([name, more]) => {
      const person = await newPerson();
      await fault(name, { address: person.address, ...more });
      const { body } = await sendTo(person.address, 'exactly once');
      await untilStatus(stack, body.messageId, ['sent'], 60_000);
      return [name, (await person.inbox()).filter(({ text }) => text === 'exactly once').length];
    });
    expect(await Promise.all(outcomes)).toEqual(faults.map(([name]) => [name, 1]));
  });

  it('P17: what the platform refuses for good is told by its code', async () => {
    const base = newChannel().slice(0, -5);
    const outcomes = [];
    for (const code of ['50007', '50013']) {
      const person = placeOf(`${base}${code}`);
      await person.writes('hello');
      await conversationOf(person.address);
      const { body } = await sendTo(person.address, 'refused');
      outcomes.push([code, body.code ?? body.reason]);
    }
    expect(outcomes).toEqual([
      ['50007', 'opted_out'],
      ['50013', 'provider_rejected'],
    ]);
  });

  it('keeps the order of more messages than a channel takes in five seconds', async () => {
    const person = await newPerson();
    const texts = Array.from({ length: 9 }, (_, index) => `number ${index}`);
    const messages = texts.map((content) => ({
      channelId: stack.dev.channels['discord'],
      conversationId: person.address,
      content,
    }));
    expect((await stack.api('POST', '/v1/messages/batch', { body: { messages } })).status).toBe(202);
    const seen = await person.sees(
      (all) => all.filter(({ text }) => text?.startsWith('number')).length === 9,
      30_000,
    );
    expect(seen.map(({ text }) => text).filter((text) => text?.startsWith('number'))).toEqual(texts);
  });
});

describe('the Gateway', () => {
  const trouble = (body: object) => stack.sandbox('POST', '/discord/control/gateway', { body });
  const gateway = async () => {
    const { body } = await stack.sandbox<
      { kind: string; gateway: { resumed: number; identified: number } }[]
    >('GET', '/accounts');
    return body.find(({ kind }) => kind === 'discord')?.gateway ?? { resumed: 0, identified: 0 };
  };

  const stored = async (address: string) =>
    (
      await stack.sql<{ text: string }>(
        `SELECT fact->'content'->>'text' AS text FROM inbound_events
         WHERE fact->>'address' = $1 AND type = 'message' ORDER BY id`,
        [address],
      )
    ).map(({ text }) => text);

  it.each([
    ['drop', {}],
    ['reconnect', {}],
    ['close', { code: 4000 }],
  ])(
    'R2: a gateway cut by %s in the middle of 50 messages loses none and repeats none',
    async (what, more) => {
      const person = await newPerson();
      const before = await gateway();
      await trouble({ do: what, after: 20, ...more });
      const texts = Array.from({ length: 50 }, (_, index) => `line ${index}`);
      for (const text of texts) await person.writes(text);
      await eventually(async () => expect((await stored(person.address)).slice(1)).toEqual(texts), {
        timeoutMs: 20_000,
      });
      expect((await gateway()).resumed).toBe(before.resumed + 1);
    },
  );

  it('R2: a lost session is followed by a new one, which finds what was written in between', async () => {
    const person = await newPerson();
    const before = await gateway();
    await trouble({ do: 'invalid_session' });
    const texts = ['while away 1', 'while away 2'];
    for (const text of texts) await person.writes({ text, unheard: true });
    await eventually(async () => expect((await gateway()).identified).toBe(before.identified + 1), {
      timeoutMs: 20_000,
    });
    await person.writes('back again');
    await eventually(async () =>
      expect((await stored(person.address)).slice(1)).toEqual([...texts, 'back again']),
    );
  });

  it('B10: a bot whose token is refused pauses its channel, and nobody else', async () => {
    const channelId = 'discord-refused';
    const { publicKey } = stack.dev.secrets['discord'] ?? {};
    const made = await stack.api('POST', '/v1/channels', {
      body: {
        id: channelId,
        kind: 'discord',
        agentId: stack.dev.agentId,
        name: 'Refused',
        credentials: {
          applicationId: '1200000000000000777',
          publicKey,
          botToken: 'not-the-token',
          baseUrl: `${stack.dev.sandboxUrl ?? ''}/discord/api/v10`,
        },
      },
    });
    expect(made.status).toBe(201);
    await eventually(async () => {
      const paused = await stack.sql(
        `SELECT channel_id, pause_reason FROM channel_rates WHERE paused_until > now() AND pause_reason IS NOT NULL`,
      );
      expect(paused).toEqual([{ channel_id: channelId, pause_reason: expect.stringContaining('401') }]);
    });
  });

  it('B10: a dispatch told twice is one message, one told late is not lost', async () => {
    const person = await newPerson();
    const fault = (name: string) =>
      stack.sandbox('POST', '/faults', { body: { kind: 'discord', fault: name, address: person.address } });
    await fault('duplicate_webhook');
    for (const text of ['only once', 'and then']) await person.writes(text);
    await fault('out_of_order');
    for (const text of ['late', 'early']) await person.writes(text);
    const expected = ['only once', 'and then', 'early', 'late'];
    await eventually(async () => expect((await stored(person.address)).slice(1)).toEqual(expected));
  });
});
