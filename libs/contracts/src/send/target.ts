import { capabilitiesOf } from '../capabilities/index.js';
import { isChannelKind, type ChannelKind } from '../kinds.js';

/** A chat, or a thread in it, on one kind of channel. */
export interface Target {
  kind: ChannelKind;
  /** In the kind's canonical form. */
  address: string;
}

/** A {@link Target} taken apart. */
interface TargetParts {
  kind: ChannelKind;
  chat: string;
  thread?: string;
}

/** What a workspace calls a chat: the home of a platform (named like the platform) or an alias. */
export interface TargetName {
  name: string;
  kind: 'home' | 'alias';
  /** What the name stands for: a target in platform syntax, or another name. */
  target: string;
  label: string;
}

/** Where a name leads, or in words why nowhere. */
export type FoundTarget = { target: Target } | { reason: string };

/**
 * Reads `<platform>:<chat>` and `<platform>:<chat>:<thread>`, as the kind's addresses are shaped (FEATURES T2).
 *
 * @returns undefined for anything else, such as an alias or a platform alone.
 */
export function parseTarget(text: string): Target | undefined {
  const parts = readParts(text);
  return parts && targetOf(parts);
}

/**
 * Finds the chat that any form of a target stands for: `<platform>` (its home) and `<platform>:home`, platform syntax, an alias, and
 * `<alias>:<thread>` where the alias is a chat of a platform with threads. An exact name goes before platform syntax, so that an
 * alias may look like `slack:#ops`. Ends for any names, whatever they point to.
 */
export function resolveTarget(text: string, names: readonly TargetName[]): FoundTarget {
  const standsFor = new Map(names.map(({ name, target }) => [name, target]));
  const found = follow(text, standsFor, new Set());
  return 'reason' in found ? found : { target: targetOf(found) };
}

const HOME = ':home';

type Names = ReadonlyMap<string, string>;

/** The name under which a text is known; undefined when it is no name. */
function nameIn(text: string, names: Names): string | undefined {
  if (names.has(text)) return text;
  const platform = text.endsWith(HOME) ? text.slice(0, -HOME.length) : '';
  return isChannelKind(platform) && names.has(platform) ? platform : undefined;
}

/** Every step takes a name that was not taken before, or cuts the text: it ends. */
function follow(text: string, names: Names, seen: Set<string>): TargetParts | { reason: string } {
  const name = nameIn(text, names);
  if (name === undefined) return readParts(text) ?? followThread(text, names, seen);
  if (seen.has(name)) return { reason: `leads back to "${name}"` };
  return follow(names.get(name) ?? '', names, seen.add(name));
}

/** `<alias>:<thread>`; no thread of any platform has a colon. */
function followThread(text: string, names: Names, seen: Set<string>): TargetParts | { reason: string } {
  const at = text.lastIndexOf(':');
  const base = text.slice(0, Math.max(at, 0));
  if (nameIn(base, names) === undefined) return { reason: unknownReason(text) };
  const parts = follow(base, names, seen);
  if ('reason' in parts) return parts;
  const thread = text.slice(at + 1);
  const shape = capabilitiesOf(parts.kind)?.addresses.thread;
  const fits = parts.thread === undefined && shape !== undefined && new RegExp(`^${shape}$`).test(thread);
  return fits ? { ...parts, thread } : { reason: `names no thread of ${parts.kind} after "${base}"` };
}

function unknownReason(text: string): string {
  const platform = text.endsWith(HOME) ? text.slice(0, -HOME.length) : text;
  return isChannelKind(platform) ? 'has no home chat' : 'is no target';
}

function readParts(text: string): TargetParts | undefined {
  const at = text.indexOf(':');
  const kind = at < 0 ? text : text.slice(0, at);
  const shape = isChannelKind(kind) ? capabilitiesOf(kind)?.addresses : undefined;
  if (!isChannelKind(kind) || shape === undefined || at < 0) return undefined;
  const thread = shape.thread === undefined ? '' : `(?::(?<thread>${shape.thread}))?`;
  const found = new RegExp(`^(?<chat>${shape.chat})${thread}$`).exec(text.slice(at + 1))?.groups;
  const chat = found?.['chat'];
  if (chat === undefined) return undefined;
  const inside = found?.['thread'];
  return { kind, chat, ...(inside === undefined ? {} : { thread: inside }) };
}

function targetOf({ kind, chat, thread }: TargetParts): Target {
  if (thread === undefined) return { kind, address: kind === 'email' ? chat.toLowerCase() : chat };
  return { kind, address: capabilitiesOf(kind)?.addresses.threadIsChat ? thread : `${chat}:${thread}` };
}

/** Longest name of a target, in characters. */
const NAME_MAX = 128;
const NOT_IN_NAMES = /[\s\p{Cc}\p{Cs}]/u;

/** What is wrong with a name for a target; undefined when it may be one. `origin` is the chat of whoever asks. */
export function targetNameError(name: string): string | undefined {
  if (name.length === 0 || name.length > NAME_MAX) return `must have 1 to ${NAME_MAX} characters`;
  if (NOT_IN_NAMES.test(name)) return 'must have no spaces and no control characters';
  const isHome = name.endsWith(HOME) && isChannelKind(name.slice(0, -HOME.length));
  return name === 'origin' || isHome ? 'is a word of the send tool' : undefined;
}
