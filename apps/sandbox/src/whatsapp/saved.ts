import { Fields } from '../core/fields.js';
import { isObject, listOf } from '../core/json.js';
import type { JsonObject } from '../core/json.js';
import { readAccount } from './accounts.js';
import type { Account, AccountConfig } from './accounts.js';
import type { WhatsAppSide } from './side.js';

interface SavedAccount {
  config: JsonObject;
  windows: [string, number][];
  stoppedMarketing: string[];
  reached: [string, number][];
}

/** Accounts, windows, people and media ids as JSON; webhooks under way are not kept. */
export function snapshotSide({ accounts, people, media }: WhatsAppSide): unknown {
  const saved = [...accounts.values()].map(({ config, windows, stoppedMarketing, reached }) => ({
    config,
    windows: [...windows],
    stoppedMarketing: [...stoppedMarketing],
    reached: [...reached],
  }));
  return { accounts: saved, people: people.snapshot(), media: media.snapshot() };
}

/** Takes a snapshot back; what is not recognised is left out. */
export function restoreSide(
  side: WhatsAppSide,
  saved: unknown,
  adopt: (config: AccountConfig) => Account,
): void {
  if (!isObject(saved)) return;
  side.people.restore(saved['people']);
  side.media.restore(saved['media']);
  for (const each of listOf(saved['accounts']) as SavedAccount[]) {
    const account = adopt(readAccount(new Fields(each.config)));
    account.windows = new Map(each.windows);
    account.stoppedMarketing = new Set(each.stoppedMarketing);
    account.reached = new Map(each.reached);
  }
}
