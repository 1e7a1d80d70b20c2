import type { JsonObject } from '../core/json.js';
import type { World } from '../core/kind.js';
import type { Account } from './accounts.js';
import { addressOf, shownMessage } from './conversations.js';
import type { Conversation, SlackMessage } from './conversations.js';
import { tellEvent } from './events.js';

/** `im`, or the word for rooms. */
export function channelType({ id, user }: Conversation): string {
  if (user !== null) return 'im';
  return id.startsWith('G') ? 'group' : 'channel';
}

/** Everything the app posts comes back to it as an event, and its metadata as another when it subscribes to that. */
export function echoMessage(
  world: World,
  account: Account,
  place: Conversation,
  message: SlackMessage,
): void {
  const address = addressOf(place, message.threadTs);
  const { metadata, ...shown } = shownMessage(account, message);
  const subtype = message.files.length > 0 ? { subtype: 'file_share' } : {};
  const event = {
    ...shown,
    ...subtype,
    channel: place.id,
    channel_type: channelType(place),
    event_ts: message.ts,
  };
  tellEvent(world, account, address, event);
  if (metadata === undefined || !account.config.metadataEvents) return;
  const { channelId } = account.config;
  if (world.faults.take('slack', ['lost_receipt'], { channelId, address })) return;
  tellEvent(world, account, address, postedEvent(account, place, message));
}

function postedEvent({ config }: Account, place: Conversation, { ts, metadata }: SlackMessage): JsonObject {
  const { appId, botId, botUserId, teamId } = config;
  return {
    type: 'message_metadata_posted',
    ...{ app_id: appId, bot_id: botId, user_id: botUserId, team_id: teamId, channel_id: place.id },
    metadata,
    ...{ message_ts: ts, event_ts: ts },
  };
}

/** A message that reads differently now, whoever changed it. */
export function echoChange(
  world: World,
  account: Account,
  place: Conversation,
  message: SlackMessage,
  before: JsonObject,
): void {
  const stamp = message.editedTs ?? message.ts;
  tellEvent(world, account, addressOf(place, message.threadTs), {
    ...{ type: 'message', subtype: 'message_changed', hidden: true },
    message: shownMessage(account, message),
    previous_message: before,
    ...{ channel: place.id, channel_type: channelType(place), ts: stamp, event_ts: stamp },
  });
}

export function echoDeletion(
  world: World,
  account: Account,
  place: Conversation,
  message: SlackMessage,
): void {
  tellEvent(world, account, addressOf(place, message.threadTs), {
    ...{ type: 'message', subtype: 'message_deleted', hidden: true },
    previous_message: shownMessage(account, message),
    deleted_ts: message.ts,
    ...{ channel: place.id, channel_type: channelType(place), ts: message.ts, event_ts: message.ts },
  });
}

/** `reaction_added` or `reaction_removed`. */
export function echoReaction(
  world: World,
  account: Account,
  place: Conversation,
  message: SlackMessage,
  change: { type: 'reaction_added' | 'reaction_removed'; user: string; name: string; stamp: string },
): void {
  tellEvent(world, account, addressOf(place, message.threadTs), {
    type: change.type,
    user: change.user,
    reaction: change.name,
    item_user: message.user,
    item: { type: 'message', channel: place.id, ts: message.ts },
    event_ts: change.stamp,
  });
}
