import { describe, expect, it } from '@jest/globals';
import { GuardedClient } from '@skein/channel-kit';
import type { InboundEvent, RawRequest } from '@skein/contracts';
import fc from 'fast-check';
import { SlackConfig } from './config.js';
import { webhook } from './webhook.js';

const config = Object.assign(new SlackConfig(), {
  teamId: 'T111AAA',
  appId: 'A222BBB',
  botToken: 'xoxb-1',
  signingSecret: '8f742231b10e8888abcd99yyyzzz85a5',
});
const account = { account: 'T111AAA:A222BBB', config, query: {} };
const parse = (body: unknown): InboundEvent[] => webhook.parse(body, account).map(({ event }) => event);

const callback = (event: object, more: object = {}) => ({
  type: 'event_callback',
  team_id: 'T111AAA',
  api_app_id: 'A222BBB',
  event,
  event_id: 'Ev1',
  event_time: 1_795_000_000,
  authorizations: [{ team_id: 'T111AAA', user_id: 'U0OWNBOT', is_bot: true }],
  ...more,
});
const TS = '1795000000.000100';
const inRoom = { channel: 'C333CCC', user: 'U444DDD', ts: TS, channel_type: 'channel' };
const inDm = { channel: 'D666FFF', user: 'U444DDD', ts: TS, channel_type: 'im' };
const message = (event: object): InboundEvent | undefined =>
  parse(callback({ type: 'message', ...event }))[0];

function request(body: string, headers: Record<string, string>, more: Partial<RawRequest> = {}): RawRequest {
  return { method: 'POST', path: '/', search: '', query: {}, headers, body: Buffer.from(body), ...more };
}

/** The example of docs.slack.dev/authentication/verifying-requests-from-slack. */
const VECTOR = {
  stamp: '1531420618',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
};

describe('signature', () => {
  const http = new GuardedClient();
  const verify = (headers: Record<string, string>, body = VECTOR.body, offsetMs = 0, by = config) => {
    const now = new Date(Number(VECTOR.stamp) * 1000 + offsetMs);
    return webhook.verify(request(body, headers), by, { url: '', now, http });
  };
  const signed = { 'x-slack-request-timestamp': VECTOR.stamp, 'x-slack-signature': VECTOR.signature };

  it("R1: takes Slack's published example", () => {
    expect(verify(signed)).toBe(true);
  });

  it.each([
    [0, true],
    [300_000, true],
    [-300_000, true],
    [301_000, false],
    [-301_000, false],
  ])('R1: a stamp %i ms away is taken: %s', (offsetMs, isTaken) => {
    expect(verify(signed, VECTOR.body, offsetMs)).toBe(isTaken);
  });

  it.each([
    '',
    'v0=',
    VECTOR.signature.slice(0, -1),
    `${VECTOR.signature}0`,
    `${VECTOR.signature}=x`,
    VECTOR.signature.replace('v0', 'v1'),
    VECTOR.signature.toUpperCase(),
    VECTOR.signature.slice(3),
  ])('R1: refuses %j', (signature) => {
    expect(verify({ ...signed, 'x-slack-signature': signature })).toBe(false);
  });

  it('R1: refuses another body or stamp, a missing header and an empty secret', () => {
    expect(verify(signed, `${VECTOR.body}&x=1`)).toBe(false);
    expect(verify({ ...signed, 'x-slack-request-timestamp': '1531420619' })).toBe(false);
    for (const stamp of ['', '0x5B', '1531420618.0', ' 1531420618', '-1531420618', 'NaN', '1e9']) {
      expect(verify({ ...signed, 'x-slack-request-timestamp': stamp })).toBe(false);
    }
    expect(verify({ 'x-slack-signature': VECTOR.signature })).toBe(false);
    expect(verify({})).toBe(false);
    expect(verify(signed, VECTOR.body, 0, Object.assign(new SlackConfig(), { signingSecret: '' }))).toBe(
      false,
    );
  });
});

describe('answers', () => {
  const raw = request('', {});
  it('gives a challenge back, and nothing to interactions and commands', () => {
    const reply = (body: unknown) => webhook.reply?.(body, raw, config);
    expect(reply({ type: 'url_verification', challenge: 'abc' })).toEqual({
      status: 200,
      contentType: 'text/plain',
      body: 'abc',
    });
    expect(reply({ payload: '{}' })).toEqual({ status: 200, body: '' });
    expect(reply({ command: '/x' })).toEqual({ status: 200, body: '' });
    expect(reply({ type: 'event_callback' })).toBeUndefined();
    expect(parse({ type: 'url_verification', challenge: 'abc' })).toEqual([]);
  });

  it('answers the check of a certificate, and nothing else, without a signature', () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const shake = (body: string, headers = {}, more: Partial<RawRequest> = {}) =>
      webhook.handshake?.(request(body, headers, more), config);
    expect(shake('ssl_check=1&token=x', form)).toEqual({ status: 200 });
    expect(shake('', {}, { method: 'GET', query: { ssl_check: '1' } })).toEqual({ status: 200 });
    expect(shake('ssl_check=1&command=%2Fx', form)).toBeUndefined();
    expect(shake('ssl_check=1&payload=%7B%7D', form)).toBeUndefined();
    expect(shake('ssl_check=1')).toBeUndefined();
    expect(shake('', {}, { method: 'GET' })).toBeUndefined();
  });
});

describe('messages', () => {
  it('P2: a direct message is its person, whatever thread it is in', () => {
    const expected = {
      type: 'message',
      address: 'U444DDD',
      route: { dm: 'D666FFF' },
      providerMessageId: `D666FFF:${TS}`,
    };
    expect(message({ ...inDm, text: 'Hi' })).toMatchObject({ ...expected, content: { text: 'Hi' } });
    const reply = message({ ...inDm, text: 'Hi', thread_ts: '1794000000.000100' });
    expect(reply).toMatchObject({ ...expected, replyTo: ['D666FFF:1794000000.000100'] });
    expect(reply).not.toHaveProperty('content.author');
  });

  it('P2: a room is answered in the room, a thread in the thread, and both say who spoke', () => {
    const author = { id: 'U444DDD', name: 'Ada' };
    const user_profile = { display_name: 'Ada' };
    expect(message({ ...inRoom, user_profile, text: 'Hi' })).toMatchObject({
      address: 'C333CCC',
      eventId: `C333CCC:${TS}`,
      at: '2026-11-18T11:06:40.000Z',
      content: { text: 'Hi', author },
    });
    expect(message({ ...inRoom, text: 'Hi', thread_ts: '1794000000.000100' })).toMatchObject({
      address: 'C333CCC:1794000000.000100',
      replyTo: ['C333CCC:1794000000.000100'],
    });
    expect(message({ ...inRoom, text: 'Hi', thread_ts: TS })).toMatchObject({ address: 'C333CCC' });
  });

  it('a mention that comes as two events is one', () => {
    const text = '<@U0OWNBOT> stop';
    const [first] = parse(callback({ type: 'message', ...inRoom, text }));
    const [second] = parse(callback({ type: 'app_mention', ...inRoom, text }, { event_id: 'Ev2' }));
    expect(second).toEqual(first);
    expect(first).toMatchObject({ content: { text: 'stop' } });
  });

  it.each<[object, object]>([
    [
      {
        subtype: 'file_share',
        files: [
          {
            id: 'F1A1',
            mimetype: 'image/png',
            name: 'a.png',
            size: 5,
            url_private: 'https://files.slack.com/a',
          },
        ],
      },
      {
        content: {
          media: [
            {
              media: 'image',
              mimeType: 'image/png',
              filename: 'a.png',
              sizeBytes: 5,
              providerRef: 'https://files.slack.com/a',
            },
          ],
        },
      },
    ],
    [
      { subtype: 'file_share', text: 'see', files: [{ id: 'F1A1', file_access: 'check_file_info' }] },
      { content: { text: 'see', media: [{ media: 'file', providerRef: 'F1A1' }] } },
    ],
    [
      {
        subtype: 'file_share',
        files: [
          { id: 'F1A1', mode: 'tombstone' },
          { id: 'F2A1', is_external: true, url_private: 'https://drive.test/x' },
        ],
      },
      {
        content: {
          media: [{ error: 'The file was deleted.' }, { error: 'The file is not stored at Slack.' }],
        },
      },
    ],
    [
      { attachments: [{ text: 'forwarded' }], text: '' },
      { content: { data: { attachments: [{ text: 'forwarded' }] } } },
    ],
    [
      { subtype: 'thread_broadcast', text: 'x', thread_ts: '1794000000.000100' },
      { address: 'C333CCC:1794000000.000100' },
    ],
    [{ text: '::: actions\n- Yes\n:::' }, { content: { text: '::: actions\n- Yes\n:::' } }],
    [
      { text: 'x', bot_id: 'B1' },
      { type: 'unsupported', what: 'message of an app' },
    ],
    [{ text: 'x', app_id: 'A9' }, { type: 'unsupported' }],
    [{ text: 'x', subtype: 'bot_message' }, { type: 'unsupported' }],
    [{ text: 'x', user: 'USLACKBOT' }, { type: 'unsupported' }],
    [
      { text: 'x', subtype: 'channel_join' },
      { type: 'unsupported', what: 'message of type channel_join' },
    ],
    [{ text: 'x', subtype: 'constructor' }, { type: 'unsupported' }],
    [{ text: 'x', user: '../../U1' }, { type: 'unsupported' }],
    [{ text: 'x', channel: '../C1' }, { type: 'unsupported' }],
    [{ text: 'x', ts: 1_795_000_000.0001 }, { type: 'unsupported' }],
    [{ text: '' }, { type: 'unsupported', what: 'message without content' }],
  ])('R5: reads %j', (more, expected) => {
    expect(message({ ...inRoom, ...more })).toMatchObject(expected);
  });
});

describe('changes', () => {
  const changed = (changes: object, previous: object = { text: 'old' }, place: object = inRoom) =>
    message({
      ...place,
      subtype: 'message_changed',
      message: { ...place, text: 'new', edited: { ts: '1795000002.000100' }, ...changes },
      previous_message: { ...place, ...previous },
    });

  it('reads what a person edited, and no other change', () => {
    const target = `C333CCC:${TS}`;
    expect(changed({})).toMatchObject({
      type: 'edit',
      target,
      text: 'new',
      address: 'C333CCC',
      eventId: `${target}:edited:1795000002.000100`,
    });
    expect(changed({}, {}, inDm)).toMatchObject({ address: 'U444DDD', target: `D666FFF:${TS}` });
    expect(changed({ thread_ts: '1794000000.000100' })).toMatchObject({
      address: 'C333CCC:1794000000.000100',
    });
    for (const odd of [{ edited: undefined }, { bot_id: 'B1' }, { text: '' }, { ts: 'x' }])
      expect(changed(odd)).toMatchObject({ type: 'unsupported' });
    expect(changed({}, { text: 'new' })).toMatchObject({ type: 'unsupported' });
  });

  it('reads a deletion, with replies and without', () => {
    const target = `C333CCC:${TS}`;
    const deletion = { ...inRoom, subtype: 'message_deleted', deleted_ts: TS, ts: '1795000003.000100' };
    expect(message({ ...deletion, previous_message: inRoom })).toMatchObject({
      type: 'revoke',
      target,
      address: 'C333CCC',
    });
    expect(changed({ subtype: 'tombstone', user: 'USLACKBOT', edited: undefined })).toMatchObject({
      type: 'revoke',
      target,
    });
    expect(message({ ...deletion, previous_message: { bot_id: 'B1' } })).toMatchObject({
      type: 'unsupported',
    });
    expect(message({ ...deletion, channel: 'D666FFF', previous_message: {} })).toMatchObject({
      type: 'unsupported',
    });
  });
});

describe('reactions', () => {
  const item = { type: 'message', channel: 'D666FFF', ts: TS };
  const react = (more: object) =>
    parse(callback({ type: 'reaction_added', user: 'U444DDD', item, ...more }))[0];

  it.each([
    ['+1', '👍'],
    ['thumbsup', '👍'],
    ['+1::skin-tone-4', '👍🏽'],
    ['party_parrot', ':party_parrot:'],
    ['constructor', ':constructor:'],
  ])('P18: %s is %s', (reaction, emoji) => {
    expect(react({ reaction })).toMatchObject({
      ...{ type: 'reaction', eventId: 'Ev1', emoji },
      ...{ address: 'U444DDD', target: `D666FFF:${TS}`, route: { dm: 'D666FFF' } },
    });
  });

  it('P18: one that is taken back has no emoji; the app’s own and those to files are none', () => {
    expect(react({ type: 'reaction_removed', reaction: '+1' })).toMatchObject({
      type: 'reaction',
      emoji: null,
    });
    expect(react({ reaction: '+1', user: 'U0OWNBOT' })).toMatchObject({ type: 'unsupported' });
    expect(react({ reaction: '+1', item: { type: 'file', file: 'F1' } })).toMatchObject({
      type: 'unsupported',
    });
    expect(react({})).toMatchObject({ type: 'unsupported' });
  });
});

describe('presses and commands', () => {
  const interact = (payload: object) =>
    parse({
      payload: JSON.stringify({
        type: 'block_actions',
        user: { id: 'U444DDD', name: 'ada' },
        channel: { id: 'D666FFF', name: 'directmessage' },
        message: { ts: TS },
        trigger_id: 't',
        ...payload,
      }),
    })[0];
  const action = { action_id: 'press:0', action_ts: '1795000001.000100', type: 'button' };

  it('T2, P16: the id that was offered comes back from buttons, menus and overflow', () => {
    const button = { ...action, value: 'yes', text: { text: 'Yes!' } };
    expect(interact({ actions: [button] })).toMatchObject({
      ...{ type: 'message', address: 'U444DDD', profileName: 'ada', replyTo: [`D666FFF:${TS}`] },
      content: { text: 'Yes!', action: { id: 'yes', label: 'Yes!' } },
    });
    for (const type of ['static_select', 'overflow', 'radio_buttons']) {
      const selected_option = { value: 'row-2', text: { text: 'Two' } };
      const chosen = interact({ actions: [{ ...action, type, selected_option }] });
      expect(chosen).toMatchObject({ content: { action: { id: 'row-2', label: 'Two' } } });
    }
  });

  it('a press in a thread of a room is answered there', () => {
    const place = {
      channel: { id: 'C333CCC', name: 'general' },
      message: { ts: TS, thread_ts: '1794000000.000100' },
    };
    expect(interact({ ...place, actions: [{ ...action, value: 'y' }] })).toMatchObject({
      ...{ address: 'C333CCC:1794000000.000100', profileName: 'general' },
      content: { author: { id: 'U444DDD', name: 'ada' } },
    });
  });

  it('two presses of one button are two events, one press delivered twice is one', () => {
    const at = (action_ts: string) => interact({ actions: [{ ...action, value: 'y', action_ts }] })?.eventId;
    expect(at('1795000001.000100')).toBe(at('1795000001.000100'));
    expect(at('1795000001.000200')).not.toBe(at('1795000001.000100'));
  });

  it.each([
    [{ actions: [{ ...action, url: 'https://a.test' }] }],
    [{ actions: [{ ...action, type: 'static_select', selected_option: null }] }],
    [{ actions: [{ ...action, value: 'y' }], channel: undefined, message: undefined, view: {} }],
    [{ actions: [] }],
    [{ type: 'view_submission' }],
    [{ type: 'shortcut' }],
  ])('keeps %j for the record', (payload) => {
    expect(interact(payload)).toMatchObject({ type: 'unsupported' });
  });

  it.each(['{', '[]', '"x"', 'null', ''])('keeps the unreadable payload %j for the record', (payload) => {
    expect(parse({ payload })).toMatchObject([{ type: 'unsupported' }]);
    expect(parse({ payload: [payload, payload] })).toMatchObject([{ type: 'unsupported' }]);
  });

  it('a command is answered to the person alone', () => {
    const form = {
      command: '/ask',
      text: 'why',
      user_id: 'U444DDD',
      user_name: 'ada',
      channel_id: 'C333CCC',
      trigger_id: '1.2.3',
    };
    expect(parse(form)).toMatchObject([
      {
        type: 'message',
        eventId: 'command:1.2.3',
        address: 'U444DDD',
        profileName: 'ada',
        content: { text: '/ask why' },
      },
    ]);
    expect(parse({ ...form, user_id: 'nobody' })).toMatchObject([{ type: 'unsupported' }]);
  });
});

describe('our own messages', () => {
  const posted = (more: object, callRef = '7:1') =>
    parse(
      callback({
        ...{ type: 'message_metadata_posted', app_id: 'A222BBB', channel_id: 'C333CCC', message_ts: TS },
        metadata: { event_type: 'skein_call', event_payload: { call_ref: callRef } },
        ...more,
      }),
    )[0];

  it('B2: say of a call that it was made', () => {
    expect(posted({})).toMatchObject({
      type: 'receipt',
      status: 'sent',
      callRef: '7:1',
      providerMessageId: `C333CCC:${TS}`,
    });
  });

  it('of another app, or with another reference, say nothing', () => {
    expect(posted({ app_id: 'A9' })).toMatchObject({ type: 'unsupported' });
    expect(posted({}, 'theirs')).toMatchObject({ type: 'unsupported' });
    expect(posted({ metadata: { event_type: 'other' } })).toMatchObject({ type: 'unsupported' });
  });
});

describe('accounts', () => {
  const ownerOf = (more: object) =>
    webhook.parse(callback({ type: 'message', ...inRoom, text: 'x' }, more), account)[0]?.account;

  it('R1: an event goes to the installation it names', () => {
    expect(ownerOf({})).toBe('T111AAA:A222BBB');
    expect(ownerOf({ team_id: 'T9', authorizations: [] })).toBe('T9:A222BBB');
    expect(ownerOf({ api_app_id: 'A9' })).toBe('T111AAA:A9');
    expect(ownerOf({ team_id: undefined, authorizations: undefined })).toBe('T111AAA:A222BBB');
    // A channel that is shared with another company.
    expect(ownerOf({ team_id: 'T9' })).toBe('T111AAA:A222BBB');
  });
});

describe('anything else', () => {
  it.each(['app_uninstalled', 'tokens_revoked', 'team_join', '__proto__'])(
    'keeps %s for the record',
    (type) => {
      expect(parse(callback({ type }))).toMatchObject([{ type: 'unsupported', eventId: 'Ev1' }]);
    },
  );

  it.each([[{}], [[]], ['x'], [null], [{ type: 'app_rate_limited' }], [{ type: 'event_callback' }]])(
    'keeps %j for the record',
    (body) => expect(parse(body)).toMatchObject([{ type: 'unsupported' }]),
  );

  it('becomes events with an id and a time, never an exception', () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('\0', '\ud800', 'U444DDD', 'C333CCC', 'D666FFF', TS, 'F1A1'),
    );
    const names = [
      'type',
      'subtype',
      'channel',
      'user',
      'ts',
      'text',
      'files',
      'item',
      'message',
      'edited',
      'id',
    ];
    const bag = fc.dictionary(
      fc.constantFrom(...names),
      fc.oneof(odd, fc.dictionary(fc.constantFrom(...names), odd)),
    );
    const types = fc.constantFrom('message', 'app_mention', 'reaction_added', 'message_metadata_posted');
    const event = fc.tuple(bag, types).map(([some, type]) => callback({ ...some, type }));
    const press = fc.record({
      type: fc.constant('block_actions'),
      actions: fc.array(bag),
      user: bag,
      channel: bag,
      message: bag,
    });
    const bodies = fc.oneof(
      fc.jsonValue(),
      event,
      press.map((payload) => ({ payload: JSON.stringify(payload) })),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        for (const { eventId, at } of parse(body)) {
          expect(eventId.length).toBeGreaterThan(0);
          expect(Number.isNaN(Date.parse(at))).toBe(false);
        }
      }),
    );
  });
});
