import type { ConnectionDefinition } from '@skein/channel-kit';
import type { DiscordConfig } from '../config.js';
import { Keeper } from './keeper.js';

/** The Gateway: ordinary messages and reactions are told nowhere else. Two connections with one token would tell everything twice. */
export const connection: ConnectionDefinition<DiscordConfig> = {
  exclusive: true,
  open: (account, kit) => Promise.resolve(new Keeper(account, kit)),
};
