import { Fields } from '../core/fields.js';
import { isObject, listOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { readAccount } from './accounts.js';
import type { Account, AccountConfig } from './accounts.js';
import type { Conversation } from './conversations.js';
import type { SlackSide } from './side.js';

interface SavedAccount {
  config: JsonObject;
  conversations: Conversation[];
  names: [string, string][];
  lastStamp: number;
  uninstalled: boolean;
}

/** Messages per conversation that survive a restart. */
const SAVED = 50;

/** Installations, what was said, and files as JSON; webhooks under way are not kept. */
export function snapshotSide({ accounts, files }: SlackSide): unknown {
  const saved = [...accounts.values()].map(({ config, conversations, names, lastStamp, uninstalled }) => ({
    config,
    conversations: [...conversations.values()].map((place) => ({
      ...place,
      messages: place.messages.slice(-SAVED),
    })),
    names: [...names],
    ...{ lastStamp, uninstalled },
  }));
  return { accounts: saved, files: files.snapshot() };
}

/** Takes a snapshot back; what is not recognised is left out. */
export function restoreSide(
  side: SlackSide,
  saved: unknown,
  adopt: (config: AccountConfig) => Account,
): void {
  if (!isObject(saved)) return;
  side.files.restore(saved['files']);
  for (const each of listOf(saved['accounts']) as SavedAccount[]) {
    const account = adopt(readAccount(new Fields(each.config)));
    for (const place of each.conversations) account.conversations.set(place.id, place);
    account.names = new Map(each.names);
    account.lastStamp = each.lastStamp;
    account.uninstalled = each.uninstalled;
  }
}
