import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { request } from 'undici';
import { bytesAt, newUser, sha256, slackOf } from './support/slack.js';

let stack: Stack;
let slack: ReturnType<typeof slackOf>;
beforeAll(async () => {
  stack = await startStack();
  slack = slackOf(stack);
});
afterAll(() => stack.stop());

describe('Slack, out', () => {
  it('P4, P9, P17: a message is delivered at once, with our reference; sent is as far as the platform tells', async () => {
    const person = await slack.newPerson();
    const { status, body } = await slack.sendTo(person.address, 'Your **table** is <ready> & set.');
    expect([status, body.delivered, body.status]).toEqual([200, true, 'sent']);
    const seen = await person.sees((all) => all.length === 2);
    expect(seen.at(-1)?.text).toBe('Your *table* is &lt;ready&gt; &amp; set.');
    expect(seen.at(-1)?.raw.metadata?.event_payload.call_ref).toMatch(/^\d+:\d+$/);
  });

  it('P13: people who never wrote and rooms the app belongs to may be cold; others are told by their code', async () => {
    const stranger = slack.placeOf(newUser());
    expect((await slack.cold(stranger.address, 'Hello stranger')).delivered).toBe(true);
    expect((await stranger.inbox()).map(({ text }) => text)).toEqual(['Hello stranger']);
    expect((await slack.cold('C0GENERAL', 'Hello room')).delivered).toBe(true);
    const refused = ['C0STRANGE', 'C0ARCHIVE', 'C0NOTICES', 'C0UNKNOWN', newUser('NOBODY'), newUser('ROBOT')];
    for (const address of refused) {
      expect([address, (await slack.cold(address, 'Not to be seen')).code]).toEqual([
        address,
        'provider_rejected',
      ]);
    }
  });

  it('P16: buttons come back as the same action id, and wake the agent in the same thread', async () => {
    const person = await slack.newPerson();
    const text = 'Shall we?\n\n::: actions\n- [Yes](go-yes)\n- [No](go-no)\n:::';
    expect((await slack.sendTo(person.address, text)).body.delivered).toBe(true);
    const seen = await person.sees((all) => all.length === 2);
    expect(seen.at(-1)?.buttons?.map(({ id, title }) => [id, title])).toEqual([
      ['go-yes', 'Yes'],
      ['go-no', 'No'],
    ]);
    await person.writes({ press: 'go-yes' });
    await eventually(async () => expect((await slack.said(person.address)).at(-1)?.text).toBe('Yes'));
    const [row] = await stack.sql<{ fact: { content: object; replyTo: string[] } }>(
      `SELECT fact FROM inbound_events WHERE fact->'content'->'action'->>'id' = 'go-yes'`,
    );
    expect(row?.fact).toMatchObject({
      content: { action: { id: 'go-yes', label: 'Yes' } },
      replyTo: [seen.at(-1)?.id],
    });
    await person.sees((all) => all.length >= 3);
  });

  it('P16: a list is a menu whose options are actions; links are buttons; cards have a picture', async () => {
    const person = await slack.newPerson();
    await person.writes('menu');
    const menu = await person.sees((all) =>
      all.some(({ buttons }) => buttons?.[0]?.type === 'static_select'),
    );
    expect(menu.at(-1)?.buttons?.map(({ id }) => id)).toEqual(['photo', 'document', 'hours', 'help']);
    await person.writes({ press: 'document' });
    const seen = await person.sees((all) => all.some(({ type }) => type === 'file'));
    const pdf = sha256(await bytesAt(slack.fileUrl('small.pdf')));
    expect(seen.at(-1)).toMatchObject({
      text: 'Here is a document.',
      media: { filename: 'small.pdf', sha256: pdf },
    });
    await slack.sendTo(person.address, 'Read this\n\n::: links\n[The page](https://a.test/x)\n:::');
    const link = await person.sees((all) => all.some(({ buttons }) => buttons?.[0]?.type === 'url'));
    expect(link.at(-1)?.buttons).toEqual([
      expect.objectContaining({ title: 'The page', url: 'https://a.test/x' }),
    ]);
    await person.writes({ press: 'https://a.test/x' });
    const item = `::: horizontal-list-item\n![i](${slack.fileUrl('small.jpg')})\n# One\n## first\n:::`;
    const cards = await slack.sendTo(person.address, item);
    expect(cards.body.delivered).toBe(true);
    expect((await slack.said(person.address)).some(({ text }) => text === 'The page')).toBe(false);
  });

  it('R6, T4: a picture is shown from its address or uploaded, other files are uploaded, too large ones are told', async () => {
    const person = await slack.newPerson();
    const jpg = sha256(await bytesAt(slack.fileUrl('small.jpg')));
    expect(
      (await slack.sendTo(person.address, { image: { url: slack.fileUrl('small.jpg'), caption: 'look' } }))
        .body.delivered,
    ).toBe(true);
    const shown = await person.sees((all) => all.length === 2);
    expect(shown.at(-1)).toMatchObject({
      text: 'look',
      media: { type: 'image', url: slack.fileUrl('small.jpg') },
    });
    // Slack does not show what is no picture: the bytes go as they are.
    await slack.sendTo(person.address, { image: { url: slack.fileUrl('small.pdf') } });
    const sent = await person.sees((all) => all.some(({ type }) => type === 'file'));
    expect(sent.at(-1)?.media?.sha256).toBe(sha256(await bytesAt(slack.fileUrl('small.pdf'))));
    const upload = await request(`${stack.dev.apiUrl}/v1/media?filename=photo.jpg`, {
      method: 'POST',
      headers: { 'x-api-key': stack.dev.apiKey, 'content-type': 'image/jpeg' },
      body: Buffer.from(await bytesAt(slack.fileUrl('small.jpg'))),
    });
    const { id, mediaId = id } = (await upload.body.json()) as { id?: string; mediaId?: string };
    const stranger = slack.placeOf(newUser());
    expect((await slack.cold(stranger.address, { image: { mediaId, caption: 'stored' } })).delivered).toBe(
      true,
    );
    expect((await stranger.inbox()).at(-1)).toMatchObject({ text: 'stored', media: { sha256: jpg } });
    const big = await slack.sendTo(person.address, { file: { url: slack.fileUrl('big.bin') } });
    expect([big.status, big.body.code]).toEqual([413, 'media_too_large']);
  });

  it('P18: a reaction goes out and is taken back; a message that was sent is edited', async () => {
    const person = await slack.newPerson();
    const sent = await slack.sendTo(person.address, 'Frist version');
    const { messageId } = sent.body;
    const edit = await slack.sendTo(person.address, { edit: { messageId, text: 'First version' } });
    expect([edit.status, edit.body.delivered]).toEqual([200, true]);
    await person.sees((all) =>
      all.some(({ text, editedTs }) => editedTs !== undefined && text === 'First version'),
    );
    const reaction = (emoji: string) => slack.sendTo(person.address, { reaction: { messageId, emoji } });
    expect((await reaction('🎉')).body.delivered).toBe(true);
    await person.sees((all) => all.at(-1)?.reactions?.[0]?.name === 'tada');
    expect((await reaction('🎉')).body.delivered).toBe(true);
    expect((await reaction('')).body.delivered).toBe(true);
    await person.sees((all) => all.at(-1)?.reactions === undefined);
    expect((await reaction('𓂀')).body.code).toBe('provider_rejected');
  });
});

describe('Slack, in', () => {
  it('P2, P3: a reply wakes the agent in the same thread', async () => {
    const person = slack.placeOf(newUser());
    const asked = await slack.cold(person.address, 'Shall we keep Friday?');
    await person.writes('hours');
    const all = await eventually(async () => {
      const found = await slack.thread(person.address);
      expect(found.length).toBeGreaterThanOrEqual(3);
      return found;
    });
    expect(all.slice(0, 2).map(({ author, text }) => [author, text])).toEqual([
      ['agent', 'Shall we keep Friday?'],
      ['user', 'hours'],
    ]);
    expect(asked.conversationId).toBe(await slack.conversationOf(person.address));
  });

  it('R5: a file is an ordinary message with its caption; one of another company is looked up, one elsewhere is left', async () => {
    const person = slack.placeOf(newUser());
    await person.writes({ media: { file: 'small.jpg', caption: 'my receipt' } });
    await person.writes({ media: { file: 'small.pdf', caption: 'theirs', connect: true } });
    await person.writes({ media: { file: 'small.mp3', caption: 'elsewhere', external: true } });
    const found = await eventually(async () => {
      const all = await slack.said(person.address);
      expect(
        all.map(({ text, media }) => [text, media?.[0]?.mediaId !== undefined, media?.[0]?.error]),
      ).toEqual([
        ['my receipt', true, undefined],
        ['theirs', true, undefined],
        ['elsewhere', false, expect.stringContaining('not stored at Slack')],
      ]);
      return all;
    });
    const names = ['small.jpg', 'small.pdf'];
    for (const [index, name] of names.entries()) {
      const path = `${stack.dev.apiUrl}/v1/media/${found[index]?.media[0]?.mediaId ?? ''}/content`;
      const served = await bytesAt(path, { 'x-api-key': stack.dev.apiKey });
      expect(sha256(served)).toBe(sha256(await bytesAt(slack.fileUrl(name))));
    }
  });

  it('P18: reactions, edits and deletions are told of the message they are about', async () => {
    const person = await slack.newPerson();
    const written = await person.writes('tomorow');
    await person.writes({ edit: { messageId: written.id, text: 'tomorrow' } });
    const [greeting] = await person.inbox();
    await person.writes({ reaction: { messageId: greeting?.id, emoji: '🎉' } });
    await eventually(async () => {
      expect((await slack.said(person.address)).some(({ text }) => text === 'tomorrow')).toBe(true);
      const rows = await stack.sql(
        `SELECT 1 FROM messages WHERE content->>'userReaction' = '🎉' AND thread_id = $1`,
        [await slack.conversationOf(person.address)],
      );
      expect(rows).toHaveLength(1);
    });
    await person.writes({ revoke: { messageId: written.id } });
    await eventually(async () =>
      expect((await slack.said(person.address)).some(({ text }) => text === 'tomorrow')).toBe(false),
    );
  });

  it('T2, P3, P18: a room is one conversation in which everybody is named, a thread another, answered in its place', async () => {
    const room = slack.placeOf('C0PROJECT');
    const first = await room.writes({
      text: 'anybody here?',
      mention: true,
      user: 'U0ADA00',
      profile: { name: 'Ada' },
    });
    await room.sees((all) => all.length === 1);
    await room.writes({ text: 'hours', user: 'U0GRACE', profile: { name: 'Grace' } });
    await room.sees((all) => all.some(({ text }) => text?.includes('Monday')));
    const rows = await stack.sql<{ id: string; author: object; text: string }>(
      `SELECT event_id AS id, fact->'content'->'author' AS author, fact->'content'->>'text' AS text FROM inbound_events
       WHERE fact->>'address' = 'C0PROJECT' AND type = 'message' ORDER BY inbound_events.id`,
    );
    expect(rows).toEqual([
      { id: first.id, author: { id: 'U0ADA00', name: 'Ada' }, text: 'anybody here?' },
      { id: expect.any(String), author: { id: 'U0GRACE', name: 'Grace' }, text: 'hours' },
    ]);
    const [greeting] = await room.inbox();
    await room.writes({ reaction: { messageId: greeting?.id, emoji: 'party_parrot' }, user: 'U0GRACE' });
    await eventually(async () => {
      const found = await stack.sql(
        `SELECT 1 FROM messages WHERE content->>'userReaction' = ':party_parrot:'`,
      );
      expect(found).toHaveLength(1);
    });
    const sub = slack.placeOf(`C0PROJECT:${first.ts}`);
    await sub.writes({ text: 'help', user: 'U0ADA00' });
    const [answer] = await sub.sees((all) => all.length === 1);
    expect(answer?.threadTs).toBe(first.ts);
    expect(await slack.conversationOf(sub.address)).not.toBe(await slack.conversationOf(room.address));
  });

  it('R2: a command is answered to the person; text that looks like a block stays text; our own echo is nobody’s', async () => {
    const person = await slack.newPerson();
    await person.writes({ command: { name: '/order', text: 'tea' } });
    const block = '::: actions\n- [Pay](pay)\n:::';
    await person.writes(block);
    await eventually(async () => {
      expect((await slack.said(person.address)).map(({ text }) => text)).toEqual([
        'hello',
        '/order tea',
        block,
      ]);
    });
    await person.sees((all) => all.length >= 3);
    expect((await slack.said(person.address)).length).toBe(3);
  });
});
