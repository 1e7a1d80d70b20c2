import { listOf, objectOf, textOf, timeOf } from '@skein/contracts';
import type { InboundEvent } from '@skein/contracts';
import { messageIdOf } from './address.js';
import { placeOf } from './inbound-base.js';
import type { Update } from './inbound-base.js';

/**
 * What somebody's reactions to a message have become: the one that was added, else one that is left, else none. Reactions of bots are
 * not told; in groups the bot must be an administrator to be told any.
 */
export function readReaction({ eventId, content: change }: Update): InboundEvent[] | undefined {
  const place = placeOf(change);
  const target = messageIdOf(objectOf(change['chat'])?.['id'], change['message_id']);
  if (place === undefined || target === undefined) return undefined;
  const before = listOf(change['old_reaction']).map(emojiOf);
  const now = listOf(change['new_reaction']).map(emojiOf);
  const emoji = now.find((each) => !before.includes(each)) ?? now.at(-1) ?? null;
  return [{ type: 'reaction', eventId, at: timeOf(change['date']), ...place, target, emoji }];
}

/** A picture of somebody's own has no character, and a paid one is a star. */
function emojiOf(value: unknown): string {
  const reaction = objectOf(value);
  if (reaction?.['type'] === 'paid') return '⭐';
  return textOf(reaction?.['emoji']) ?? `custom:${textOf(reaction?.['custom_emoji_id']) ?? 'unknown'}`;
}
