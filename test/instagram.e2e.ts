import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, type Stack } from '@skein/testing';
import { send, untilStatus } from './support/messages.js';
import { bytesAt, MetaSide, sha256 } from './support/meta.js';

let stack: Stack;
let insta: MetaSide;
beforeAll(async () => {
  // Provider calls end after 0.4 of the lease, so that an unknown outcome is known to be unknown within seconds.
  stack = await startStack({ env: { SKEIN_CALL_LEASE_MS: '3000', SKEIN_SWEEP_MS: '300' } });
  insta = new MetaSide(stack, 'instagram');
});
afterAll(() => stack.stop());

interface Journaled {
  operation: string;
  address: string | null;
  request: Record<string, unknown>;
}

const journal = async (address?: string): Promise<Journaled[]> => {
  const { body } = await stack.sandbox<Journaled[]>('GET', '/journal?kind=instagram');
  return address === undefined ? body : body.filter((entry) => entry.address === address);
};

describe('Instagram, out', () => {
  it('P2, P4, P17: is sent now, and read when the person reads; delivery is never told', async () => {
    const person = await insta.person();
    const answer = await insta.sendTo(person.address, 'Shall we keep Friday?');
    expect([answer.status, answer.body.delivered, answer.body.status]).toEqual([200, true, 'sent']);
    const unread = await insta.sendTo(person.address, 'And Saturday?');
    const asked = (await person.inbox()).find(({ text }) => text === 'Shall we keep Friday?');
    await stack.sandbox('POST', `/people/instagram/${person.address}/read`, { body: { upTo: asked?.id } });
    await untilStatus(stack, answer.body.messageId, ['read']);
    await untilStatus(stack, unread.body.messageId, ['sent']);
    await person.writes('yes please');
    await eventually(async () => {
      const all = await insta.thread(person.address);
      expect(all.at(5)?.text).toContain('You are answering: "And Saturday?"');
    });
    const sent = (await journal(person.address)).filter(({ operation }) => operation === 'send');
    expect(sent[1]?.request).toEqual({
      recipient: { id: person.address },
      message: { text: 'Shall we keep Friday?' },
    });
  });

  it('P13: nobody is written to first', async () => {
    const stranger = insta.stranger();
    const answer = await insta.sendTo(stranger.address, 'Hello stranger');
    expect([answer.status, answer.body.code]).toEqual([404, 'no_conversation']);
    const to = { target: `instagram:${stranger.address}` };
    const target = await send(stack, { to, text: 'Hello' }, { prefer: 'wait=10' });
    expect([target.status, target.body.code]).toEqual([404, 'no_conversation']);
  });

  it('P16, R6: buttons and cards come back as the same action ids', async () => {
    const person = await insta.person();
    const text = 'Shall we?\n\n::: actions\n- [Yes](go-yes)\n- [No](go-no)\n:::';
    expect((await insta.sendTo(person.address, text)).body.delivered).toBe(true);
    const cards = `::: horizontal-list-item\n![](${insta.fileUrl('small.jpg')})\n# Suite\n## With a view\n:::`;
    expect((await insta.sendTo(person.address, cards)).body.delivered).toBe(true);
    await person.sees((inbox) => inbox.some(({ type }) => type === 'generic'));
    await person.writes({ press: 'Yes' });
    await eventually(async () => {
      const [, press] = await insta.facts(person.address, 'message');
      expect(press).toMatchObject({ content: { action: { id: 'go-yes', label: 'Yes' } } });
      expect(await insta.said(person.address)).toEqual(['hello', 'Yes']);
    });
  });

  it('R6: texts in pieces of 1000 octets, files as the platform takes them', async () => {
    const person = await insta.person();
    expect((await insta.sendTo(person.address, 'é '.repeat(700))).body.delivered).toBe(true);
    const texts = (await person.texts()).filter((text) => text.startsWith('é'));
    expect(texts.length).toBeGreaterThan(1);
    expect(Math.max(...texts.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(1000);
    await insta.sendTo(person.address, { image: { url: insta.fileUrl('small.jpg') } });
    const mediaId = await insta.upload('small.pdf', 'application/pdf');
    await insta.sendTo(person.address, { file: { mediaId } });
    const seen = await person.sees((inbox) => inbox.at(-1)?.type === 'file');
    expect(seen.at(-2)?.media?.sha256).toBe(sha256(await bytesAt(insta.fileUrl('small.jpg'))));
    expect(seen.at(-1)?.media?.sha256).toBe(sha256(await bytesAt(insta.fileUrl('small.pdf'))));
    const upload = (await journal()).find(({ operation }) => operation === 'upload');
    expect(upload?.request).toMatchObject({ message: { attachment: { type: 'file' } } });
  });

  it('P18: reacts to what a person wrote, and takes it back', async () => {
    const person = await insta.person();
    const { body } = await insta.sendTo(person.address, 'Look');
    const react = (emoji: string) =>
      insta.sendTo(person.address, { reaction: { messageId: body.messageId, emoji } });
    expect((await react('❤️')).body.delivered).toBe(true);
    expect((await react('')).body.delivered).toBe(true);
    const reactions = (await person.inbox()).filter(({ type }) => type === 'reaction');
    expect(reactions.map(({ raw }) => [raw['sender_action'], raw['payload']])).toMatchObject([
      ['react', { reaction: 'love' }],
      ['unreact', {}],
    ]);
  });
});

describe('Instagram, in', () => {
  it('R5: a picture is an ordinary message whose bytes the api serves', async () => {
    const person = insta.stranger();
    await person.writes({ media: { file: 'small.jpg' } });
    const found = await eventually(async () => {
      const [entry] = await insta.thread(person.address);
      expect(entry?.media?.[0]?.mediaId).toBeDefined();
      return entry;
    });
    const url = `${stack.dev.apiUrl}/v1/media/${found?.media[0]?.mediaId ?? ''}/content`;
    const served = await bytesAt(url, { 'x-api-key': stack.dev.apiKey });
    expect(sha256(served)).toBe(sha256(await bytesAt(insta.fileUrl('small.jpg'))));
  });

  it('R2: hearts, stories and shares are messages; what is only pointed to is not fetched', async () => {
    const person = await insta.person();
    await person.writes({ likeHeart: true });
    await person.writes({ story: { text: 'Nice one' } });
    await person.writes({ share: { type: 'ig_reel', url: insta.fileUrl('small.mp4'), title: 'STOP' } });
    await person.writes({ storyMention: { url: insta.fileUrl('small.jpg') } });
    await eventually(async () => expect(await insta.facts(person.address, 'message')).toHaveLength(5));
    const [, heart, story, reel, mention] = await insta.facts(person.address, 'message');
    expect(heart).toMatchObject({ content: { text: '❤️' } });
    expect(story).toMatchObject({
      content: { text: 'Nice one', data: { story: { id: expect.any(String) } } },
    });
    expect(reel).toMatchObject({
      content: { data: { shared: [{ type: 'ig_reel', url: insta.fileUrl('small.mp4') }] } },
    });
    expect(mention).toMatchObject({ content: { data: { shared: [{ type: 'story_mention' }] } } });
    expect(await insta.facts(person.address, 'consent')).toEqual([]);
    expect(await stack.sql(`SELECT 1 FROM media WHERE mime_type LIKE 'video%'`)).toEqual([]);
  });

  it('P18: reactions are about their message, and what is unsent disappears', async () => {
    const person = await insta.person();
    const [greeting] = await person.inbox();
    await person.writes({ reaction: { messageId: greeting?.id, emoji: '❤️' } });
    const conversationId = await insta.conversationOf(person.address);
    await eventually(async () =>
      expect(
        await stack.sql(`SELECT 1 FROM messages WHERE content->>'userReaction' = '❤️' AND thread_id = $1`, [
          conversationId,
        ]),
      ).toHaveLength(1),
    );
    const secret = await person.writes('my secret');
    await eventually(async () => expect(await insta.said(person.address)).toContain('my secret'));
    await person.writes({ revoke: { messageId: secret.id } });
    await person.writes({ unsupported: true });
    await eventually(async () => {
      expect(await insta.said(person.address)).not.toContain('my secret');
      const kept = await insta.facts(person.address, 'unsupported');
      expect(kept.map(({ what }) => what)).toContain('message');
    });
  });
});

describe('Instagram, window closed', () => {
  it('M3: nothing waits: window_closed from the router, and from the platform', async () => {
    const [open, closed] = [await insta.person(), await insta.person()];
    await insta.strike(open.address, 'window_closed');
    const told = await insta.sendTo(open.address, 'too late for you');
    expect([told.status, told.body.code]).toEqual([409, 'window_closed']);
    await stack.sandbox('POST', '/clock', { body: { advanceSeconds: 25 * 3600 } });
    const before = await journal(closed.address);
    const to = { conversationId: await insta.conversationOf(closed.address) };
    const late = await send(stack, { channel: 'instagram', to, text: 'only now' }, { prefer: 'wait=10' });
    expect([late.status, late.body.code]).toEqual([409, 'window_closed']);
    expect(await journal(closed.address)).toHaveLength(before.length);
    await closed.writes('here again');
    await closed.sees((inbox) => inbox.length >= 2);
    expect(await closed.texts()).not.toContain('only now');
    expect((await insta.sendTo(closed.address, 'welcome back')).body.delivered).toBe(true);
  });
});

describe('Instagram faults', () => {
  it.each([
    ['throttle', { retryAfter: 1 }],
    ['error', {}],
  ])('B2: after %s it is sent, and once', async (name, more) => {
    const person = await insta.person();
    await insta.strike(person.address, name, more);
    const { body } = await insta.sendTo(person.address, 'exactly once');
    await untilStatus(stack, body.messageId, ['sent'], 30_000);
    expect((await person.texts()).filter((text) => text === 'exactly once')).toHaveLength(1);
  });

  it('B2: without an answer it becomes unknown and is never sent twice', async () => {
    const [cut, silent] = [await insta.person(), await insta.person()];
    await insta.strike(cut.address, 'reset_after_accept');
    await insta.strike(silent.address, 'hang');
    const sent = await Promise.all([cut, silent].map(({ address }) => insta.sendTo(address, 'perhaps')));
    for (const { body } of sent) await untilStatus(stack, body.messageId, ['unknown'], 30_000);
    expect((await cut.texts()).filter((text) => text === 'perhaps')).toHaveLength(1);
    expect(await silent.texts()).not.toContain('perhaps');
  });

  it('P17: a lost reading leaves it sent; reading before the echo is still reading; told twice is once', async () => {
    const [first, second] = [await insta.person(), await insta.person()];
    await insta.strike(first.address, 'lost_receipt');
    const quiet = await insta.sendTo(first.address, 'quiet');
    await insta.strike(second.address, 'out_of_order');
    const early = await insta.sendTo(second.address, 'early');
    await untilStatus(stack, early.body.messageId, ['read']);
    await insta.strike(second.address, 'duplicate_webhook');
    await second.writes('twice');
    await eventually(async () => expect(await insta.said(second.address)).toEqual(['hello', 'twice']));
    await untilStatus(stack, quiet.body.messageId, ['sent']);
  });
});

describe('Instagram webhooks', () => {
  const said = (text: string) => ({ message: { mid: `aWdf${text.replaceAll(' ', '_')}`, text } });

  it('R1: a wrong, missing, empty, cut or foreign signature is 401 and leaves nothing', async () => {
    const body = insta.webhook('1784149999999', said('forged'));
    const good = insta.signature(body);
    const messengers = stack.dev.secrets['messenger']?.['appSecret'];
    const wrong = [undefined, '', 'sha256=', good.slice(0, -1), insta.signature(body, messengers)];
    for (const value of wrong)
      expect([value, await insta.post(body, { 'x-hub-signature-256': value })]).toEqual([value, 401]);
    expect(await insta.post(`${body} `, { 'x-hub-signature-256': good })).toBe(401);
    expect(await stack.sql(`SELECT 1 FROM inbound_events WHERE fact::text LIKE '%forged%'`)).toEqual([]);
  });

  it('R1: tests of the dashboard, comments and own messages are taken and do nothing', async () => {
    const { account } = insta.signing();
    const value = {
      sender: { id: '12334' },
      recipient: { id: '23245' },
      timestamp: '1527459824',
      message: { mid: 'random_mid', text: 'random_text' },
    };
    const webhook = (entry: object) => JSON.stringify({ object: 'instagram', entry: [entry] });
    const own = { sender: { id: account }, recipient: { id: '1784149999998' } };
    const odd = [
      webhook({ id: '0', time: 1527459824, changes: [{ field: 'messages', value }] }),
      webhook({
        id: account,
        time: 1527459824,
        changes: [{ field: 'comments', value: { id: '1', text: 'random_text' } }],
      }),
      webhook({ id: account, time: 1527459824, standby: [value] }),
      insta.webhook('1784149999998', {
        ...own,
        message: { mid: 'aWdf_own', is_echo: true, text: 'random_text' },
      }),
      insta.webhook('../../etc/passwd', said('random_text')),
      'no JSON',
      '',
    ];
    for (const body of odd) expect(await insta.post(body)).toBe(200);
    const acted = await stack.sql(
      `SELECT type FROM inbound_events WHERE type <> 'unsupported' AND fact::text LIKE '%random_text%'`,
    );
    expect(acted).toEqual([]);
  });
});
