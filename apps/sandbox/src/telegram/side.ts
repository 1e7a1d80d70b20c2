import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import type { FileShelf } from './files.js';

/** The platform's side of Telegram: its bots by their id, and its files. */
export interface TelegramSide {
  world: World;
  accounts: Map<string, Account>;
  files: FileShelf;
}

/** The clock in whole seconds, as the API writes dates. */
export function seconds({ clock }: World): number {
  return Math.floor(clock.now() / 1000);
}
