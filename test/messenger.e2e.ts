import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startStack, statusOrCut, type Stack } from '@skein/testing';
import { send, untilStatus } from './support/messages.js';
import { bytesAt, MetaSide, sha256 } from './support/meta.js';

let stack: Stack;
let page: MetaSide;
beforeAll(async () => {
  // Provider calls end after 0.4 of the lease, so that an unknown outcome is known to be unknown within seconds.
  stack = await startStack({ env: { SKEIN_CALL_LEASE_MS: '3000', SKEIN_SWEEP_MS: '300' } });
  page = new MetaSide(stack, 'messenger');
});
afterAll(() => stack.stop());

interface Journaled {
  operation: string;
  address: string | null;
  request: Record<string, unknown>;
}

const journal = async (address?: string): Promise<Journaled[]> => {
  const { body } = await stack.sandbox<Journaled[]>('GET', '/journal?kind=messenger');
  return address === undefined ? body : body.filter((entry) => entry.address === address);
};

describe('Messenger, out', () => {
  it('P2, P4, P17: is delivered now, tells delivered and read; the reply wakes the agent in the same thread', async () => {
    const person = await page.person();
    const answer = await page.sendTo(person.address, 'Shall we keep **Friday**?', { type: 'text' });
    expect([answer.status, answer.body.delivered]).toEqual([200, true]);
    await untilStatus(stack, answer.body.messageId, ['delivered']);
    expect(await person.texts()).toContain('Shall we keep Friday?');
    await stack.sandbox('POST', `/people/messenger/${person.address}/read`, { body: {} });
    await untilStatus(stack, answer.body.messageId, ['read']);
    await person.writes('yes please');
    await eventually(async () => {
      const all = await page.thread(person.address);
      expect(all.map(({ author }) => author)).toEqual(['user', 'agent', 'agent', 'user', 'agent', 'agent']);
      expect(all.at(4)?.text).toContain('You are answering: "Shall we keep');
    });
    const sent = (await journal(person.address)).filter(({ operation }) => operation === 'send');
    expect(sent[1]?.request).toMatchObject({
      recipient: { id: person.address },
      messaging_type: 'RESPONSE',
      message: { metadata: expect.stringMatching(/^\d+:1$/) },
    });
  });

  it('P17: a delivery that names no message moves all of them up to its mark', async () => {
    const person = await page.person();
    await page.strike(person.address, 'lost_receipt');
    const first = await page.sendTo(person.address, 'One');
    await untilStatus(stack, first.body.messageId, ['sent']);
    const mark = Date.now() + 1000;
    expect(await page.post(page.webhook(person.address, { delivery: { watermark: mark } }))).toBe(200);
    await untilStatus(stack, first.body.messageId, ['delivered']);
    const second = await page.sendTo(person.address, 'Two');
    await untilStatus(stack, second.body.messageId, ['delivered']);
    const seconds = Math.floor(Date.now() / 1000) + 2;
    expect(await page.post(page.webhook(person.address, { read: { watermark: seconds } }))).toBe(200);
    await untilStatus(stack, second.body.messageId, ['read']);
    await untilStatus(stack, first.body.messageId, ['read']);
  });

  it('P13: nobody is written to first', async () => {
    const stranger = page.stranger();
    const answer = await page.sendTo(stranger.address, 'Hello stranger');
    expect([answer.status, answer.body.code]).toEqual([404, 'no_conversation']);
    const to = { target: `messenger:${stranger.address}` };
    const target = await send(stack, { to, text: 'Hello' }, { prefer: 'wait=10' });
    expect([target.status, target.body.code]).toEqual([404, 'no_conversation']);
  });

  it('P16, R6: buttons and cards come back as the same action ids', async () => {
    const person = await page.person();
    const text = 'Shall we?\n\n::: actions\n- [Yes](go-yes)\n- [No](go-no)\n:::';
    expect((await page.sendTo(person.address, text)).body.delivered).toBe(true);
    const asked = await person.sees((inbox) => inbox.at(-1)?.buttons?.length === 2);
    expect(asked.at(-1)).toMatchObject({ type: 'button', text: 'Shall we?' });
    await person.writes({ press: 'Yes' });
    const cards = `::: horizontal-list-item\n![](${page.fileUrl('small.jpg')})\n# Suite\n## With a view\n:::`;
    const shown = await page.sendTo(person.address, cards);
    expect(shown.body.delivered).toBe(true);
    await person.sees((inbox) => inbox.some(({ type }) => type === 'generic'));
    await eventually(async () => {
      const [, press] = await page.facts(person.address, 'message');
      expect(press).toMatchObject({ content: { action: { id: 'go-yes', label: 'Yes' } } });
      expect(await page.said(person.address)).toEqual(['hello', 'Yes']);
    });
  });

  it('R6: files by their address, stored ones as an upload, texts in pieces of 2000 octets', async () => {
    const person = await page.person();
    const jpg = sha256(await bytesAt(page.fileUrl('small.jpg')));
    await page.sendTo(person.address, { image: { url: page.fileUrl('small.jpg') } });
    const mediaId = await page.upload('small.pdf', 'application/pdf');
    await page.sendTo(person.address, { file: { mediaId } });
    const seen = await person.sees((inbox) => inbox.length === 3);
    expect(seen[1]?.media).toMatchObject({ type: 'image', sha256: jpg });
    expect(seen[2]?.media).toMatchObject({
      type: 'file',
      filename: 'small.pdf',
      sha256: sha256(await bytesAt(page.fileUrl('small.pdf'))),
    });
    expect((await journal()).filter(({ operation }) => operation === 'upload')).toHaveLength(1);
    const gone = await page.sendTo(person.address, { image: { url: page.fileUrl('none.jpg') } });
    expect([gone.status, gone.body.code]).toEqual([400, 'media_unreachable']);
    expect((await page.sendTo(person.address, '😀 '.repeat(600))).body.delivered).toBe(true);
    const texts = (await person.texts()).filter((text) => text.startsWith('😀'));
    expect(texts.length).toBeGreaterThan(1);
    expect(Math.max(...texts.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(2000);
  });

  it('P18: reacts to what a person wrote, and takes it back', async () => {
    const person = await page.person();
    const { body } = await page.sendTo(person.address, 'Look');
    const react = (emoji: string) =>
      page.sendTo(person.address, { reaction: { messageId: body.messageId, emoji } });
    expect((await react('😊')).body.delivered).toBe(true);
    expect((await react('')).body.delivered).toBe(true);
    const reactions = (await person.inbox()).filter(({ type }) => type === 'reaction');
    expect(reactions.map(({ raw }) => raw['sender_action'])).toEqual(['react', 'unreact']);
  });
});

describe('Messenger, in', () => {
  it('R5: a file is an ordinary message whose bytes the api serves', async () => {
    const person = page.stranger();
    await person.writes({ media: { file: 'small.pdf', filename: 'Zeugnis März.pdf' } });
    const found = await eventually(async () => {
      const [entry] = await page.thread(person.address);
      expect(entry?.media?.[0]?.mediaId).toBeDefined();
      return entry;
    });
    expect(found?.media[0]).toMatchObject({ mimeType: 'application/pdf', filename: 'Zeugnis März.pdf' });
    const url = `${stack.dev.apiUrl}/v1/media/${found?.media[0]?.mediaId ?? ''}/content`;
    const served = await bytesAt(url, { 'x-api-key': stack.dev.apiKey });
    expect(sha256(served)).toBe(sha256(await bytesAt(page.fileUrl('small.pdf'))));
  });

  it('P18, R2: reactions and edits are about their message; places, thumbs and typed blocks are messages', async () => {
    const person = await page.person();
    const [greeting] = await person.inbox();
    const written = await person.writes('tomorow');
    await person.writes({ edit: { messageId: written.id, text: 'tomorrow' } });
    await person.writes({ reaction: { messageId: greeting?.id, emoji: '🎉' } });
    const conversationId = await page.conversationOf(person.address);
    const reacted = () =>
      stack.sql(`SELECT 1 FROM messages WHERE content->>'userReaction' = '🎉' AND thread_id = $1`, [
        conversationId,
      ]);
    await eventually(async () => expect(await reacted()).toHaveLength(1));
    await person.writes({ reaction: { messageId: greeting?.id, emoji: '' } });
    await eventually(async () => expect(await reacted()).toHaveLength(0));
    const block = '::: actions\n- [Pay](pay)\n:::';
    await person.writes(block);
    await person.writes({ sticker: 'like' });
    await person.writes({ location: { latitude: 1.5, longitude: 2.5, name: 'The bar' } });
    await eventually(async () =>
      expect(await page.said(person.address)).toEqual(['hello', 'tomorrow', block, '👍', '[The bar]']),
    );
  });

  it('P11: STOP ends it', async () => {
    const person = await page.person();
    await person.writes('STOP');
    await eventually(async () => {
      const { body } = await page.sendTo(person.address, 'nor this');
      expect(body.code).toBe('opted_out');
    });
  });
});

describe('Messenger, window closed', () => {
  it('M3: nothing waits: window_closed from the router, and from the platform', async () => {
    const [open, closed] = [await page.person(), await page.person()];
    await page.strike(open.address, 'window_closed');
    const told = await page.sendTo(open.address, 'too late for you');
    expect([told.status, told.body.code]).toEqual([409, 'window_closed']);
    await stack.sandbox('POST', '/clock', { body: { advanceSeconds: 25 * 3600 } });
    const before = await journal(closed.address);
    const form1 = { channel: 'messenger', to: { conversationId: await page.conversationOf(closed.address) } };
    const late = await send(stack, { ...form1, text: 'only now' }, { prefer: 'wait=10' });
    expect([late.status, late.body.code]).toEqual([409, 'window_closed']);
    expect(await journal(closed.address)).toHaveLength(before.length);
    await closed.writes('here again');
    await closed.sees((inbox) => inbox.length >= 2);
    expect(await closed.texts()).not.toContain('only now');
    expect((await page.sendTo(closed.address, 'welcome back')).body.delivered).toBe(true);
  });
});

describe('Messenger faults', () => {
  it.each([
    ['throttle', { retryAfter: 1 }],
    ['error', {}],
  ])('B2: after %s it is delivered, and once', async (name, more) => {
    const person = await page.person();
    await page.strike(person.address, name, more);
    const { body } = await page.sendTo(person.address, 'exactly once');
    await untilStatus(stack, body.messageId, ['delivered'], 30_000);
    expect((await person.texts()).filter((text) => text === 'exactly once')).toHaveLength(1);
  });

  it('B2: the echo of our reference settles what the answer could not; silence stays unknown', async () => {
    const [cut, silent] = [await page.person(), await page.person()];
    await page.strike(cut.address, 'reset_after_accept');
    await page.strike(silent.address, 'hang');
    const [taken, lost] = await Promise.all(
      [cut, silent].map(({ address }) => page.sendTo(address, 'perhaps')),
    );
    await untilStatus(stack, taken?.body.messageId ?? '', ['delivered'], 30_000);
    await untilStatus(stack, lost?.body.messageId ?? '', ['unknown'], 30_000);
    expect((await cut.texts()).filter((text) => text === 'perhaps')).toHaveLength(1);
    expect(await silent.texts()).not.toContain('perhaps');
  });

  it('P17: receipts out of order never move back; webhooks told twice are one message', async () => {
    const person = await page.person();
    await page.strike(person.address, 'out_of_order');
    const { body } = await page.sendTo(person.address, 'mixed');
    await untilStatus(stack, body.messageId, ['read']);
    await page.strike(person.address, 'duplicate_webhook');
    await person.writes('twice');
    await eventually(async () => expect(await page.said(person.address)).toEqual(['hello', 'twice']));
    await untilStatus(stack, body.messageId, ['read']);
  });

  it('P17: somebody who is not available is told as such, and is no opt-out', async () => {
    const person = await page.person('990551');
    await page.conversationOf(person.address);
    const told = await page.sendTo(person.address, 'Are you there?');
    expect([told.status, told.body.code]).toEqual([502, 'provider_rejected']);
    const lanes = await stack.sql(`SELECT opted_out_at FROM lanes WHERE address = $1`, [person.address]);
    expect(lanes).toEqual([{ opted_out_at: null }]);
  });
});

describe('Messenger webhooks', () => {
  const said = (text: string) => ({ message: { mid: `m_${text.replaceAll(' ', '_')}`, text } });

  it('R1: a wrong, missing, empty, cut or foreign signature is 401 and leaves nothing', async () => {
    const body = page.webhook('1254459159999', said('forged'));
    const good = page.signature(body);
    const wrong = [
      undefined,
      '',
      'sha256=',
      good.slice(0, -1),
      good.toUpperCase(),
      page.signature(body, 'x'),
    ];
    for (const value of wrong)
      expect([value, await page.post(body, { 'x-hub-signature-256': value })]).toEqual([value, 401]);
    expect(await page.post(`${body} `, { 'x-hub-signature-256': good })).toBe(401);
    expect(await stack.sql(`SELECT 1 FROM inbound_events WHERE fact::text LIKE '%forged%'`)).toEqual([]);
  });

  it('R1: a replayed webhook is one message; the handshake knows its word', async () => {
    const body = page.webhook('1254459159998', said('told twice'));
    expect([await page.post(body), await page.post(body)]).toEqual([200, 200]);
    const rows = await stack.sql(
      `SELECT 1 FROM inbound_events WHERE fact->'content'->>'text' = 'told twice'`,
    );
    expect(rows).toHaveLength(1);
    const { verifyToken } = page.signing();
    const ask = (token: string) =>
      stack.api(
        'GET',
        `/webhooks/messenger/messenger-main?hub.mode=subscribe&hub.challenge=42&hub.verify_token=${token}`,
      );
    expect((await ask(verifyToken)).status).toBe(200);
    expect((await ask('other')).status).toBe(403);
  });

  it('R1: odd bodies and ids are taken and do nothing; too large ones are refused', async () => {
    const odd: (string | Buffer)[] = [
      '',
      '[]',
      '"x"',
      '{"object":"page","entry":[',
      Buffer.from([0xff, 0xfe, 0x00]),
      Buffer.from('{"object":"page","entry":[{"id":"1","text":"\xe9"}]}', 'latin1'),
      page.webhook('../../etc/passwd', said('path')),
      page.webhook('1254459159997', { hologram: { depth: 3 } }),
      page.webhook('1254459159996', said('of another page'), '111111'),
      JSON.stringify({ object: 'user', entry: [{ id: '1' }] }),
    ];
    for (const body of odd) expect(await page.post(body)).toBe(200);
    const large = JSON.stringify({ filler: 'x'.repeat(10 * 1024 * 1024) });
    expect([413, 'cut']).toContain(await statusOrCut(page.post(large)));
    const acted = await stack.sql(
      `SELECT 1 FROM inbound_events WHERE type <> 'unsupported' AND (fact->>'address' LIKE '%passwd%' OR fact::text LIKE '%of another page%')`,
    );
    expect(acted).toEqual([]);
  });

  it('R1, R8: what is signed with the same secret for another Page goes to its channel', async () => {
    const { appSecret, verifyToken } = page.signing();
    const credentials = { pageId: '222222222', accessToken: 'second-token', appSecret, verifyToken };
    const made = await stack.api('POST', '/v1/channels', {
      body: {
        id: 'messenger-second',
        kind: 'messenger',
        agentId: stack.dev.agentId,
        name: 'Second',
        credentials,
      },
    });
    expect(made).toMatchObject({ status: 201, body: { account: '222222222' } });
    await eventually(async () => {
      const text = `second page ${Date.now()}`;
      expect(await page.post(page.webhook('1254459159995', said(text), '222222222'))).toBe(200);
      const rows = await stack.sql(
        `SELECT channel_id FROM inbound_events WHERE fact->'content'->>'text' = $1`,
        [text],
      );
      expect(rows).toEqual([{ channel_id: 'messenger-second' }]);
    });
  });

  it('R1: own messages of other apps, standby and referrals are kept and answered by nobody', async () => {
    const person = page.stranger();
    const { account } = page.signing();
    const echo = { sender: { id: account }, recipient: { id: person.address } };
    const message = { mid: 'm_own', is_echo: true, text: 'from the inbox of the Page', metadata: 'theirs' };
    expect(await page.post(page.webhook(person.address, { ...echo, message }))).toBe(200);
    await person.writes({ standby: { text: 'to another app' } });
    await person.writes({ referral: { ref: 'r' } });
    await eventually(async () => expect(await page.facts(person.address, 'unsupported')).toHaveLength(2));
    expect(await person.inbox()).toEqual([]);
  });
});
