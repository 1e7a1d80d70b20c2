import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import type { FileShelf } from './files.js';

/** The platform's side of Slack: its installations by `<team>:<app>`, its files. */
export interface SlackSide {
  world: World;
  accounts: Map<string, Account>;
  files: FileShelf;
}
