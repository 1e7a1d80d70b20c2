import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { Rig } from '../testing/rig.js';
import { TeamsBusiness } from '../testing/teams-business.js';
import { until } from '../testing/until.js';

const ADA = 'a:17I0kl9EkpE1O9PH5TWrzr-';
const GROUP = '19:group1@thread.v2';
const ROOM = '19:3629591d@thread.tacv2';
const MESSAGE = { type: 'message', text: 'hello' };

describe('B10: the Bot Connector', () => {
  let rig: Rig;
  let bot: TeamsBusiness;

  beforeEach(async () => {
    rig = await Rig.start();
    bot = new TeamsBusiness(rig);
    await bot.register();
    await bot.logIn();
  });
  afterEach(() => rig.stop());

  const activities = (count: number) => until(() => bot.activities().length >= count && bot.activities());

  it('hands out tokens to who knows the secret, and takes them until they run out', async () => {
    await bot.write(ADA, { text: 'hi' });
    expect((await bot.text(ADA)).status).toBe(201);
    const wrong: [Record<string, string>, string][] = [
      [{ client_secret: 'x' }, '401 invalid_client'],
      [{ client_id: 'x' }, '400 unauthorized_client'],
      [{ scope: 'x' }, '400 invalid_scope'],
      [{ grant_type: 'x' }, '400 unsupported_grant_type'],
    ];
    for (const [fields, expected] of wrong) {
      const { status, body } = await bot.logIn(fields);
      expect(`${status} ${String(body['error'])}`).toBe(expected);
    }
    expect((await bot.logIn({}, 'tenant-2')).status).toBe(400);
    expect((await bot.text(ADA)).status).toBe(201);
    await bot.register();
    expect((await bot.text(ADA)).status).toBe(401);
  });

  it('refuses what the platform refuses', async () => {
    await bot.write(ADA, { text: 'hi' });
    const image = (bytes: number) => ({
      contentType: 'image/png',
      contentUrl: `data:image/png;base64,${Buffer.alloc(bytes).toString('base64')}`,
    });
    const card = (content: object) => ({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }],
    });
    expect(await bot.refusal('a:nobody', MESSAGE)).toBe('404 ConversationNotFound');
    expect(await bot.refusal(ADA, MESSAGE, 'emea')).toBe('404 ConversationNotFound');
    expect(await bot.refusal(`${ROOM};messageid=1575667808184`, MESSAGE)).toBe('404 ConversationNotFound');
    expect(await bot.refusal(ADA, { type: 'message' })).toBe('400 Bad Argument');
    expect(await bot.refusal(ADA, { type: 'trace', text: 'x' })).toBe('400 Bad Argument');
    expect(await bot.refusal(ADA, card({ type: 'Card' }))).toBe('400 Bad Argument');
    expect(await bot.refusal(ADA, { ...MESSAGE, text: 'x'.repeat(51_300) })).toBe('413 MessageSizeTooBig');
    // A picture in base64 does not count, but has a limit of its own.
    expect((await bot.post(ADA, { type: 'message', attachments: [image(900_000)] })).status).toBe(201);
    expect(await bot.refusal(ADA, { type: 'message', attachments: [image(1_100_000)] })).toBe(
      '400 Bad Argument',
    );
    const standings = { removed: 'BotNotInConversationRoster', disabled: 'BotDisabledByAdmin' };
    for (const [standing, code] of Object.entries(standings)) {
      await bot.write(ADA, { standing });
      expect(await bot.refusal(ADA, MESSAGE)).toBe(`403 ${code}`);
    }
  });

  it('takes seven in a second and no eighth, and says how long to wait', async () => {
    await bot.write(ADA, { text: 'hi' });
    await bot.write(GROUP, { text: 'hi' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => bot.text(ADA)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 201, 201, 201, 429]);
    const slow = answers.find(({ status }) => status === 429);
    expect(Number(slow?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect((await bot.text(GROUP)).status).toBe(201);
  });

  it('a message to a channel starts a thread, one into a thread stays there', async () => {
    const { body } = await bot.write(ROOM, { text: 'hi' });
    const thread = String(body['thread']);
    const [told] = await activities(1);
    expect(told).toMatchObject({
      conversation: { id: `${ROOM};messageid=${thread}`, conversationType: 'channel', isGroup: true },
      text: '<at>Sandbox bot</at> hi',
      entities: [{ type: 'mention', mentioned: { id: '28:app-1' }, text: '<at>Sandbox bot</at>' }],
      channelData: { channel: { id: ROOM }, team: { id: ROOM } },
    });
    await bot.text(`${ROOM};messageid=${thread}`, 'in it');
    await bot.text(ROOM, 'a new one');
    expect((await rig.inbox('teams', `${ROOM}:${thread}`)).map(({ text }) => text)).toEqual(['in it']);
    expect((await rig.inbox('teams', ROOM)).map(({ text }) => text)).toEqual(['in it', 'a new one']);
  });

  it('signs every activity for the bot and its service address, by a key endorsed for Teams', async () => {
    await bot.write(ADA, { text: 'hi' });
    await bot.write(ADA, { text: 'moved', region: 'emea' });
    const told = await activities(2);
    expect(told.map(({ serviceUrl }) => serviceUrl)).toEqual(
      ['amer', 'emea'].map((region) => `${rig.sandbox.url}/teams/${region}/`),
    );
    const document = await rig.call<{ jwks_uri: string; issuer: string }>(
      'GET',
      '/teams/v1/.well-known/openidconfiguration',
    );
    const path = new URL(document.body.jwks_uri).pathname;
    const keys = (await rig.call<JSONWebKeySet>('GET', path)).body;
    for (const [index, hook] of rig.receiver.hooks.entries()) {
      const token = hook.headers['authorization']?.replace('Bearer ', '') ?? '';
      const options = { issuer: document.body.issuer, audience: 'app-1' };
      const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), options);
      expect(payload['serviceurl']).toBe(told[index]?.['serviceUrl']);
      const key = keys.keys.find(({ kid }) => kid === protectedHeader.kid);
      expect(key).toMatchObject({ endorsements: expect.arrayContaining(['msteams']) as unknown });
    }
    await bot.register({ rotateKeys: true });
    expect((await rig.call<JSONWebKeySet>('GET', path)).body.keys[0]?.kid).not.toBe(keys.keys[0]?.kid);
  });

  it('tells presses, files, reactions, edits, deletions and installations in the documented shapes', async () => {
    const { body } = await bot.write(ADA, { media: { file: 'small.pdf' } });
    const actions = [{ type: 'Action.Submit', title: 'Yes', data: { skeinAction: 'yes' } }];
    const content = { type: 'AdaptiveCard', version: '1.4', body: [], actions };
    const attachments = [{ contentType: 'application/vnd.microsoft.card.adaptive', content }];
    const sent = await bot.post(ADA, { type: 'message', attachments });
    await bot.write(ADA, { press: 'Yes' });
    await bot.write(ADA, { reaction: { type: 'heart' } });
    await bot.write(ADA, { edit: { text: 'better' } });
    await bot.write(ADA, { revoke: String(body['id']) });
    await bot.write(ADA, { installation: 'remove' });
    await bot.write(ADA, { membership: 'added' });
    const id = String(body['id']).split(':').at(-1);
    expect((await activities(7)).slice(0, 7)).toMatchObject([
      {
        attachments: [
          { contentType: 'application/vnd.microsoft.teams.file.download.info', content: { fileType: 'pdf' } },
          { contentType: 'text/html' },
        ],
      },
      { type: 'message', value: { skeinAction: 'yes' }, replyToId: sent.body['id'] },
      { type: 'messageReaction', reactionsAdded: [{ type: 'heart' }], replyToId: sent.body['id'] },
      { type: 'messageUpdate', text: 'better', id, channelData: { eventType: 'editMessage' } },
      { type: 'messageDelete', id, channelData: { eventType: 'softDeleteMessage' } },
      { type: 'installationUpdate', action: 'remove' },
      { type: 'conversationUpdate', membersAdded: [{ id: '28:app-1' }] },
    ]);
    expect((await bot.write(ADA, { press: 'No' })).status).toBe(400);
    expect((await rig.write('teams', 'not an address', { text: 'x' })).status).toBe(400);
  });

  it('has faults on command, and a picture only for the bot', async () => {
    await bot.write(ADA, { text: 'hi' });
    const fault = (name: string, more: object = {}) =>
      rig.fault({ kind: 'teams', fault: name, address: ADA, ...more });
    await fault('throttle', { retryAfter: 4 });
    expect((await bot.text(ADA)).headers['retry-after']).toBe('4');
    await fault('error');
    expect(await bot.refusal(ADA, MESSAGE)).toBe('502 ServiceError');
    await fault('reset_after_accept');
    await expect(bot.text(ADA, 'taken')).rejects.toMatchObject({ code: expect.any(String) as unknown });
    await fault('hang', { delayMs: 20 });
    expect((await bot.text(ADA, 'late')).status).toBe(201);
    expect((await rig.inbox('teams', ADA)).map(({ text }) => text)).toEqual(['taken', 'late']);
    await fault('duplicate_webhook');
    await bot.write(ADA, { media: { file: 'small.jpg', inline: true } });
    const told = await activities(3);
    expect(told[1]?.['id']).toBe(told[2]?.['id']);
    const [picture] = told[1]?.['attachments'] as { contentUrl: string }[];
    const path = new URL(picture?.contentUrl ?? '').pathname;
    expect((await rig.call('GET', path)).status).toBe(401);
  });
});
