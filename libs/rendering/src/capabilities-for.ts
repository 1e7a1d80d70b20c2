import type { Capabilities, ChannelSettings } from '@skein/contracts';

/** The table of one account: what its kind can do, without what the account's settings say that it cannot. */
export function capabilitiesFor(capabilities: Capabilities, settings: ChannelSettings): Capabilities {
  if (settings.textOnly !== true) return capabilities;
  return { ...capabilities, media: {}, caption: undefined };
}
