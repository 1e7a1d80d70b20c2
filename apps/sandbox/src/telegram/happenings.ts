import type { JsonObject } from '../core/json.js';
import { invalid, notFound, Refusal } from '../core/refusal.js';
import { botObject } from './accounts.js';
import { addMessage, chatObject, newChat, newMessage, writtenAddress } from './chats.js';
import type { Standing } from './chats.js';
import { keysOf } from './keyboard.js';
import { seconds } from './side.js';
import { tell } from './tell.js';
import { asksForMessage, contentOf, messageAt } from './writes.js';
import type { WriteQuestion } from './writes.js';

type Happening = (question: WriteQuestion) => JsonObject;

/** What somebody can do besides writing, by the field of the request that asks for it. */
const HAPPENINGS: Readonly<Record<string, Happening>> = {
  press,
  reaction,
  edit,
  block: (question) => changeStanding(question, 'blocked', 'kicked'),
  unblock: (question) => changeStanding(question, 'member', 'member'),
  kick: (question) => changeStanding(question, 'kicked', 'kicked'),
  join,
  deactivate: ({ chat }) => {
    chat.standing = 'deactivated';
    return { type: 'deactivated' };
  },
  migrate,
  rawUpdate: (question) => told(question, question.fields.object('rawUpdate')?.body ?? {}, { type: 'raw' }),
};

/** Does what the request asks for; a 400 names what is missing. */
export function happen(question: WriteQuestion): JsonObject {
  const { fields, chat } = question;
  chat.name = fields.object('profile')?.optionalText('name') ?? chat.name;
  const [, done] = Object.entries(HAPPENINGS).find(([field]) => fields.has(field)) ?? [];
  if (done) return done(question);
  if (!asksForMessage(fields))
    throw invalid(
      'body',
      `must hold text, media, location, contact, raw or one of ${Object.keys(HAPPENINGS).join(', ')}`,
    );
  if (chat.standing !== 'member')
    throw new Refusal(409, 'not_supported', `The bot is ${chat.standing} here; undo that first.`);
  return write(question);
}

function told({ side, account, address }: WriteQuestion, body: JsonObject, result: JsonObject): JsonObject {
  const place = writtenAddress(address.chat, address.topic);
  return { ...result, updateId: tell(side, account, place, body) };
}

/** Who does it: the person of the chat, or somebody of the group. */
function userOf({ chat, fields }: WriteQuestion): JsonObject {
  if (chat.type === 'private') return { id: Number(chat.id), is_bot: false, first_name: chat.name };
  const from = fields.object('from');
  const id = Number(from?.body['id'] ?? 7_000_001);
  return {
    id,
    is_bot: from?.flag('bot', false) ?? false,
    first_name: from?.optionalText('name') ?? `Person ${String(id).slice(-4)}`,
  };
}

function write(question: WriteQuestion): JsonObject {
  const { side, account, chat, address, fields } = question;
  const { topic } = address;
  if (topic !== null && !chat.topics.includes(topic)) chat.topics.push(topic);
  account.nextMessageId += 1;
  const id = account.nextMessageId;
  const message = {
    message_id: id,
    from: userOf(question),
    chat: chatObject(chat),
    date: seconds(side.world),
    ...(topic === null ? {} : { message_thread_id: topic, is_topic_message: true }),
    ...answered(question, fields.optionalText('replyTo')),
    ...contentOf(question),
  };
  addMessage(chat, newMessage({ id, atMs: side.world.clock.now(), direction: 'out', topic, message }));
  return told(question, { message }, { id: `${chat.id}:${id}`, type: 'message' });
}

/** In a topic, what answers nothing else answers the notice that opened the topic. */
function answered(question: WriteQuestion, replyTo: string | undefined): JsonObject {
  const { chat, address } = question;
  if (replyTo !== undefined) return { reply_to_message: messageAt(question, replyTo, () => true).message };
  if (address.topic === null) return {};
  return {
    reply_to_message: {
      message_id: address.topic,
      chat: chatObject(chat),
      forum_topic_created: { name: 'Topic' },
    },
  };
}

/** Presses the newest key whose data or label is given. */
function press(question: WriteQuestion): JsonObject {
  const { account, chat, fields } = question;
  const wanted = fields.text('press');
  for (const message of chat.messages.toReversed()) {
    if (message.direction !== 'in') continue;
    const keys = keysOf(message.message['reply_markup']);
    const key = keys.find(({ id }) => id === wanted) ?? keys.find(({ title }) => title === wanted);
    if (!key) continue;
    if (key.type !== 'callback')
      throw new Refusal(409, 'not_supported', `A button of type ${key.type} sends nothing to the business.`);
    account.nextUpdateId += 1;
    const id = `${account.nextUpdateId}${chat.id.replace('-', '0')}`;
    message.presses.push({ id, data: key.id, answered: false });
    const query = {
      id,
      from: userOf(question),
      message: message.message,
      chat_instance: chat.id,
      data: key.id,
    };
    return told(question, { callback_query: query }, { id, type: 'press' });
  }
  throw notFound(`There is no button ${JSON.stringify(wanted)} in this chat.`);
}

/** An empty emoji takes the reaction back. */
function reaction(question: WriteQuestion): JsonObject {
  const { side, chat, fields } = question;
  const given = fields.object('reaction');
  const message = messageAt(
    question,
    given?.optionalText('messageId'),
    ({ direction }) => direction === 'in',
  );
  const user = userOf(question);
  const listed = (emoji: string): JsonObject[] => (emoji === '' ? [] : [{ type: 'emoji', emoji }]);
  const [before, now] = [message.theirs[String(user['id'])] ?? '', given?.optionalText('emoji') ?? ''];
  message.theirs[String(user['id'])] = now;
  const change = {
    chat: chatObject(chat),
    message_id: message.id,
    user,
    date: seconds(side.world),
    old_reaction: listed(before),
    new_reaction: listed(now),
  };
  return told(question, { message_reaction: change }, { type: 'reaction' });
}

function edit(question: WriteQuestion): JsonObject {
  const { side, fields, chat } = question;
  const given = fields.object('edit');
  const found = messageAt(question, given?.optionalText('messageId'), ({ direction }) => direction === 'out');
  const name = typeof found.message['text'] === 'string' ? 'text' : 'caption';
  found.message = { ...found.message, [name]: given?.text('text'), edit_date: seconds(side.world) };
  found.edited = true;
  return told(question, { edited_message: found.message }, { id: `${chat.id}:${found.id}`, type: 'edit' });
}

/** `status` is the platform's word for what the bot has become. */
function changeStanding(question: WriteQuestion, standing: Standing, status: string): JsonObject {
  const { side, account, chat } = question;
  const user = botObject(account);
  const was = { member: 'member', blocked: 'kicked', kicked: 'kicked', left: 'left', deactivated: 'member' }[
    chat.standing
  ];
  chat.standing = standing;
  const change = {
    chat: chatObject(chat),
    from: userOf(question),
    date: seconds(side.world),
    old_chat_member: { user, status: was },
    new_chat_member: { user, status },
  };
  return told(question, { my_chat_member: change }, { type: 'my_chat_member' });
}

/** The bot is let into a group, which also shows it as a notice. */
function join(question: WriteQuestion): JsonObject {
  const { side, account, chat } = question;
  const result = changeStanding(question, 'member', 'member');
  account.nextMessageId += 1;
  const notice = { message_id: account.nextMessageId, from: userOf(question), date: seconds(side.world) };
  told(
    question,
    { message: { ...notice, chat: chatObject(chat), new_chat_members: [botObject(account)] } },
    {},
  );
  return result;
}

/**
 * `{migrate: '-100…'}`: the group becomes a supergroup. The bot is told that it joined that one, then both chats say what happened
 * (tdlib/telegram-bot-api issue 266).
 */
function migrate(question: WriteQuestion): JsonObject {
  const { side, account, chat, fields } = question;
  const to = fields.text('migrate');
  if (!/^-100\d{1,13}$/.test(to))
    throw invalid('migrate', 'must be the id of a supergroup, such as -1001234');
  const supergroup = account.chats.get(to) ?? newChat(to);
  supergroup.name = chat.name;
  account.chats.set(to, supergroup);
  chat.migratedTo = to;
  const notice = (about: JsonObject): JsonObject => {
    account.nextMessageId += 1;
    return { message_id: account.nextMessageId, from: userOf(question), date: seconds(side.world), ...about };
  };
  const left = notice({ chat: chatObject(chat), migrate_to_chat_id: Number(to) });
  const arrived = notice({ chat: chatObject(supergroup), migrate_from_chat_id: Number(chat.id) });
  const there = { ...question, chat: supergroup, address: { chat: to, topic: null } };
  supergroup.standing = 'left';
  changeStanding(there, 'member', 'member');
  told(there, { message: arrived }, {});
  return told(question, { message: left }, { type: 'migrate' });
}
