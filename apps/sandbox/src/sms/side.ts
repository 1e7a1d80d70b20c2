import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import type { People } from './people.js';

/** The carriers' side of text messages: accounts by channel id, and everybody with a phone. */
export interface SmsSide {
  world: World;
  accounts: Map<string, Account>;
  people: People;
}
