import { argument } from './arguments.js';
import type { Call, Outcome } from './call.js';
import { findMessage, nextStamp, shownMessage } from './conversations.js';
import type { Conversation, SlackMessage } from './conversations.js';
import { echoReaction } from './echoes.js';

const NAME = /^[\p{Letter}\p{Number}_+'-]{1,100}(?:::skin-tone-[2-6])?$/u;
/** Different reactions that one message may have. */
const MOST = 50;

interface Found {
  place: Conversation;
  message: SlackMessage;
  name: string;
}

function target({ account, args }: Call): Found | { error: string } {
  const [channel, ts] = [argument(args, 'channel'), argument(args, 'timestamp')];
  if (channel === undefined || ts === undefined) return { error: 'no_item_specified' };
  const place = account.conversations.get(channel);
  if (!place) return { error: 'channel_not_found' };
  if (!/^\d{10}\.\d{6}$/.test(ts)) return { error: 'bad_timestamp' };
  const message = findMessage(place, ts);
  return message ? { place, message, name: argument(args, 'name') ?? '' } : { error: 'message_not_found' };
}

export function addReaction(call: Call): Outcome {
  const found = target(call);
  if ('error' in found) return found;
  const { place, message, name } = found;
  if (!NAME.test(name)) return { error: 'invalid_name' };
  if (place.archived) return { error: 'is_archived' };
  const user = call.account.config.botUserId;
  const failed = react(message, user, name);
  if (failed !== undefined) return { error: failed };
  tell(call, found, 'reaction_added');
  return { ok: {} };
}

export function removeReaction(call: Call): Outcome {
  const found = target(call);
  if ('error' in found) return found;
  if (!unreact(found.message, call.account.config.botUserId, found.name)) return { error: 'no_reaction' };
  tell(call, found, 'reaction_removed');
  return { ok: {} };
}

export function getReactions(call: Call): Outcome {
  const found = target(call);
  if ('error' in found) return found;
  const { place, message } = found;
  return { ok: { type: 'message', channel: place.id, message: shownMessage(call.account, message) } };
}

function tell(
  { side, account }: Call,
  { place, message, name }: Found,
  type: 'reaction_added' | 'reaction_removed',
): void {
  const stamp = nextStamp(account, side.world.clock);
  echoReaction(side.world, account, place, message, { type, user: account.config.botUserId, name, stamp });
}

/** Adds one user's reaction; an error when it is there already, or there are too many. */
export function react(message: SlackMessage, user: string, name: string): string | undefined {
  const known = message.reactions.find((reaction) => reaction.name === name);
  if (known?.users.includes(user)) return 'already_reacted';
  if (known) known.users.push(user);
  else if (message.reactions.length >= MOST) return 'too_many_emoji';
  else message.reactions.push({ name, users: [user] });
  return undefined;
}

/** Takes one user's reaction back; false when there was none. */
export function unreact(message: SlackMessage, user: string, name: string): boolean {
  const known = message.reactions.find((reaction) => reaction.name === name);
  if (!known?.users.includes(user)) return false;
  known.users = known.users.filter((each) => each !== user);
  message.reactions = message.reactions.filter(({ users }) => users.length > 0);
  return true;
}
