import type { Call, Method, Outcome } from './call.js';
import { argument } from './arguments.js';
import { deleteMessage, postMessage, readHistory, updateMessage } from './messages.js';
import { addReaction, getReactions, removeReaction } from './reactions.js';
import { announceUpload, completeUpload, fileInfo, openConversation } from './uploads.js';

/** Calls a minute of each tier (docs.slack.dev/apis/web-api/rate-limits, checked 2026-11-21). */
const TIER = { two: 20, three: 50, four: 100 } as const;

interface MethodRow {
  run: Method;
  /** Calls a minute; null for the pace of messages, which is counted by conversation. */
  perMinute: number | null;
  /** Faults on command strike here: something is shown to people. */
  shows: boolean;
}

const quiet = (run: Method, perMinute: number): MethodRow => ({ run, perMinute, shows: false });
const shown = (run: Method, perMinute: number | null): MethodRow => ({ run, perMinute, shows: true });

/** What this Slack can do. */
export const METHODS: Readonly<Record<string, MethodRow>> = {
  'api.test': quiet(({ args }) => ({ ok: { args } }), TIER.four * 10),
  'auth.test': quiet(authTest, TIER.four * 10),
  'chat.postMessage': shown(postMessage, null),
  'chat.update': shown(updateMessage, TIER.three),
  'chat.delete': shown(deleteMessage, TIER.three),
  'reactions.add': shown(addReaction, TIER.three),
  'reactions.remove': shown(removeReaction, TIER.two),
  'reactions.get': quiet(getReactions, TIER.three),
  'conversations.open': quiet(openConversation, TIER.three),
  'conversations.info': quiet(conversationInfo, TIER.three),
  'conversations.history': quiet(readHistory, TIER.three),
  'conversations.replies': quiet(readHistory, TIER.three),
  'files.getUploadURLExternal': quiet(announceUpload, TIER.four),
  'files.completeUploadExternal': shown(completeUpload, TIER.four),
  'files.info': quiet(fileInfo, TIER.four),
  'users.info': quiet(userInfo, TIER.four),
};

function authTest({ account, host }: Call): Outcome {
  const { teamId, botUserId, botId } = account.config;
  const self = { team_id: teamId, user_id: botUserId, bot_id: botId, is_enterprise_install: false };
  return { ok: { url: `http://${host}/slack/`, team: 'Sandbox', user: 'skein', ...self } };
}

function conversationInfo({ account, args }: Call): Outcome {
  const place = account.conversations.get(argument(args, 'channel') ?? '');
  if (!place) return { error: 'channel_not_found' };
  const { id, name, member, archived, user } = place;
  const kind = user === null ? { is_channel: true, name } : { is_im: true, user };
  return { ok: { channel: { id, ...kind, is_member: member, is_archived: archived } } };
}

function userInfo({ account, args }: Call): Outcome {
  const user = argument(args, 'user');
  if (user === undefined || user.endsWith('NOBODY')) return { error: 'user_not_found' };
  const name = account.names.get(user) ?? user.toLowerCase();
  return { ok: { user: { id: user, team_id: account.config.teamId, name, real_name: name, is_bot: false } } };
}
