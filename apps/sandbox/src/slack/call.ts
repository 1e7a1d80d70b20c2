import type { JsonObject } from '../core/json.js';
import type { Account } from './accounts.js';
import { directMessage, isPersonId, MAGIC_USERS } from './conversations.js';
import type { Conversation } from './conversations.js';
import type { SlackSide } from './side.js';

/** One authenticated call of the Web API. */
export interface Call {
  side: SlackSide;
  account: Account;
  args: JsonObject;
  /** How the caller reached us. */
  host: string;
}

/** What a method answers besides `ok`; an error has a code and perhaps more to say. */
export type Outcome = { ok: JsonObject } | { error: string; errors?: string[] };

export type Method = (call: Call) => Outcome;

/** The key of an installation. */
export function keyOf({ config }: Account): string {
  return `${config.teamId}:${config.appId}`;
}

/** Where a message may be written: a room or direct message by its id, or the direct message with a person. */
export function conversationFor(
  { account }: Call,
  channel: string | undefined,
): Conversation | { error: string } {
  if (channel === undefined) return { error: 'channel_not_found' };
  if (!isPersonId(channel)) return account.conversations.get(channel) ?? { error: 'channel_not_found' };
  const magic = MAGIC_USERS.find(({ ending }) => channel.endsWith(ending));
  if (magic) return { error: magic.error };
  return channel === account.config.botUserId ? { error: 'cannot_dm_bot' } : directMessage(account, channel);
}

/** Why the app may not write there, if it may not. */
export function refusedIn(conversation: Conversation): string | undefined {
  if (conversation.archived) return 'is_archived';
  if (!conversation.member) return 'not_in_channel';
  return conversation.readOnly ? 'restricted_action_read_only_channel' : undefined;
}
