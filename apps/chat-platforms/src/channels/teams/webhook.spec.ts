import { describe, expect, it } from '@jest/globals';
import type { InboundEvent, RawRequest } from '@skein/contracts';
import { TeamsConfig } from './config.js';
import { webhook } from './webhook.js';

const APP = 'c9e8c047-2a74-40a2-b28a-b162d5f5327c';
const config = Object.assign(new TeamsConfig(), { appId: APP, appSecret: 's' });
const SERVICE = 'https://smba.trafficmanager.net/amer/';
const parse = (body: unknown): InboundEvent[] =>
  webhook.parse(body, { account: APP, config, query: {} }).map(({ event }) => event);
const one = (body: unknown): InboundEvent => parse(body)[0] as InboundEvent;

/** Messages in bot conversations, receive a message (learn.microsoft.com, checked 2026-11-21), shortened. */
const PERSONAL = {
  type: 'message',
  id: '1485983408511',
  timestamp: '2017-02-01T21:10:07.437Z',
  localTimestamp: '2017-02-01T14:10:07.437-07:00',
  serviceUrl: SERVICE,
  channelId: 'msteams',
  from: { id: '29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB39A', name: 'Megan Bowen', aadObjectId: '7faf8ab2' },
  conversation: { conversationType: 'personal', id: 'a:17I0kl9EkpE1O9PH5TWrzrLNwnWWcfrU7QZjKR0WSfO-' },
  recipient: { id: `28:${APP}`, name: 'Teams TestBot' },
  textFormat: 'plain',
  text: 'Hello Teams TestBot.Sending bold-italic rich text',
  attachments: [
    {
      contentType: 'text/html',
      content: '<div><div>Hello Teams TestBot. <strong>bold</strong></div>\n</div>',
    },
  ],
  entities: [{ locale: 'en-US', country: 'US', platform: 'Windows', type: 'clientInfo' }],
  channelData: { tenant: { id: '72f988bf-86f1-41af-91ab-2d7cd011db47' } },
};
const CHAT = PERSONAL.conversation.id;
const with_ = (more: object) => ({ ...PERSONAL, attachments: [], ...more });

describe('what people write in Teams', () => {
  it('R5: the documented message is its text; the copy as HTML is no file', () => {
    expect(parse(PERSONAL)).toEqual([
      {
        type: 'message',
        eventId: `message|${CHAT}|1485983408511|`,
        at: '2017-02-01T21:10:07.437Z',
        address: CHAT,
        profileName: 'Megan Bowen',
        route: { serviceUrl: SERVICE },
        providerMessageId: `${CHAT}:1485983408511`,
        content: { text: 'Hello Teams TestBot.Sending bold-italic rich text' },
      },
    ]);
  });

  it('leaves out the mention that calls the bot, and names other people', () => {
    const entities = [
      { type: 'mention', text: '<at>Bot</at>', mentioned: { id: `28:${APP}`, name: 'Bot' } },
      { type: 'mention', text: '<at>Ada $& L</at>', mentioned: { id: '29:2', name: 'Ada $& L' } },
    ];
    const text = '<at>Bot</at>&nbsp;ask <at>Ada $& L</at> about <at>this</at>\n';
    const conversation = {
      isGroup: true,
      conversationType: 'channel',
      id: '19:3629591d4b774aa08cb0887902eee7c1@thread.tacv2;messageid=1575667808184',
    };
    const channelData = { channel: { id: '19:36', name: 'General' }, team: { id: '19:ef', name: 'Sales' } };
    expect(
      one(with_({ text, entities, conversation, channelData, replyToId: '1575667808184' })),
    ).toMatchObject({
      address: '19:3629591d4b774aa08cb0887902eee7c1@thread.tacv2:1575667808184',
      profileName: 'General',
      providerMessageId: '19:3629591d4b774aa08cb0887902eee7c1@thread.tacv2:1485983408511',
      replyTo: ['19:3629591d4b774aa08cb0887902eee7c1@thread.tacv2:1575667808184'],
      content: {
        text: 'ask @Ada $& L about <at>this</at>',
        author: { id: '29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB39A', name: 'Megan Bowen' },
      },
    });
  });

  it('takes a press with its label, and other forms as data', () => {
    const press = with_({
      text: undefined,
      value: { skeinAction: 'go', skeinLabel: 'Go' },
      replyToId: '1485983408000',
    });
    expect(one(press)).toMatchObject({
      type: 'message',
      content: { text: 'Go', action: { id: 'go', label: 'Go' } },
      replyTo: [`${CHAT}:1485983408000`],
    });
    expect(one(with_({ text: undefined, value: { rating: 5 } }))).toMatchObject({
      content: { data: { form: { rating: 5 } } },
    });
  });

  it('R5: files have their pre-signed address, pictures want the token only at their own connector', () => {
    const attachments = [
      {
        contentType: 'application/vnd.microsoft.teams.file.download.info',
        contentUrl: 'https://contoso.sharepoint.com/personal/johnadams/Documents/file_example.txt',
        name: 'file_example.txt',
        content: { downloadUrl: 'https://download.link', uniqueId: '1150D938', fileType: 'txt', etag: '123' },
      },
      { contentType: 'image/*', contentUrl: `${SERVICE}v3/attachments/0-eus/views/original` },
      { contentType: 'image/png', contentUrl: 'https://attacker.example/i.png' },
      { contentType: 'image/png', contentUrl: 'file:///etc/passwd' },
      { contentType: 'messageReference', content: '{"messageId":"1"}' },
    ];
    expect(one(with_({ text: undefined, attachments }))).toMatchObject({
      content: {
        media: [
          { media: 'file', filename: 'file_example.txt', providerRef: 'signed https://download.link' },
          { media: 'image', providerRef: `bot ${SERVICE}v3/attachments/0-eus/views/original` },
          { media: 'image', mimeType: 'image/png', providerRef: 'signed https://attacker.example/i.png' },
          { media: 'image', error: 'The platform gave no address of the file.' },
        ],
        data: { attachments: [{ contentType: 'messageReference' }] },
      },
    });
  });

  it('is text whatever it imitates, and nothing when it is empty', () => {
    const text = '::: actions\n- [Pay](pay)\n:::';
    expect(one(with_({ text }))).toMatchObject({ content: { text } });
    expect(one(with_({ text: ' ' }))).toMatchObject({ type: 'unsupported', address: CHAT });
  });

  it('refuses addresses that are none', () => {
    for (const id of [
      '../../etc',
      'a/b/c',
      '',
      7,
      'a:1;messageid=x',
      'a:1;messageid=1;messageid=2',
      'x'.repeat(300),
    ])
      expect(one(with_({ conversation: { id } })).type).toBe('unsupported');
  });
});

describe('what else happens in Teams', () => {
  it('P18: the documented reaction names its message in the room, and the emoji', () => {
    const conversation = { isGroup: true, conversationType: 'channel', id: '19:3629591d@thread.skype' };
    const reaction = {
      ...PERSONAL,
      type: 'messageReaction',
      id: 'f:9f78d1f3',
      conversation,
      replyToId: '1575667808184',
    };
    const target = '19:3629591d@thread.skype:1575667808184';
    expect(one({ ...reaction, reactionsAdded: [{ type: 'like' }] })).toMatchObject({ target, emoji: '👍' });
    expect(one({ ...reaction, reactionsRemoved: [{ type: 'like' }] })).toMatchObject({ target, emoji: null });
    const named = (type: unknown) => one({ ...reaction, reactionsAdded: [{ type }] });
    const emoji = ['heart', 'laugh', 'surprised', 'sad', 'angry', '1f440_eyes', '1f468-200d-1f680_astronaut'];
    expect(emoji.map((each) => (named(each) as { emoji: string }).emoji)).toEqual([
      '❤️',
      '😆',
      '😮',
      '😢',
      '😠',
      '👀',
      '👨‍🚀',
    ]);
    for (const odd of ['constructor', 'ffffff_x', 'd800_x', '', 7])
      expect((named(odd) as { emoji: string }).emoji).toMatch(/^custom:/);
  });

  it('edits and deletions name the message, and are events of their own', () => {
    const edit = { ...PERSONAL, type: 'messageUpdate', channelData: { eventType: 'editMessage' } };
    const again = { ...edit, text: 'once more', timestamp: '2017-02-01T21:11:07.437Z' };
    expect(one(edit)).toMatchObject({ type: 'edit', target: `${CHAT}:1485983408511`, text: PERSONAL.text });
    expect(one({ ...edit, channelData: { eventType: 'undeleteMessage' } }).type).toBe('edit');
    // The documented example of a change carries no text.
    expect(one({ ...edit, text: undefined, attachments: undefined }).type).toBe('unsupported');
    const gone = {
      ...PERSONAL,
      type: 'messageDelete',
      text: undefined,
      channelData: { eventType: 'softDeleteMessage' },
    };
    expect(one(gone)).toMatchObject({ type: 'revoke', target: `${CHAT}:1485983408511` });
    const ids = [PERSONAL, edit, again, gone].map((each) => one(each).eventId);
    expect(new Set(ids).size).toBe(4);
  });

  it('installing is a start and removing a stop; an upgrade is nobody’s wish', () => {
    const install = (action: string) => one({ ...PERSONAL, type: 'installationUpdate', id: 'f:1', action });
    expect(install('add')).toMatchObject({ type: 'consent', value: 'start', purpose: 'all', answered: true });
    expect(install('remove')).toMatchObject({ type: 'consent', value: 'stop', address: CHAT });
    for (const action of ['add-upgrade', 'remove-upgrade', 'constructor'])
      expect(install(action).type).toBe('unsupported');
    const change = (more: object) => one({ ...PERSONAL, type: 'conversationUpdate', id: 'f:2', ...more });
    expect(change({ membersAdded: [{ id: '29:2' }, { id: `28:${APP}` }] })).toMatchObject({ value: 'start' });
    expect(change({ membersRemoved: [{ id: `28:${APP}` }] })).toMatchObject({ value: 'stop' });
    expect(change({ membersRemoved: [{ id: '29:2' }] }).type).toBe('unsupported');
  });

  it('an invoke is answered with a body, a card with an empty message', () => {
    const raw = {} as RawRequest;
    const invoke = { ...PERSONAL, type: 'invoke', id: 'f:1', text: undefined };
    const action = { type: 'Action.Execute', title: 'Vegan', verb: 'food', data: { skeinAction: 'vegan' } };
    const card = { ...invoke, name: 'adaptiveCard/action', value: { action, trigger: 'manual' } };
    expect(one(card)).toMatchObject({
      type: 'message',
      providerMessageId: `${CHAT}:f_1`,
      content: { text: 'Vegan', action: { id: 'vegan', label: 'Vegan' } },
    });
    expect(webhook.reply?.(card, raw, config)).toEqual({
      status: 200,
      contentType: 'application/json',
      body: '{"statusCode":200,"type":"application/vnd.microsoft.activity.message","value":""}',
    });
    const other = { ...invoke, name: 'fileConsent/invoke', value: {} };
    expect([one(other).type, webhook.reply?.(other, raw, config)?.body]).toEqual(['unsupported', '{}']);
    expect(webhook.reply?.(PERSONAL, raw, config)).toBeUndefined();
  });

  it('P17: a read receipt is exact for its message and a watermark for those before', () => {
    const name = 'application/vnd.microsoft.readReceipt';
    const read = {
      ...PERSONAL,
      type: 'event',
      id: 'f:3',
      name,
      value: { lastReadMessageId: '1692206591132' },
    };
    expect(parse(read)).toMatchObject([
      { type: 'receipt', status: 'read', providerMessageId: `${CHAT}:1692206591132` },
      { type: 'watermark', status: 'read', upTo: '2023-08-16T17:23:11.132Z', address: CHAT },
    ]);
  });
});
