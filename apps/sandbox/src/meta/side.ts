import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import type { Attachments } from './attachments.js';
import type { People } from './people.js';
import type { Platform } from './platform.js';

/** The platform's side: its accounts by id, its people, its files. */
export interface MetaSide {
  world: World;
  platform: Platform;
  accounts: Map<string, Account>;
  people: People;
  attachments: Attachments;
}

export const DAY_MS = 24 * 60 * 60 * 1000;
