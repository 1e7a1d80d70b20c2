import { objectOf, textOf, timeOf } from '@skein/contracts';
import type { InboundEvent } from '@skein/contracts';
import { placeOf } from './inbound-base.js';
import type { Update } from './inbound-base.js';

/** Of a person: the bot was blocked. Of a group: it was put out, or left. */
const GONE: ReadonlySet<string> = new Set(['kicked', 'left']);

/**
 * A change of the bot's own membership. To be gone is a wish that the platform itself enforces, and coming back undoes it; a change of
 * rights is neither. A group that becomes a supergroup tells a joining of the supergroup before it tells that the two are one
 * (tdlib/telegram-bot-api issue 266): who joins without having been put out says nothing here, and is told by the notice of new members.
 */
export function readMembership({ eventId, content: change }: Update): InboundEvent[] | undefined {
  const place = placeOf(change);
  const [before, now] = [statusOf(change['old_chat_member']), statusOf(change['new_chat_member'])];
  if (place === undefined || now === undefined) return undefined;
  const value = wishOf(before, now);
  if (value === undefined) return undefined;
  const evidence = `my_chat_member: ${before ?? 'unknown'} to ${now}`;
  const at = timeOf(change['date']);
  return [{ type: 'consent', eventId, at, ...place, value, purpose: 'all', evidence, answered: true }];
}

function wishOf(before: string | undefined, now: string): 'stop' | 'start' | undefined {
  if (GONE.has(now)) return GONE.has(before ?? '') ? undefined : 'stop';
  return before === 'kicked' ? 'start' : undefined;
}

function statusOf(member: unknown): string | undefined {
  const { status, is_member: isMember } = objectOf(member) ?? {};
  return status === 'restricted' && isMember === false ? 'left' : textOf(status);
}
