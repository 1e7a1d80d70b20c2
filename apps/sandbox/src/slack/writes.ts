import type { Fields } from '../core/fields.js';
import type { JsonObject } from '../core/json.js';
import { ownFile } from '../core/own-links.js';
import { invalid, notFound } from '../core/refusal.js';
import type { Account } from './accounts.js';
import { keyOf } from './call.js';
import { addMessage, addressOf, findMessage, nextStamp, shownMessage } from './conversations.js';
import type { Conversation, SlackMessage } from './conversations.js';
import { channelType, echoChange, echoDeletion, echoReaction } from './echoes.js';
import { tellEvent } from './events.js';
import type { StoredFile } from './files.js';
import { react, unreact } from './reactions.js';
import type { SlackSide } from './side.js';

/** What a person asks for, and where. */
export interface WriteQuestion {
  side: SlackSide;
  account: Account;
  place: Conversation;
  /** Who acts: the person of the direct message, or `user` of the request in a room. */
  user: string;
  threadTs: string | null;
  fields: Fields;
}

/** `{text, mention?, broadcast?}`: a message, which in a room may name the app and then comes as two events. */
export function writeText(question: WriteQuestion): JsonObject {
  return say(question, question.fields.text('text'), []);
}

/** `{media: {file | url | base64 + mimeType, caption?, filename?, external?, connect?}}`: a message with a file. */
export function writeMedia(question: WriteQuestion): JsonObject {
  const media = question.fields.object('media');
  if (!media) throw invalid('media', 'is required');
  const file = storeMedia(question, media);
  return say(question, media.optionalText('caption') ?? '', [file]);
}

function say(question: WriteQuestion, typed: string, files: StoredFile[]): JsonObject {
  const { side, account, place, user, threadTs, fields } = question;
  const isMention = fields.flag('mention', false);
  const text = `${isMention ? `<@${account.config.botUserId}> ` : ''}${asSlackWrites(typed)}`;
  const message = addMessage({ account, clock: side.world.clock }, place, {
    ...{ user, byApp: false, text, threadTs, files, read: true, raw: null },
  });
  const event = messageEvent(question, message);
  message.raw = event;
  const events = [event];
  if (isMention && place.user === null) events.push({ ...event, type: 'app_mention' });
  const scope = { channelId: account.config.channelId, address: addressOf(place, threadTs) };
  if (events.length > 1 && side.world.faults.take('slack', ['out_of_order'], scope)) events.reverse();
  // An app hears nothing of rooms it does not belong to.
  if (place.member) for (const each of events) tellEvent(side.world, account, scope.address, each);
  return { id: `${place.id}:${message.ts}`, ts: message.ts };
}

function messageEvent(
  { account, place, threadTs, fields }: WriteQuestion,
  message: SlackMessage,
): JsonObject {
  const name = account.names.get(message.user);
  const isBroadcast = threadTs !== null && fields.flag('broadcast', false);
  const subtype = message.files.length > 0 ? 'file_share' : isBroadcast ? 'thread_broadcast' : undefined;
  return {
    ...shownMessage(account, message),
    ...(subtype === undefined ? {} : { subtype }),
    ...(name === undefined ? {} : { user_profile: { name, real_name: name, display_name: name } }),
    ...{ channel: place.id, channel_type: channelType(place), event_ts: message.ts },
  };
}

/** What becomes of typed text: `& < >` are escaped, addresses are marked as links. */
function asSlackWrites(typed: string): string {
  const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replace(/https?:\/\/[^\s]+/g, (address) => `<${address}>`);
}

/** The person's own file: `{base64, mimeType}`, or `{file}` / `{url}` naming one of the sandbox's files. */
function storeMedia({ side, account, user }: WriteQuestion, media: Fields): StoredFile {
  const found = contentOf(side, media);
  const by = { owner: user, origin: account.config.origin ?? side.world.origin() };
  const file = side.files.add({ account: keyOf(account), ...found }, by);
  if (media.flag('external', false)) {
    file.shown = {
      ...file.shown,
      mode: 'external',
      is_external: true,
      url_private: 'https://drive.example/file',
    };
  }
  // Shared over Slack Connect, a file says only that there is more to ask for.
  if (!media.flag('connect', false)) return file;
  return { ...file, shown: { id: file.id, mode: 'file_access', file_access: 'check_file_info' } };
}

function contentOf(side: SlackSide, media: Fields): { name: string; mimeType: string; bytes: Buffer } {
  const filename = media.optionalText('filename');
  const base64 = media.optionalText('base64');
  if (base64 !== undefined) {
    const mimeType = media.text('mimeType');
    return { name: filename ?? 'file', mimeType, bytes: Buffer.from(base64, 'base64') };
  }
  const link =
    media.optionalText('url') ?? `${side.world.origin()}/files/${media.optionalText('file') ?? 'small.jpg'}`;
  const file = ownFile(side.world, link);
  if (typeof file === 'string') {
    throw invalid('media', 'must name a file of the sandbox, or carry base64 and mimeType');
  }
  const mimeType = media.optionalText('mimeType') ?? file.mimeType;
  return { name: filename ?? file.name, mimeType, bytes: file.bytes };
}

/** Emoji that a request may write instead of naming. */
const NAMES: Readonly<Record<string, string>> = {
  '👍': '+1',
  '👎': '-1',
  '❤️': 'heart',
  '😂': 'joy',
  '🎉': 'tada',
  '🙏': 'pray',
  '👀': 'eyes',
  '✅': 'white_check_mark',
};

/** `{reaction: {emoji, messageId?}}`: an emoji or a name; an empty one takes the person's reactions back. */
export function writeReaction(question: WriteQuestion): JsonObject {
  const { side, account, place, user, fields } = question;
  const reaction = fields.object('reaction');
  const message = messageNamed(place, reaction?.optionalText('messageId'), ({ byApp }) => byApp);
  const emoji = reaction?.optionalText('emoji') ?? '';
  const change = (type: 'reaction_added' | 'reaction_removed', name: string): void => {
    const stamp = nextStamp(account, side.world.clock);
    echoReaction(side.world, account, place, message, { type, user, name, stamp });
  };
  if (emoji === '') {
    const own = message.reactions.filter(({ users }) => users.includes(user)).map(({ name }) => name);
    for (const name of own) if (unreact(message, user, name)) change('reaction_removed', name);
  } else {
    const name = NAMES[emoji] ?? emoji.replaceAll(':', '');
    if (react(message, user, name) === undefined) change('reaction_added', name);
  }
  return { id: `${place.id}:${message.ts}`, ts: message.ts };
}

/** `{edit: {text, messageId?}}`: the person's own message, the last one unless it is named. */
export function writeEdit({ side, account, place, user, fields }: WriteQuestion): JsonObject {
  const edit = fields.object('edit');
  const message = messageNamed(place, edit?.optionalText('messageId'), (each) => each.user === user);
  const before = shownMessage(account, message);
  message.text = asSlackWrites(edit?.text('text') ?? '');
  message.editedTs = nextStamp(account, side.world.clock);
  echoChange(side.world, account, place, message, before);
  return { id: `${place.id}:${message.ts}`, ts: message.ts };
}

/** `{revoke: {messageId?}}`: a message with replies becomes a tombstone, any other one disappears. */
export function writeRevoke({ side, account, place, user, fields }: WriteQuestion): JsonObject {
  const named = fields.object('revoke')?.optionalText('messageId');
  const message = messageNamed(place, named, (each) => each.user === user);
  const hasReplies = place.messages.some(({ threadTs }) => threadTs === message.ts);
  if (hasReplies) bury(side, account, place, message);
  else {
    place.messages = place.messages.filter((each) => each !== message);
    echoDeletion(side.world, account, place, message);
  }
  return { id: `${place.id}:${message.ts}`, ts: message.ts };
}

function bury({ world }: SlackSide, account: Account, place: Conversation, message: SlackMessage): void {
  const stamp = nextStamp(account, world.clock);
  const before = shownMessage(account, message);
  message.text = 'This message was deleted.';
  const tombstone = {
    ...shownMessage(account, message),
    subtype: 'tombstone',
    user: 'USLACKBOT',
    hidden: true,
  };
  tellEvent(world, account, addressOf(place, message.threadTs), {
    ...{
      type: 'message',
      subtype: 'message_changed',
      hidden: true,
      message: tombstone,
      previous_message: before,
    },
    ...{ channel: place.id, channel_type: channelType(place), ts: stamp, event_ts: stamp },
  });
}

/** The message of an id, with or without its conversation, or the last one that fits. */
function messageNamed(
  place: Conversation,
  id: string | undefined,
  fits: (message: SlackMessage) => boolean,
): SlackMessage {
  const ts = id?.split(':').at(-1);
  const message = ts === undefined ? place.messages.findLast(fits) : findMessage(place, ts);
  if (!message) throw notFound('There is no such message in this conversation.');
  return message;
}
