import type { ChannelAccount, SendIo } from '@skein/channel-kit';
import type { DiscordConfig } from './config.js';
import { restRequest } from './rest.js';
import { snowflakeOf } from './snowflake.js';

/** Shown for ten seconds or until the next message (channel reference, trigger typing indicator). */
export async function typing(
  { address }: { address: string },
  { config }: ChannelAccount<DiscordConfig>,
  io: SendIo,
): Promise<void> {
  const channel = snowflakeOf(address);
  if (channel !== undefined)
    await restRequest(config, { method: 'POST', path: `/channels/${channel}/typing` }, io);
}
