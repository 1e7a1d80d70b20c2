import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import type { MediaShelf } from './media.js';
import type { People } from './people.js';

/** The platform's side of WhatsApp: its accounts by phone number id, its people, its media. */
export interface WhatsAppSide {
  world: World;
  accounts: Map<string, Account>;
  people: People;
  media: MediaShelf;
}

export const DAY_MS = 24 * 60 * 60 * 1000;

/** True while the person's last message is less than 24 h old. */
export function isWindowOpen(account: Account, key: string, businessNow: number): boolean {
  const last = account.windows.get(key);
  return last !== undefined && businessNow - last < DAY_MS;
}
