import { isObject, listOf } from '../core/json.js';
import type { Account, AccountConfig } from './accounts.js';
import type { MetaSide } from './side.js';

interface SavedAccount {
  config: AccountConfig;
  windows: [string, number][];
}

/** Accounts, windows, people and files as JSON; webhooks under way are not kept. */
export function snapshotSide({ accounts, people, attachments }: MetaSide): unknown {
  const saved = [...accounts.values()].map(({ config, windows }) => ({ config, windows: [...windows] }));
  return { accounts: saved, people: people.snapshot(), attachments: attachments.snapshot() };
}

/** Takes a snapshot back; what is not recognised is left out. */
export function restoreSide(side: MetaSide, saved: unknown, adopt: (config: AccountConfig) => Account): void {
  if (!isObject(saved)) return;
  side.people.restore(saved['people']);
  side.attachments.restore(saved['attachments']);
  for (const { config, windows } of listOf(saved['accounts']) as SavedAccount[]) {
    adopt(config).windows = new Map(windows);
  }
}
