import { invalid } from '../core/refusal.js';
import type { JsonObject } from '../core/json.js';

/** What the bot is to a chat. `blocked`, `deactivated`: the person's doing. `kicked`, `left`: the group's. */
export type Standing = 'member' | 'blocked' | 'deactivated' | 'kicked' | 'left';

export interface Press {
  /** Of the callback query. */
  id: string;
  data: string;
  /** Until then the key shows a spinner. */
  answered: boolean;
}

/** A message in a chat, of the bot or of a person. */
export interface ChatMessage {
  id: number;
  atMs: number;
  /** `in`: of the bot. `out`: of a person. */
  direction: 'in' | 'out';
  topic: number | null;
  /** The Message object, as the API tells it. */
  message: JsonObject;
  read: boolean;
  edited: boolean;
  /** The bot's reactions. */
  reactions: string[];
  /** What each person reacted with, by their id. */
  theirs: Record<string, string>;
  presses: Press[];
}

/** A bot's chat with one person or one group. */
export interface Chat {
  id: string;
  type: 'private' | 'group' | 'supergroup';
  name: string;
  standing: Standing;
  /** The supergroup that this group became. */
  migratedTo: string | null;
  topics: number[];
  messages: ChatMessage[];
}

/** An address of the control surface: a chat, or a topic of one. */
export interface Address {
  chat: string;
  topic: number | null;
}

/** Messages kept of each chat. */
const KEPT = 1_000;
const FORM = /^(-?\d{1,16})(?::(\d{1,10}))?$/;

/** Reads an address; a 400 for what is none. */
export function addressOf(text: string): Address {
  const [, chat, topic] = FORM.exec(text) ?? [];
  if (chat === undefined) throw invalid('address', 'must be a chat id, or <chat id>:<topic>');
  return { chat, topic: topic === undefined ? null : Number(topic) };
}

/** How the control surface names a place. */
export function writtenAddress(chat: string, topic: number | null): string {
  return topic === null ? chat : `${chat}:${topic}`;
}

/** People have positive ids; supergroups start with -100, older groups do not. */
export function newChat(id: string): Chat {
  const type = !id.startsWith('-') ? 'private' : id.startsWith('-100') ? 'supergroup' : 'group';
  const name = `${type === 'private' ? 'Person' : 'Group'} ${id.slice(-4)}`;
  return { id, type, name, standing: 'member', migratedTo: null, topics: [], messages: [] };
}

export function newMessage(
  given: Pick<ChatMessage, 'id' | 'atMs' | 'direction' | 'topic' | 'message'>,
): ChatMessage {
  return { ...given, read: false, edited: false, reactions: [], theirs: {}, presses: [] };
}

export function addMessage(chat: Chat, message: ChatMessage): void {
  chat.messages.push(message);
  if (chat.messages.length > 2 * KEPT) chat.messages.splice(0, KEPT);
}

/** The Chat object of the API. */
export function chatObject({ id, type, name, topics }: Chat): JsonObject {
  if (type === 'private') return { id: Number(id), type, first_name: name };
  return { id: Number(id), type, title: name, ...(topics.length > 0 ? { is_forum: true } : {}) };
}
