import { Fields } from '../core/fields.js';
import { isObject, listOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { readAccount } from './accounts.js';
import type { Account, AccountConfig } from './accounts.js';
import type { Conversation } from './conversations.js';
import type { TeamsSide } from './side.js';

interface SavedAccount {
  config: JsonObject;
  conversations: Conversation[];
}

/** Messages of each conversation that survive a restart. */
const SAVED = 50;

/** Bots and their conversations as JSON; tokens, keys and activities under way are not kept. */
export function snapshotSide({ accounts }: TeamsSide): unknown {
  const saved = [...accounts.values()].map(({ config, conversations }) => ({
    config,
    conversations: [...conversations.values()].map((each) => ({
      ...each,
      messages: each.messages.slice(-SAVED),
    })),
  }));
  return { accounts: saved };
}

/** Takes a snapshot back; what is not recognised is left out. */
export function restoreSide(saved: unknown, adopt: (config: AccountConfig) => Account): void {
  if (!isObject(saved)) return;
  for (const each of listOf(saved['accounts']) as SavedAccount[]) {
    const account = adopt(readAccount(new Fields(each.config)));
    account.conversations = new Map(
      each.conversations.map((conversation) => [conversation.id, conversation]),
    );
  }
}
