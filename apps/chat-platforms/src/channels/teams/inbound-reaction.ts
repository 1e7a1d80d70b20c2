import { listOf, objectOf, textOf } from '@skein/contracts';
import type { InboundEvent, JsonObject } from '@skein/contracts';
import { messageIdOf } from './address.js';
import type { About } from './inbound-base.js';

/** The reactions that the platform names by a word (Teams, message reaction events, checked 2026-11-21). */
const EMOJI: Readonly<Record<string, string>> = {
  like: '👍',
  heart: '❤️',
  laugh: '😆',
  surprised: '😮',
  sad: '😢',
  angry: '😠',
};

/** Newer ones are named by the code points of a character and a word: `1f440_eyes`. */
const BY_CODE_POINTS = /^([0-9a-f]{2,6}(?:-[0-9a-f]{2,6}){0,7})_/;

/** What somebody's reaction to a message of the bot has become: the one that was added, else none. */
export function readReaction(activity: JsonObject, about: About): InboundEvent[] | undefined {
  const target = messageIdOf(about.address, activity['replyToId']);
  const [added, removed] = [listOf(activity['reactionsAdded']), listOf(activity['reactionsRemoved'])];
  if (target === undefined || added.length + removed.length === 0) return undefined;
  const latest = added.at(-1);
  return [{ type: 'reaction', ...about, target, emoji: latest === undefined ? null : emojiOf(latest) }];
}

function emojiOf(reaction: unknown): string {
  const name = (textOf(objectOf(reaction)?.['type']) ?? 'unknown').slice(0, 100);
  if (Object.hasOwn(EMOJI, name)) return EMOJI[name] as string;
  const points =
    BY_CODE_POINTS.exec(name)?.[1]
      ?.split('-')
      .map((each) => Number.parseInt(each, 16)) ?? [];
  const isCharacter =
    points.length > 0 && points.every((point) => point <= 0x10ffff && !(point >= 0xd800 && point < 0xe000));
  return isCharacter ? String.fromCodePoint(...points) : `custom:${name}`;
}
