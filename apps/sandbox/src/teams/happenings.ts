import { randomUUID } from 'node:crypto';
import type { Fields } from '../core/fields.js';
import { listOf, objectOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { invalid } from '../core/refusal.js';
import { nextMessageId } from './accounts.js';
import { addMessage, isAt } from './conversations.js';
import type { Message, Standing } from './conversations.js';
import { buttonsOf } from './inbox.js';
import { attachmentsOf, textOfWrite } from './person-content.js';
import { tell } from './tell.js';
import type { Teller } from './tell.js';

type Happening = (teller: Teller, fields: Fields) => JsonObject;

/** What a person, or the platform, can cause besides a message, by the field of the request that asks for it. */
const HAPPENINGS: Readonly<Record<string, Happening>> = {
  press: pressButton,
  reaction: react,
  edit: editMessage,
  revoke: (teller, fields) =>
    changeMessage(teller, fields.optionalText('revoke'), 'messageDelete', 'softDeleteMessage'),
  installation: install,
  membership: member,
  standing: stand,
  invoke: (teller, fields) => event(teller, { type: 'invoke', ...fields.object('invoke')?.body }),
  raw: (teller, fields) => event(teller, fields.object('raw')?.body ?? {}),
};

/** Carries out what a control request asks for; returns what came of it. */
export function happen(teller: Teller, fields: Fields): JsonObject {
  const name = Object.keys(HAPPENINGS).find((field) => fields.has(field));
  return name === undefined ? write(teller, fields) : (HAPPENINGS[name] as Happening)(teller, fields);
}

/** Text, files or both. In a room the bot hears only what mentions it. */
function write(teller: Teller, fields: Fields): JsonObject {
  const { side, conversation } = teller;
  const content = { ...textOfWrite(teller, fields), ...attachmentsOf(teller, fields) };
  const id = nextMessageId(teller.account);
  const thread = conversation.type === 'channel' ? (teller.place.thread ?? id) : null;
  const place = { chat: conversation.id, thread };
  const replyTo = fields.optionalText('replyTo');
  const answered = replyTo === undefined ? {} : { replyToId: ownId(replyTo) };
  const activity = tell({ ...teller, place }, { type: 'message', id, ...answered, ...content });
  addMessage(conversation, { id, atMs: side.world.clock.now(), direction: 'out', thread, activity });
  return { id: `${conversation.id}:${id}`, type: 'message', ...(thread === null ? {} : { thread }) };
}

/** A button of the latest card that has it comes back as the data alone. */
function pressButton(teller: Teller, fields: Fields): JsonObject {
  const wanted = fields.text('press');
  const id = fields.optionalText('messageId');
  const received = seen(teller).filter(({ direction }) => direction === 'in');
  for (const message of received.reverse()) {
    const data = id === undefined || ownId(id) === message.id ? dataOf(message, wanted) : undefined;
    if (data === undefined) continue;
    const place = { chat: teller.conversation.id, thread: message.thread };
    const pressId = nextMessageId(teller.account);
    tell({ ...teller, place }, { type: 'message', id: pressId, replyToId: message.id, value: data });
    return { id: `${teller.conversation.id}:${pressId}`, type: 'press' };
  }
  throw invalid('press', 'is no button of a card in this inbox');
}

function dataOf({ activity }: Message, wanted: string): JsonObject | undefined {
  const cards = listOf(activity['attachments']).map((each) => objectOf(objectOf(each)?.['content']) ?? {});
  for (const card of cards) {
    const index = buttonsOf(card).findIndex(
      ({ id, title, url }) => url === undefined && (id === wanted || title === wanted),
    );
    if (index >= 0) return objectOf(actionsOf(card)[index]?.['data']);
  }
  return undefined;
}

/** In the order of {@link buttonsOf}. */
function actionsOf(card: JsonObject): JsonObject[] {
  const rows = listOf(card['body']).map((block) => objectOf(objectOf(block)?.['selectAction']));
  return [...rows, ...listOf(card['actions']).map(objectOf)].filter((each) => each !== undefined);
}

/** `{type, messageId?, remove?}`: `like`, `heart` … on a message of the bot, the latest when none is named. */
function react(teller: Teller, fields: Fields): JsonObject {
  const given = fields.object('reaction');
  const named = given?.optionalText('messageId');
  const received = seen(teller).filter(({ direction }) => direction === 'in');
  const message = named === undefined ? received.at(-1) : received.find(({ id }) => id === ownId(named));
  if (!message || !given) throw invalid('reaction.messageId', 'is no message of the bot');
  const list = given.flag('remove', false) ? 'reactionsRemoved' : 'reactionsAdded';
  const reaction = { [list]: [{ type: given.text('type') }], replyToId: message.id };
  return event(teller, { type: 'messageReaction', ...reaction });
}

function editMessage(teller: Teller, fields: Fields): JsonObject {
  const given = fields.object('edit');
  const text = { text: given?.text('text') };
  return changeMessage(teller, given?.optionalText('messageId'), 'messageUpdate', 'editMessage', text);
}

/** A message of the person is changed or taken back; the activity has the id of the message. */
function changeMessage(
  teller: Teller,
  named: string | undefined,
  type: 'messageUpdate' | 'messageDelete',
  eventType: string,
  more: JsonObject = {},
): JsonObject {
  const written = seen(teller).filter(({ direction }) => direction === 'out');
  const wanted =
    named === undefined || named === '' ? written.at(-1) : written.find(({ id }) => id === ownId(named));
  if (!wanted) throw invalid('messageId', 'is no message of this person');
  if (type === 'messageDelete') wanted.deleted = true;
  else wanted.edited = true;
  const place = { chat: teller.conversation.id, thread: wanted.thread };
  tell({ ...teller, place }, { type, id: wanted.id, channelData: { eventType }, ...more });
  return { id: `${teller.conversation.id}:${wanted.id}`, type };
}

/** `add`, `remove`, `add-upgrade`, `remove-upgrade`. */
function install(teller: Teller, fields: Fields): JsonObject {
  const action = fields.text('installation');
  teller.conversation.standing = action.startsWith('remove') ? 'removed' : 'installed';
  return event(teller, { type: 'installationUpdate', action });
}

/** `added`, `removed`: the bot itself. */
function member(teller: Teller, fields: Fields): JsonObject {
  const isAdded = fields.text('membership') === 'added';
  teller.conversation.standing = isAdded ? 'installed' : 'removed';
  const bot = [{ id: `28:${teller.account.config.appId}` }];
  return event(teller, { type: 'conversationUpdate', [isAdded ? 'membersAdded' : 'membersRemoved']: bot });
}

/** Nobody is told of it: `blocked` by the person, `disabled` by the administrator, `installed`. */
function stand({ conversation }: Teller, fields: Fields): JsonObject {
  const standing = fields.text('standing');
  if (!['blocked', 'disabled', 'removed', 'installed'].includes(standing))
    throw invalid('standing', 'must be installed, blocked, removed or disabled');
  conversation.standing = standing as Standing;
  return { type: 'standing', standing };
}

/** An activity that is no message. */
export function event(teller: Teller, activity: JsonObject): JsonObject {
  const id = `f:${randomUUID()}`;
  const { id: given } = tell(teller, { id, ...activity });
  return { id: String(given), type: String(activity['type']) };
}

function seen({ conversation, place }: Teller): Message[] {
  return conversation.messages.filter((message) => isAt(message, place));
}

/** The platform's own id of a message that the control surface names `<conversation>:<id>`. */
function ownId(named: string): string {
  return named.slice(named.lastIndexOf(':') + 1);
}
