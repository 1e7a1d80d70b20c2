import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { invalid, notFound, Refusal } from '../core/refusal.js';
import { addressOf, nextStamp, shownMessage } from './conversations.js';
import type { SlackMessage } from './conversations.js';
import { tellEvent, tellForm } from './events.js';
import { elementsOf } from './inbox.js';
import type { ShownElement } from './inbox.js';
import { writeEdit, writeMedia, writeReaction, writeRevoke, writeText } from './writes.js';
import type { WriteQuestion } from './writes.js';

/** What a person can do, by the field of the request that asks for it. */
const WRITES: Record<string, (question: WriteQuestion) => JsonObject> = {
  text: writeText,
  press: pressElement,
  media: writeMedia,
  reaction: writeReaction,
  edit: writeEdit,
  revoke: writeRevoke,
  command: typeCommand,
  membership: changeMembership,
  uninstall: uninstall,
  raw: ({ side, account, place, fields }) => {
    tellEvent(side.world, account, addressOf(place, null), fields.object('raw')?.body ?? {});
    return { type: 'raw' };
  },
  payload: ({ account, place, fields }) => {
    tellForm(account, addressOf(place, null), {
      payload: JSON.stringify(fields.object('payload')?.body ?? {}),
    });
    return { type: 'payload' };
  },
};

/** Does what the request asks; a 400 names what is missing. */
export function writeAs(question: WriteQuestion): JsonObject {
  const name = Object.keys(WRITES).find((field) => question.fields.has(field));
  const write = name === undefined ? undefined : WRITES[name];
  if (!write || name === undefined)
    throw invalid('body', `must hold one of ${Object.keys(WRITES).join(', ')}`);
  return { type: name, ...write(question) };
}

/** `{press: id or label}`: the newest button or option with it. */
function pressElement(question: WriteQuestion): JsonObject {
  const { place, fields } = question;
  const wanted = fields.text('press');
  for (const message of place.messages.toReversed()) {
    if (!message.byApp) continue;
    const elements = elementsOf(message.blocks);
    const element =
      elements.find(({ id }) => id === wanted) ?? elements.find(({ title }) => title === wanted);
    if (element) return press(question, message, element);
  }
  throw notFound(`There is no button ${JSON.stringify(wanted)} in this conversation.`);
}

function press(
  { side, account, place, user }: WriteQuestion,
  message: SlackMessage,
  shown: ShownElement,
): JsonObject {
  const { config } = account;
  const stamp = nextStamp(account, side.world.clock);
  const name = account.names.get(user) ?? user.toLowerCase();
  const threadTs = message.threadTs === null ? {} : { thread_ts: message.threadTs };
  const payload = {
    type: 'block_actions',
    user: { id: user, username: name, name, team_id: config.teamId },
    ...{ api_app_id: config.appId, token: 'deprecated' },
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: place.id,
      is_ephemeral: false,
      ...threadTs,
    },
    trigger_id: triggerId(),
    team: { id: config.teamId, domain: 'sandbox' },
    ...{ enterprise: null, is_enterprise_install: false },
    channel: { id: place.id, name: place.name },
    message: shownMessage(account, message),
    response_url: `${side.world.origin()}/slack/response/${randomBytes(8).toString('hex')}`,
    actions: [{ ...actionOf(shown), action_ts: stamp }],
  };
  tellForm(account, addressOf(place, message.threadTs), { payload: JSON.stringify(payload) });
  return { ts: stamp };
}

/** The element as it comes back: a button with its value, a menu with the option that was chosen. */
function actionOf({ element, option, blockId }: ShownElement): JsonObject {
  const { type, action_id: actionId, text, value, url, placeholder } = element;
  const known = { type, action_id: actionId, block_id: blockId };
  if (option !== undefined) {
    const { text: label, value: id } = option;
    return { ...known, placeholder, selected_option: { text: label, value: id } };
  }
  return { ...known, text, ...(value === undefined ? {} : { value }), ...(url === undefined ? {} : { url }) };
}

/** `{command: {name, text?}}`: a slash command, which nobody else sees. */
function typeCommand({ side, account, place, user, fields }: WriteQuestion): JsonObject {
  const command = fields.object('command');
  if (!command) throw invalid('command', 'is required');
  const { teamId, appId } = account.config;
  const trigger = triggerId();
  tellForm(account, addressOf(place, null), {
    ...{
      token: 'deprecated',
      team_id: teamId,
      team_domain: 'sandbox',
      channel_id: place.id,
      channel_name: place.name,
    },
    ...{
      user_id: user,
      user_name: account.names.get(user) ?? user.toLowerCase(),
      command: command.text('name'),
    },
    ...{ text: command.optionalText('text') ?? '', api_app_id: appId, is_enterprise_install: 'false' },
    response_url: `${side.world.origin()}/slack/response/${randomBytes(8).toString('hex')}`,
    trigger_id: trigger,
  });
  return { trigger };
}

/** `{membership: 'join' | 'leave'}`: the app is invited to the room, or removed from it. */
function changeMembership({ side, account, place, user, fields }: WriteQuestion): JsonObject {
  const change = fields.text('membership');
  if (change !== 'join' && change !== 'leave') throw invalid('membership', 'must be join or leave');
  if (place.user !== null) throw new Refusal(409, 'not_supported', 'Nobody joins a direct message.');
  place.member = change === 'join';
  const stamp = nextStamp(account, side.world.clock);
  const type = place.member ? 'member_joined_channel' : 'channel_left';
  const { botUserId, teamId } = account.config;
  tellEvent(side.world, account, addressOf(place, null), {
    ...{
      type,
      user: botUserId,
      channel: place.id,
      channel_type: 'C',
      team: teamId,
      inviter: user,
      event_ts: stamp,
    },
  });
  return { member: place.member };
}

/** `{uninstall: true}`: the app leaves the workspace; its token is worth nothing from then on. */
function uninstall({ side, account, place }: WriteQuestion): JsonObject {
  account.uninstalled = true;
  const address = addressOf(place, null);
  tellEvent(side.world, account, address, { type: 'app_uninstalled' });
  tellEvent(side.world, account, address, {
    type: 'tokens_revoked',
    tokens: { bot: [account.config.botUserId] },
  });
  return { uninstalled: true };
}

function triggerId(): string {
  return `${Date.now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(8).toString('hex')}`;
}
