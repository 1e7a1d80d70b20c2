import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { createHash } from 'node:crypto';
import { request } from 'undici';
import { entries, send, untilStatus, type Entry } from './support/messages.js';
import { personOf } from './support/people.js';

interface Seen {
  id: string;
  type: string;
  text: string | null;
  edited?: boolean;
  thread?: string | null;
  buttons?: { id: string; title: string; type: string; url?: string }[];
  media?: { type: string; filename?: string; sha256?: string };
}

interface InboundEntry extends Entry {
  media: { mediaId?: string; filename?: string }[];
}

interface Logged {
  address: string;
  operation: string;
  request: { region: string; name?: string };
  answer: { status: number; body: unknown } | null;
}

let stack: Stack;
beforeAll(async () => void (stack = await startStack()));
afterAll(() => stack.stop());

let last = 1000;
const newChat = (): string => `a:1qhNLqpUtmuI6U35gzjsJn7uRnCkW8NiZAL-${(last += 1)}`;
const newRoom = (): string => `19:3629591d4b774aa08cb0887902${(last += 1)}@thread.tacv2`;

/** A conversation from the side of the people in it. */
function placeOf(address: string) {
  const { inbox, writes, sees } = personOf(stack, 'teams', address);
  return {
    address,
    inbox: inbox as unknown as () => Promise<Seen[]>,
    writes: (what: string | object): Promise<{ id: string; thread?: string }> => writes(what),
    sees: sees as unknown as (check: (inbox: Seen[]) => boolean, timeoutMs?: number) => Promise<Seen[]>,
  };
}

type Place = ReturnType<typeof placeOf>;

/** A person who has written and was greeted. */
async function newPerson(): Promise<Place> {
  const person = placeOf(newChat());
  await person.writes('hello');
  await person.sees((seen) => seen.length === 1);
  return person;
}

const wait = { prefer: 'wait=10' };
const sendTo = (address: string, content: unknown, more: object = {}) =>
  send(stack, { channelId: stack.dev.channels['teams'], conversationId: address, content, ...more }, wait);

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
const said = async (address: string) => (await thread(address)).filter(({ author }) => author === 'user');
const journal = async (address: string): Promise<Logged[]> =>
  (await stack.sandbox<Logged[]>('GET', '/journal?kind=teams&since=0')).body.filter(
    (each) => each.address === address,
  );
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesAt = async (url: string, headers = {}) =>
  new Uint8Array(await (await request(url, { headers })).body.arrayBuffer());
const file = (name: string): string => `${stack.dev.sandboxUrl ?? ''}/files/${name}`;

describe('Teams, out', () => {
  it('P4, P9, P17: a message is delivered at once, and told as read when it is', async () => {
    const person = await newPerson();
    const answer = await sendTo(person.address, 'Your **table** is ready, <Ada> & co.');
    expect([answer.status, answer.body.delivered, answer.body.status]).toEqual([200, true, 'sent']);
    const seen = await person.sees((all) => all.length === 2);
    expect(seen[1]?.text).toBe('Your **table** is ready, &lt;Ada> &amp; co.');
    await stack.sandbox('POST', `/people/teams/${person.address}/read`, { body: {} });
    await untilStatus(stack, answer.body.messageId, ['read']);
    // What came before it was read with it.
    await eventually(async () => {
      const all = await thread(person.address);
      expect(all.find(({ author }) => author === 'agent')?.status).toBe('read');
    });
  });

  it('P13: nobody is written to first', async () => {
    const answer = await sendTo(newChat(), 'Hello stranger');
    expect([answer.status, answer.body.code]).toEqual([404, 'no_conversation']);
  });

  it('P16, P2: buttons come back as the same action id, with their label, in the same thread', async () => {
    const person = await newPerson();
    const text = 'Shall we?\n\n::: actions\n- [Yes](go-yes)\n- [No](go-no)\n:::';
    const sent = await sendTo(person.address, text);
    expect(sent.body.delivered).toBe(true);
    const seen = await person.sees((all) => all.some(({ type }) => type === 'card'));
    expect(seen.at(-1)).toMatchObject({ text: 'Shall we?', buttons: [{ title: 'Yes' }, { title: 'No' }] });
    await person.writes({ press: 'go-yes' });
    await eventually(async () => expect((await said(person.address)).at(-1)?.text).toBe('Yes'));
    const [row] = await stack.sql<{ fact: { content: object; replyTo: string[] } }>(
      `SELECT fact FROM inbound_events WHERE fact->'content'->'action'->>'id' = 'go-yes'`,
    );
    expect(row?.fact).toMatchObject({
      content: { action: { id: 'go-yes', label: 'Yes' } },
      replyTo: [seen.at(-1)?.id],
    });
    await person.sees((all) => all.length >= 3);
    expect(await conversationOf(person.address)).toBe(sent.body.conversationId);
  });

  it('P16: a menu is a card, its rows are actions; a document is a link', async () => {
    const person = await newPerson();
    await person.writes('menu');
    const menu = await person.sees((seen) => seen.some(({ buttons }) => (buttons?.length ?? 0) >= 4));
    expect(menu.at(-1)?.buttons?.map(({ id }) => id)).toEqual(['photo', 'document', 'hours', 'help']);
    await person.writes({ press: 'document' });
    await person.sees((seen) => seen.some(({ text }) => text?.includes('small.pdf')));
    await person.writes({ press: 'photo' });
    await person.sees((seen) => seen.some(({ media }) => media?.type === 'image'));
  });

  it('P16: items beside each other are cards of a carousel with a picture and a button each', async () => {
    const person = await newPerson();
    const item = (title: string) =>
      `::: horizontal-list-item\n![](${file('small.jpg')})\n# ${title}\n## With a *view*\n:::`;
    expect(
      (await sendTo(person.address, `Rooms\n\n${item('Suite')}\n\n${item('Loft')}`)).body.delivered,
    ).toBe(true);
    const seen = await person.sees((all) => all.some(({ type }) => type === 'card'));
    expect(seen.slice(1).map(({ text }) => text)).toEqual([
      'Rooms',
      'Suite\nWith a *view*\nLoft\nWith a *view*',
    ]);
    const card = seen.at(-1);
    expect(card?.buttons).toHaveLength(2);
    await person.writes({ press: card?.buttons?.[1]?.id });
    await person.sees((all) => all.length >= 4);
  });

  it('R6: a picture arrives whole, as part of the message; one that is too large is told', async () => {
    const person = await newPerson();
    const answer = await sendTo(person.address, { image: { url: file('small.jpg') } });
    expect(answer.body.delivered).toBe(true);
    const seen = await person.sees((all) => all.some(({ type }) => type === 'image'));
    expect(seen.at(-1)?.media?.sha256).toBe(sha256(await bytesAt(file('small.jpg'))));
    const big = await sendTo(person.address, { image: { url: file('big.bin') } });
    expect([big.status, big.body.code]).toEqual([413, 'media_too_large']);
    const wrong = await sendTo(person.address, { image: { url: file('small.pdf') } });
    expect([wrong.status, wrong.body.code]).toEqual([502, 'provider_rejected']);
  });

  it('P18: a sent message is edited; reactions do not go out', async () => {
    const person = await newPerson();
    const sent = await sendTo(person.address, 'Frist version');
    const edit = { edit: { messageId: sent.body.messageId, text: 'First version' } };
    expect((await sendTo(person.address, edit)).body.delivered).toBe(true);
    await person.sees((seen) => seen.some(({ text, edited }) => edited === true && text === 'First version'));
    const own = (await said(person.address))[0];
    const reaction = await sendTo(person.address, { reaction: { messageId: own?.id, emoji: '👍' } });
    expect([reaction.status, reaction.body.code]).toEqual([409, 'not_supported']);
  });
});

describe('Teams, in', () => {
  it('R5: an uploaded file and a picture in the text are ordinary messages; the API serves the same bytes', async () => {
    const person = placeOf(newChat());
    await person.writes({ media: { file: 'small.pdf' } });
    await person.writes({ text: 'look', media: { file: 'small.jpg', inline: true } });
    const found = await eventually(async () => {
      const all = await said(person.address);
      expect(all.map(({ media }) => media[0]?.mediaId !== undefined)).toEqual([true, true]);
      return all;
    });
    expect([found[0]?.media[0]?.filename, found[1]?.text]).toEqual(['small.pdf', 'look']);
    for (const [index, name] of ['small.pdf', 'small.jpg'].entries()) {
      const path = `${stack.dev.apiUrl}/v1/media/${found[index]?.media[0]?.mediaId ?? ''}/content`;
      const served = await bytesAt(path, { 'x-api-key': stack.dev.apiKey });
      expect(sha256(served)).toBe(sha256(await bytesAt(file(name))));
    }
  });

  it('P18: reactions, edits and deletions are told of the message they are about', async () => {
    const person = await newPerson();
    const written = await person.writes('tomorow');
    await person.writes({ edit: { messageId: written.id, text: 'tomorrow' } });
    const reactions = async (emoji: string) =>
      stack.sql(`SELECT 1 FROM messages WHERE content->>'userReaction' = $1 AND thread_id = $2`, [
        emoji,
        await conversationOf(person.address),
      ]);
    const [greeting] = await person.inbox();
    await person.writes({ reaction: { messageId: greeting?.id, type: 'heart' } });
    await eventually(async () => {
      expect((await said(person.address)).at(-1)?.text).toBe('tomorrow');
      expect(await reactions('❤️')).toHaveLength(1);
    });
    await person.writes({ reaction: { messageId: greeting?.id, type: 'heart', remove: true } });
    await person.writes({ revoke: written.id });
    await eventually(async () => {
      expect((await said(person.address)).some(({ text }) => text === 'tomorrow')).toBe(false);
      expect(await reactions('❤️')).toHaveLength(0);
    });
  });

  it('P3: a thread of a channel is one conversation in which everybody is named, and is answered there', async () => {
    const chat = newRoom();
    const ada = { from: '29:ada', profile: { name: 'Ada' } };
    const first = await placeOf(chat).writes({ ...ada, text: 'anybody here?' });
    const inThread = placeOf(`${chat}:${first.thread ?? ''}`);
    await inThread.sees((seen) => seen.length === 1);
    await inThread.writes({ from: '29:grace', profile: { name: 'Grace' }, text: 'hours' });
    const seen = await inThread.sees((all) => all.some(({ text }) => text?.includes('Monday')));
    expect(new Set(seen.map((each) => each.thread))).toEqual(new Set([first.thread]));
    const rows = await stack.sql<{ author: { name: string }; text: string }>(
      `SELECT fact->'content'->'author' AS author, fact->'content'->>'text' AS text FROM inbound_events
       WHERE fact->>'address' = $1 AND type = 'message' ORDER BY id`,
      [inThread.address],
    );
    expect(rows).toEqual([
      { author: { id: '29:ada', name: 'Ada' }, text: 'anybody here?' },
      { author: { id: '29:grace', name: 'Grace' }, text: 'hours' },
    ]);
    expect((await sendTo(inThread.address, 'Into the thread')).body.delivered).toBe(true);
    await inThread.sees((all) => all.some(({ text }) => text === 'Into the thread'));
    const other = await placeOf(chat).writes({ ...ada, text: 'another matter' });
    expect(await conversationOf(`${chat}:${other.thread ?? ''}`)).not.toBe(
      await conversationOf(inThread.address),
    );
  });

  it('P3: a group is one conversation under its own name', async () => {
    const group = placeOf(`19:2da4c29f6d7041eca70b638b43d45437${(last += 1)}@thread.v2`);
    await group.writes({ from: '29:ada', profile: { name: 'Ada' }, text: 'hours' });
    await group.sees((seen) => seen.some(({ text }) => text?.includes('Monday')));
    const [row] = await stack.sql<{ fact: object }>(
      `SELECT fact FROM inbound_events WHERE fact->>'address' = $1 AND type = 'message'`,
      [group.address],
    );
    const content = { text: 'hours', author: { id: '29:ada', name: 'Ada' } };
    expect(row?.fact).toMatchObject({ content, profileName: expect.stringMatching(/^Group/) as unknown });
  });

  it('B5: removing the app is a stop that outlives a backlog; installing it anew undoes it', async () => {
    const person = await newPerson();
    await person.writes({ installation: 'remove' });
    await eventually(async () => {
      const { body } = await sendTo(person.address, 'too late');
      expect(body.code).toBe('opted_out');
    });
    await person.writes({ installation: 'add' });
    await eventually(async () =>
      expect((await sendTo(person.address, 'Welcome back')).body.delivered).toBe(true),
    );
    expect((await person.inbox()).map(({ text }) => text)).not.toContain('too late');
  });

  it('R2: a button that asks is answered at once and is a message; text that looks like a block stays text', async () => {
    const person = await newPerson();
    const action = { type: 'Action.Execute', title: 'Go on', data: { skeinAction: 'go-on' } };
    await person.writes({ invoke: { name: 'adaptiveCard/action', value: { action } } });
    await person.writes({ invoke: { name: 'task/fetch', value: {} } });
    await person.writes({
      raw: { type: 'message', id: '1795000000001', text: 'echo', from: { id: '28:another-bot' } },
    });
    const block = '::: actions\n- [Pay](pay)\n:::';
    await person.writes(block);
    await eventually(async () => {
      expect((await said(person.address)).map(({ text }) => text)).toEqual(['hello', 'Go on', block]);
    });
    const answers = (await journal(person.address)).filter(({ operation }) => operation === 'invoke');
    expect(answers.map(({ answer }) => answer?.body)).toEqual([
      '{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":""}',
      '{}',
    ]);
  });
});

describe('where a conversation of Teams is served', () => {
  it('is what its last activity said: after a move the answer goes to the new place', async () => {
    const person = await newPerson();
    const regions = async () =>
      (await journal(person.address))
        .filter(({ operation }) => operation === 'send')
        .map((each) => each.request.region);
    expect(await regions()).toEqual(['amer']);
    await person.writes({ region: 'emea', text: 'hours' });
    await person.sees((seen) => seen.length === 2);
    expect((await sendTo(person.address, 'Found you')).body.delivered).toBe(true);
    expect(await regions()).toEqual(['amer', 'emea', 'emea']);
    // What is only noted moves nothing; every other activity does, not only messages.
    await person.writes({ region: 'apac', raw: { type: 'typing' } });
    expect((await sendTo(person.address, 'Not there')).body.code).toBe('provider_rejected');
    await person.writes({ reaction: { type: 'like' } });
    await eventually(async () =>
      expect((await sendTo(person.address, 'Found again')).body.delivered).toBe(true),
    );
  });
});
