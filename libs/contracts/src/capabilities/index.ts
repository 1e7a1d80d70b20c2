import type { ChannelKind } from '../kinds.js';
import type { Capabilities } from './capability.js';
import { email } from './email.js';
import { whatsapp } from './whatsapp.js';

export { email, whatsapp };
export type { Capabilities, Source, TextUnit } from './capability.js';

/** The capability table: one file per kind that Skein can serve. */
export const CAPABILITIES: Partial<Record<ChannelKind, Capabilities>> = { whatsapp, email };

/** The kind's capabilities; undefined for a kind without a channel service. */
export function capabilitiesOf(kind: ChannelKind): Capabilities | undefined {
  return CAPABILITIES[kind];
}
