import { Fields } from '../core/fields.js';
import { isObject, listOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { readAccount } from './accounts.js';
import type { Account, AccountConfig } from './accounts.js';
import type { Chat } from './chats.js';
import type { TelegramSide } from './side.js';

interface SavedAccount {
  config: JsonObject;
  chats: Chat[];
}

/** Messages of each chat that survive a restart. */
const SAVED = 50;

/** Bots, their chats and files as JSON; updates under way are not kept. */
export function snapshotSide({ accounts, files }: TelegramSide): unknown {
  const saved = [...accounts.values()].map(({ config, chats }) => ({
    config,
    chats: [...chats.values()].map((chat) => ({ ...chat, messages: chat.messages.slice(-SAVED) })),
  }));
  return { accounts: saved, files: files.snapshot() };
}

/** Takes a snapshot back; what is not recognised is left out. */
export function restoreSide(
  side: TelegramSide,
  saved: unknown,
  adopt: (config: AccountConfig) => Account,
): void {
  if (!isObject(saved)) return;
  side.files.restore(saved['files']);
  for (const each of listOf(saved['accounts']) as SavedAccount[]) {
    const account = adopt(readAccount(new Fields(each.config)));
    account.chats = new Map(each.chats.map((chat) => [chat.id, chat]));
  }
}
