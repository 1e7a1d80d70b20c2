import { capabilitiesOf } from '../capabilities/index.js';
import { isChannelKind, type ChannelKind } from '../kinds.js';

/** A chat, or a thread in it, on one kind of channel. */
export interface Target {
  kind: ChannelKind;
  /** In the kind's canonical form. */
  address: string;
}

/**
 * Reads `<platform>:<chat>` and `<platform>:<chat>:<thread>`, as the kind's addresses are shaped (FEATURES T2).
 *
 * @returns undefined for anything else, such as an alias or a platform alone.
 */
export function parseTarget(text: string): Target | undefined {
  const at = text.indexOf(':');
  const kind = at < 0 ? text : text.slice(0, at);
  const shape = isChannelKind(kind) ? capabilitiesOf(kind)?.addresses : undefined;
  if (!isChannelKind(kind) || shape === undefined || at < 0) return undefined;
  const thread = shape.thread === undefined ? '' : `(?::(?<thread>${shape.thread}))?`;
  const found = new RegExp(`^(?<chat>${shape.chat})${thread}$`).exec(text.slice(at + 1))?.groups;
  const chat = found?.['chat'];
  if (chat === undefined) return undefined;
  const inside = found?.['thread'];
  if (inside === undefined) return { kind, address: kind === 'email' ? chat.toLowerCase() : chat };
  return { kind, address: shape.threadIsChat ? inside : `${chat}:${inside}` };
}
