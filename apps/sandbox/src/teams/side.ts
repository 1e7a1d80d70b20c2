import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import type { Conversation } from './conversations.js';
import type { Keys } from './keys.js';

/** The platform's side of Teams: its bots by application id, and the keys it signs with. */
export interface TeamsSide {
  world: World;
  accounts: Map<string, Account>;
  keys: Keys;
}

/** Where everything of this kind is reached. */
export function baseUrl({ world }: Pick<TeamsSide, 'world'>): string {
  return `${world.origin()}/teams`;
}

/** The connector of a conversation, as its activities name it. */
export function serviceUrlOf(
  side: Pick<TeamsSide, 'world'>,
  { region }: Pick<Conversation, 'region'>,
): string {
  return `${baseUrl(side)}/${region}/`;
}
