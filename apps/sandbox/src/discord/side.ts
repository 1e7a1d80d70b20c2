import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import type { Places } from './places.js';

/** The platform's side of Discord: its applications by id, its channels, what people may still answer. */
export interface DiscordSide {
  world: World;
  accounts: Map<string, Account>;
  places: Places;
}
