import type { JsonObject } from '../core/json.js';
import { invalid } from '../core/refusal.js';

/** What the bot is to a conversation. `blocked`: muted by the person without a word. `removed`: the app is gone. */
export type Standing = 'installed' | 'blocked' | 'removed' | 'disabled';

export type ConversationType = 'personal' | 'groupChat' | 'channel';

/** A message of a conversation, of the bot or of a person. */
export interface Message {
  /** The time of sending in ms, one more where that is taken. */
  id: string;
  atMs: number;
  /** `in`: of the bot. `out`: of a person. */
  direction: 'in' | 'out';
  /** The first message of its thread; null outside channels. */
  thread: string | null;
  activity: JsonObject;
  edited: boolean;
  deleted: boolean;
  read: boolean;
}

/** A bot's chat with a person, a group or a channel of a team. */
export interface Conversation {
  id: string;
  type: ConversationType;
  name: string;
  /** Part of the address at which it is served; every other one does not know it. */
  region: string;
  standing: Standing;
  messages: Message[];
}

/** An address of the control surface: a conversation, or a thread of a channel. */
export interface Place {
  chat: string;
  thread: string | null;
}

/** Messages kept of each conversation. */
const KEPT = 1_000;
const FORM = /^((?:a|19):[A-Za-z0-9_@.:-]{1,190}?)(?::(\d{10,16}))?$/;
const CHANNEL = /@thread\.(?:tacv2|skype)$/;

/** Reads an address; a 400 for what is none. */
export function placeOf(text: string): Place {
  const [, chat, thread = null] = FORM.exec(text) ?? [];
  if (chat === undefined)
    throw invalid('address', 'must be a conversation id, or <conversation id>:<message id>');
  if (thread !== null && !CHANNEL.test(chat))
    throw invalid('address', 'has a thread, which only channels have');
  return { chat, thread };
}

/** The same from the id on the wire, `<id>;messageid=<message id>`; undefined for what is none. */
export function placeOnWire(text: string): Place | undefined {
  const [chat = '', thread = null, ...more] = text.split(';messageid=');
  const isPlace = FORM.test(chat) && more.length === 0 && (thread === null || /^\d{10,16}$/.test(thread));
  return isPlace ? { chat, thread } : undefined;
}

/** How the control surface names a place. */
export function writtenPlace({ chat, thread }: Place): string {
  return thread === null ? chat : `${chat}:${thread}`;
}

export function wireId({ chat, thread }: Place): string {
  return thread === null ? chat : `${chat};messageid=${thread}`;
}

/** Personal chats start with `a:`, channels end with `@thread.tacv2`, everything else is a group. */
export function newConversation(id: string, region: string): Conversation {
  const type = id.startsWith('a:') ? 'personal' : CHANNEL.test(id) ? 'channel' : 'groupChat';
  const name = `${{ personal: 'Person', groupChat: 'Group', channel: 'Channel' }[type]} ${id.slice(2, 12)}`;
  return { id, type, name, region, standing: 'installed', messages: [] };
}

export function addMessage(
  conversation: Conversation,
  given: Pick<Message, 'id' | 'atMs' | 'direction' | 'thread' | 'activity'>,
): Message {
  const message = { ...given, edited: false, deleted: false, read: false };
  conversation.messages.push(message);
  if (conversation.messages.length > 2 * KEPT) conversation.messages.splice(0, KEPT);
  return message;
}

/** Whether a message belongs to a place: a channel shows all of its threads, a thread only itself. */
export function isAt(message: Message, { thread }: Place): boolean {
  return thread === null || message.thread === thread;
}
