import type { ProviderAnswer } from '../core/journal.js';
import type { Account } from './accounts.js';
import { discordError } from './errors.js';
import type { Author, Place, StoredMessage } from './places.js';
import type { RouteCall } from './routes.js';
import { emojiObject, memberObject, userObject } from './shapes.js';

const NOTHING: ProviderAnswer = { status: 204, body: null };

/** One pictograph, with whatever makes it one; or `name:id` of a server's own. */
const EMOJI = new RegExp(String.raw`^(?:\p{RGI_Emoji}|\w{2,32}:\d{17,20})$`, 'v');
/** Written without its selector, which the platform forgives. */
const isEmoji = (text: string): boolean => EMOJI.test(text) || EMOJI.test(`${text}\ufe0f`);

/** `PUT …/reactions/{emoji}/@me`: the same once more changes nothing. */
export function react({ side, account, params, place }: RouteCall): ProviderAnswer {
  const message = side.places.message(place?.id ?? '', params['message'] ?? '');
  if (!place || !message) return discordError(10008);
  const emoji = params['emoji'] ?? '';
  if (!isEmoji(emoji)) return discordError(10014);
  const bot = { id: account.config.applicationId, name: account.config.botName };
  if (addReaction(message, bot.id, emoji, side.world.clock.now()))
    tellReaction(account, place, message, bot, emoji, true);
  side.world.changed();
  return NOTHING;
}

export function unreact({ side, account, params, place }: RouteCall): ProviderAnswer {
  const message = side.places.message(place?.id ?? '', params['message'] ?? '');
  if (!place || !message) return discordError(10008);
  const bot = { id: account.config.applicationId, name: account.config.botName };
  const emoji = params['emoji'] ?? '';
  if (removeReaction(message, bot.id, emoji)) tellReaction(account, place, message, bot, emoji, false);
  side.world.changed();
  return NOTHING;
}

export function addReaction(message: StoredMessage, userId: string, emoji: string, atMs: number): boolean {
  const isThere = message.reactions.some((each) => each.userId === userId && each.emoji === emoji);
  if (!isThere) message.reactions.push({ userId, emoji, atMs });
  return !isThere;
}

export function removeReaction(message: StoredMessage, userId: string, emoji: string): boolean {
  const before = message.reactions.length;
  message.reactions = message.reactions.filter((each) => each.userId !== userId || each.emoji !== emoji);
  return message.reactions.length < before;
}

export function tellReaction(
  account: Account,
  place: Place,
  message: StoredMessage,
  who: Author,
  emoji: string,
  isThere: boolean,
): void {
  const member = isThere ? { member: { ...memberObject(who), user: userObject(who) } } : {};
  const where = place.guildId === null ? {} : { guild_id: place.guildId, ...member };
  account.gateway.dispatch(isThere ? 'MESSAGE_REACTION_ADD' : 'MESSAGE_REACTION_REMOVE', {
    user_id: who.id,
    channel_id: place.id,
    message_id: message.id,
    emoji: emojiObject(emoji),
    burst: false,
    type: 0,
    ...where,
  });
}
