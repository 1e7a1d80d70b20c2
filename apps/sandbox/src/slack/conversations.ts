import { createHash } from 'node:crypto';
import type { SandboxClock } from '../core/clock.js';
import type { JsonObject } from '../core/json.js';
import type { Account } from './accounts.js';
import type { StoredFile } from './files.js';

export interface Reaction {
  name: string;
  users: string[];
}

/** A message of a conversation, whoever wrote it. */
export interface SlackMessage {
  ts: string;
  atMs: number;
  user: string;
  /** The app posted it. */
  byApp: boolean;
  text: string;
  blocks: JsonObject[];
  threadTs: string | null;
  files: StoredFile[];
  reactions: Reaction[];
  editedTs: string | null;
  metadata: JsonObject | null;
  read: boolean;
  /** The request as it came, or the event as it went out. */
  raw: unknown;
}

/** A direct message (`user` is its person) or a room. */
export interface Conversation {
  id: string;
  name: string;
  user: string | null;
  member: boolean;
  archived: boolean;
  readOnly: boolean;
  messages: SlackMessage[];
}

/** Messages kept per conversation. */
const KEPT = 1_000;
const PERSON = /^[UW][A-Z0-9]{2,20}$/;
const ROOM = /^[CG][A-Z0-9]{2,20}$/;
const TS = /^\d{10}\.\d{6}$/;

/** What user ids with these endings do. Any other id is a person who exists. */
export const MAGIC_USERS: readonly { ending: string; error: string; meaning: string }[] = [
  { ending: 'NOBODY', error: 'channel_not_found', meaning: 'there is no such person' },
  { ending: 'GONE', error: 'user_disabled', meaning: 'deactivated' },
  { ending: 'ROBOT', error: 'cannot_dm_bot', meaning: 'an app, which cannot be written to' },
];

export function isPersonId(id: string): boolean {
  return PERSON.test(id);
}

export function isRoomId(id: string): boolean {
  return ROOM.test(id);
}

/** An address of the control surface: a person, a room, or a thread of a room. */
export function readAddress(
  address: string,
): { user: string } | { room: string; threadTs: string | null } | undefined {
  const [id = '', threadTs, ...rest] = address.split(':');
  if (rest.length > 0 || (threadTs !== undefined && !TS.test(threadTs))) return undefined;
  if (isPersonId(id) && threadTs === undefined) return { user: id };
  return isRoomId(id) ? { room: id, threadTs: threadTs ?? null } : undefined;
}

/** The direct message of a person and the app; the first one opens it. */
export function directMessage(account: Account, user: string): Conversation {
  const digest = createHash('sha256').update(`${account.config.appId}:${user}`).digest('hex');
  const id = `D${digest.slice(0, 10).toUpperCase()}`;
  const known = account.conversations.get(id);
  if (known) return known;
  const opened: Conversation = {
    id,
    name: 'directmessage',
    user,
    member: true,
    archived: false,
    readOnly: false,
    messages: [],
  };
  account.conversations.set(id, opened);
  return opened;
}

/** The room of this id; a person who writes in a room nobody registered has invited the app there. */
export function roomOf(account: Account, id: string): Conversation {
  const known = account.conversations.get(id);
  if (known) return known;
  const room: Conversation = {
    id,
    name: id.toLowerCase(),
    user: null,
    member: true,
    archived: false,
    readOnly: false,
    messages: [],
  };
  account.conversations.set(id, room);
  return room;
}

export function findMessage(conversation: Conversation, ts: unknown): SlackMessage | undefined {
  return conversation.messages.find((message) => message.ts === ts);
}

/** Adds a message under a stamp of its own. */
export function addMessage(
  { account, clock }: { account: Account; clock: SandboxClock },
  conversation: Conversation,
  message: Pick<SlackMessage, 'user' | 'byApp' | 'text' | 'raw'> & Partial<SlackMessage>,
): SlackMessage {
  const added: SlackMessage = {
    ts: nextStamp(account, clock),
    atMs: clock.now(),
    ...{ blocks: [], threadTs: null, files: [], reactions: [], editedTs: null, metadata: null, read: false },
    ...message,
  };
  conversation.messages.push(added);
  if (conversation.messages.length > 2 * KEPT) conversation.messages.splice(0, KEPT);
  return added;
}

/** Seconds and microseconds, always greater than the one before. */
export function nextStamp(account: Account, clock: SandboxClock): string {
  account.lastStamp = Math.max(account.lastStamp + 1, clock.now() * 1000);
  const micros = String(account.lastStamp);
  return `${micros.slice(0, -6)}.${micros.slice(-6)}`;
}

/** The message as the Web API and events show it. */
export function shownMessage(account: Account, message: SlackMessage): JsonObject {
  const { appId, botId, teamId } = account.config;
  const { ts, user, byApp, text, blocks, threadTs, files, reactions, editedTs, metadata } = message;
  return {
    type: 'message',
    ...{ user, text, ts, team: teamId },
    ...(byApp ? { bot_id: botId, app_id: appId } : {}),
    ...(blocks.length === 0 ? {} : { blocks }),
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
    ...(files.length === 0 ? {} : { files: files.map(({ shown }) => shown) }),
    ...(reactions.length === 0
      ? {}
      : { reactions: reactions.map(({ name, users }) => ({ name, users, count: users.length })) }),
    ...(editedTs === null ? {} : { edited: { user, ts: editedTs } }),
    ...(metadata === null ? {} : { metadata }),
  };
}

/** The address of the control surface for what is in a conversation. */
export function addressOf({ id, user }: Conversation, threadTs: string | null): string {
  return user ?? (threadTs === null ? id : `${id}:${threadTs}`);
}
